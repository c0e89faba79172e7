"""Tags and cells of long lists: each is drawn once, not once a row."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterable

    from criteria.selectors.boards import Status
    from criteria.selectors.province_rows import HeatCell

register = template.Library()


@register.simple_tag
def tag_of(status: "Status | None") -> SafeString | str:
    """The tag of a status as components/status_tag.html draws it; "" for None."""
    return "" if status is None else _drawn(status)


@lru_cache(maxsize=512)
def _drawn(status: "Status") -> SafeString:
    """A status with its word in one language always looks the same."""
    return render_to_string("components/status_tag.html", {"status": status})


@register.simple_tag
def heat_cells(cells: "Iterable[HeatCell | None]") -> SafeString:
    """The cells of a ward in the heat map: thousands a page, few that differ."""
    return format_html_join("", "{}", ((_heat_cell(cell),) for cell in cells))


@lru_cache(maxsize=2048)
def _heat_cell(cell: "HeatCell | None") -> SafeString:
    if cell is None:
        return SafeString('<td class="is-heat"></td>')
    of = format_html("<i>/{}</i>", cell.of) if cell.of else ""
    return format_html(
        '<td class="is-heat"><small aria-hidden="true">{}</small>'
        '<span class="ws-heat ws-heat--{}">{}{}</span></td>',
        cell.label,
        cell.heat,
        cell.met,
        of,
    )
