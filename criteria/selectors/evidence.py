"""Reading evidence: the library of a ward, and what hangs on a criterion."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404

from commitments.models import Campaign
from criteria.models import (
    Assessment,
    Evidence,
    EvidenceFile,
    EvidenceKind,
    EvidenceLink,
)
from wardsecurity.files.arrivals import sha256_of
from wardsecurity.text import fold
from wardsecurity.wards.models import AdministrativeUnit

_LINKS = EvidenceLink.objects.select_related(
    "assessment__criterion", "assessment__evaluation__campaign"
)


def _standing_files() -> Prefetch:
    files = EvidenceFile.objects.filter(removed_at=None).select_related("stored")
    return Prefetch("files", files, to_attr="standing_files")


def _with_details(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Join what a card shows: files that stand, and the criteria it counts for."""
    links = _LINKS.order_by("assessment__criterion__number")
    return rows.select_related("document").prefetch_related(  # type: ignore[no-redef]  # the model names them
        _standing_files(), Prefetch("links", links, to_attr="all_links")
    )


def list_evidence(
    *, user: Any, ward: AdministrativeUnit, campaign: Campaign | None = None
) -> QuerySet[Evidence]:
    """Evidence of a ward, newest fact first; of one campaign's criteria if given."""
    rows = Evidence.objects.for_user(user).filter(ward=ward)
    if campaign is not None:
        links = EvidenceLink.objects.filter(assessment__evaluation__campaign=campaign)
        rows = rows.filter(pk__in=links.values("evidence_id"))
    return _with_details(rows)


def search_evidence(
    rows: QuerySet[Evidence], *, q: str = "", kind: str = "", state: str = ""
) -> QuerySet[Evidence]:
    """Narrow a list: words without diacritics, a kind, a state (live or withdrawn)."""
    for word in fold(q).split():
        rows = rows.filter(searched__contains=word)
    if kind in EvidenceKind.values:
        rows = rows.filter(kind=kind)
    if state == "live":
        rows = rows.filter(withdrawn_at=None)
    elif state == "withdrawn":
        rows = rows.exclude(withdrawn_at=None)
    return rows


def get_evidence(*, user: Any, ward: AdministrativeUnit, pk: int) -> Evidence:
    """One piece of evidence of a ward; Http404 when out of sight.

    With the units that act on its criteria, which a contributor's right asks for.
    """
    rows = _with_details(Evidence.objects.for_user(user).filter(ward=ward))
    units = "all_links__assessment__supporting_units"
    rows = rows.prefetch_related(units)
    return get_object_or_404(rows.select_related("ward"), pk=pk)


def list_linked(*, user: Any, assessment: Assessment) -> list[EvidenceLink]:
    """Links of a criterion with their evidence, live first, newest fact first.

    Two queries: all links of its evidence with what they join, and the files.
    """
    hanging = Evidence.objects.for_user(user).filter(links__assessment=assessment)
    links = _LINKS.filter(evidence__in=hanging).select_related("evidence__document")
    rows: dict[int, Evidence] = {}
    found = []
    for link in links.order_by(
        "-evidence__fact_on", "-evidence_id", "assessment__criterion__number"
    ):
        row = rows.setdefault(link.evidence_id, link.evidence)
        link.evidence = row
        row.all_links = [*getattr(row, "all_links", []), link]
        if link.assessment_id == assessment.pk:
            found.append(link)
    prefetch_related_objects(list(rows.values()), _standing_files())
    return sorted(found, key=lambda link: bool(link.evidence.withdrawn_at))


def list_linkable(*, user: Any, assessment: Assessment) -> QuerySet[Evidence]:
    """Evidence of the ward that a criterion could take and does not have yet.

    A measure stays with the criterion it was confirmed for.
    """
    ward = assessment.evaluation.campaign.ward
    rows = Evidence.objects.for_user(user).filter(ward=ward, withdrawn_at=None)
    rows = rows.exclude(links__assessment=assessment)
    rows = rows.exclude(kind=EvidenceKind.MEASURE)
    if assessment.criterion.is_reference_only:
        rows = rows.filter(kind=EvidenceKind.DOCUMENT, file_count=0).exclude(number="")
    return _with_details(rows)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file just chosen that this ward already keeps, and where it hangs."""

    name: str
    evidence: Evidence


def find_duplicates(
    *, user: Any, ward: AdministrativeUnit, uploads: Sequence[UploadedFile]
) -> list[Duplicate]:
    """Evidence of the same ward that holds the bytes, as sent or as handed out.

    As `find_same` has it: a photo downloaded here lost the place where it was taken.
    One query.
    """
    hashes = {sha256_of(upload): upload.name or "" for upload in uploads}
    rows = (
        EvidenceFile.objects.filter(
            Q(stored__original_sha256__in=hashes) | Q(stored__sha256__in=hashes),
            removed_at=None,
            evidence__in=Evidence.objects.for_user(user).filter(
                ward=ward, withdrawn_at=None
            ),
        )
        .select_related("stored", "evidence")
        .order_by("pk")
    )
    found: dict[str, Duplicate] = {}
    for row in rows:
        for sha256 in (row.stored.original_sha256, row.stored.sha256):
            if sha256 in hashes:
                found.setdefault(sha256, Duplicate(hashes[sha256], row.evidence))
    return list(found.values())


def expires_soon(day: dt.date) -> Q:
    """Evidence that expires within 30 days of `day`."""
    return Q(expires_on__gte=day, expires_on__lte=day + dt.timedelta(days=30))
