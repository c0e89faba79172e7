"""Status tags of long lists: each is drawn once, not once a row."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from criteria.selectors.boards import Status

register = template.Library()


@register.simple_tag
def tag_of(status: "Status | None") -> SafeString | str:
    """The tag of a status as components/status_tag.html draws it; "" for None."""
    return "" if status is None else _drawn(status)


@lru_cache(maxsize=512)
def _drawn(status: "Status") -> SafeString:
    """A status with its word in one language always looks the same."""
    return render_to_string("components/status_tag.html", {"status": status})
