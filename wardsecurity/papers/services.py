"""Making and revoking the codes printed on papers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.papers.models import PaperToken
from wardsecurity.permissions import ScopedRow, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit


@dataclass(frozen=True, slots=True)
class Page:
    """A page of this site that a paper leads to, and what the paper is called."""

    path: str
    title: str


@transaction.atomic
def tokens_for(
    *, actor: Any, row: ScopedRow, pages: Sequence[Page]
) -> list[PaperToken]:
    """Return the live code of each page, made now where there is none.

    `row` is the record the papers are printed from: who keeps it makes its codes. One
    live code a page; a second printing, even at the same moment, finds the first one's.
    Codes made are trailed together. Raises ValueError for a page of another site.
    """
    mandate = require(actor, "keep_records", row)
    for page in pages:
        if not url_has_allowed_host_and_scheme(page.path, allowed_hosts=None):
            raise ValueError(f"{page.path!r} is no page of this site")
    unit = AdministrativeUnit.objects.get(pk=int(row.scope_unit_id or 0))
    paths = {page.path for page in pages}
    known = _live(unit, paths)
    new = [
        PaperToken(unit=unit, path=page.path, title=nfc(page.title)[:300])
        for page in pages
        if page.path not in known
    ]
    # The unique key decides between two printings; the loser's rows are not kept.
    PaperToken.objects.bulk_create(new, ignore_conflicts=True)
    found = _live(unit, paths)
    made = {one.token for one in new}
    kept = sorted(one.pk for one in found.values() if one.token in made)
    if kept:
        record(mandate, "paper_coded", unit, after={"codes": kept})
    return [found[page.path] for page in pages]


def _live(unit: AdministrativeUnit, paths: Collection[str]) -> dict[str, PaperToken]:
    """The live codes of a unit's pages, by path."""
    rows = PaperToken.objects.filter(unit=unit, path__in=paths, revoked_at__isnull=True)
    return {row.path: row for row in rows}


@transaction.atomic
def revoke_token(*, actor: Any, token: PaperToken) -> PaperToken:
    """End a code: the paper it stands on leads nowhere from now on.

    The next printing makes another one. Raises RuleViolation: "token_revoked".
    """
    token = PaperToken.objects.select_for_update().get(pk=token.pk)
    mandate = require(actor, "keep_records", token)
    if token.revoked_at is not None:
        raise RuleViolation(
            _("This paper's code was revoked already."), code="token_revoked"
        )
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(mandate, "paper_revoked", token, before={"path": token.path})
    return token
