"""A kept file as a page shows it."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import ngettext

from wardsecurity.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class FileView:
    """A file hung on a record, with its addresses."""

    pk: int
    name: str
    url: str
    preview_url: str
    is_image: bool
    facts: str


def file_view(stored: StoredFile, name: str) -> FileView:
    """A stored file with its addresses; facts such as "PDF, 2 pages, 340 KB"."""
    facts = [stored.get_kind_display()]
    if stored.pages:
        facts.append(
            ngettext("%(count)s page", "%(count)s pages", stored.pages)
            % {"count": stored.pages}
        )
    facts.append(filesizeformat(stored.size))
    return FileView(
        pk=stored.pk,
        name=name,
        url=reverse("files:download", args=[stored.pk, name]),
        preview_url=stored.preview_url,
        is_image=stored.is_image,
        facts=", ".join(str(fact) for fact in facts),
    )
