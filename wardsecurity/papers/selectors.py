"""Reading codes on papers."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from wardsecurity.audit.selectors import trail_head
from wardsecurity.papers.models import PaperToken
from wardsecurity.permissions import ScopedRow


def list_tokens(*, user: Any, unit: ScopedRow, below: str) -> QuerySet[PaperToken]:
    """A unit's codes whose pages lie below a path, the live ones first."""
    return (
        PaperToken.objects.for_user(user)
        .filter(unit_id=unit.scope_unit_id, path__startswith=below)
        .order_by("revoked_at", "-pk")
    )


def get_token(*, user: Any, token: str) -> PaperToken:
    """The code as scanned, revoked ones too; Http404 when unknown or out of sight."""
    return get_object_or_404(PaperToken.objects.for_user(user), token=token)


def get_token_of(*, user: Any, unit: ScopedRow, pk: int) -> PaperToken:
    """A code of a unit by pk; Http404 when unknown or out of sight."""
    rows = PaperToken.objects.for_user(user).filter(unit_id=unit.scope_unit_id)
    return get_object_or_404(rows, pk=pk)


def printed_addresses(
    *, user: Any, unit: ScopedRow, paths: Iterable[str]
) -> dict[str, str]:
    """What the live codes of these pages say, by path. One query, whatever the count.

    A page without a live code is left out: printing reads, it makes none.
    """
    live = PaperToken.objects.for_user(user).filter(
        unit_id=unit.scope_unit_id, path__in=list(paths), revoked_at__isnull=True
    )
    return {row.path: absolute_address(row) for row in live}


def absolute_address(token: PaperToken) -> str:
    """The address a code says, from PUBLIC_URL: paper is scanned from anywhere."""
    address = reverse("papers:follow", args=[token.token])
    return f"{settings.PUBLIC_URL.rstrip('/')}{address}"


def trail_line(*, user: Any, unit: ScopedRow) -> str:
    """The foot line that ties a printed paper to the trail of its unit (RULES "Trail").

    `verify_trail --heads` checks the chain up to heads kept elsewhere: on paper, here.
    """
    head = trail_head(user=user, unit=unit)
    return f"Nhật ký {head.seq} · {head.hash}" if head else ""
