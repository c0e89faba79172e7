"""Reading official documents: lists, search, one of them, and who may keep it."""

import re
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from commitments import numbering
from commitments.models import (
    Campaign,
    DocumentFile,
    DocumentType,
    OfficialDocument,
    OutsideBody,
)
from commitments.numbering import tidy
from commitments.selectors.history import HistoryItem, history_of_records
from commitments.selectors.statuses import Status
from wardsecurity.permissions import may
from wardsecurity.text import fold
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit

_ISSUER = re.compile(r"(unit|body)-([0-9]{1,18})")


def blank_document(
    campaign: Campaign, unit: ParticipatingUnit | None = None
) -> OfficialDocument:
    """A document not yet recorded: whose right is asked before its files are kept."""
    return OfficialDocument(campaign=campaign, issuer_unit=unit)


def issuer_kind(document: OfficialDocument) -> tuple[str, str]:
    """What kind of body issued a document, and its name; empty when not known yet."""
    issuer = document.issuer_unit or document.issuer_body
    return (issuer.kind, issuer.name) if issuer else ("", "")


def issuer_of(code: str) -> tuple[str, int] | None:
    """A unit or body as lists name it: "unit-5", "body-3"; None for anything else."""
    found = _ISSUER.fullmatch(code)
    return (found[1], int(found[2])) if found else None


def _with_issuer(rows: QuerySet[OfficialDocument]) -> QuerySet[OfficialDocument]:
    return rows.select_related(
        "issuer_unit", "issuer_body", "party_term", "campaign__ward"
    )


def list_documents(
    *,
    user: Any,
    ward: AdministrativeUnit,
    campaign: Campaign | None = None,
    doc_type: str = "",
    issuer: str = "",
    q: str = "",
) -> QuerySet[OfficialDocument]:
    """Documents of a ward, newest first: of one campaign, or of all its years.

    `issuer` is as issuer_of reads it. `q` is looked for without diacritics in number,
    type, subject and issuer: "nghi quyet 15" and "15-NQ/DU" find 15-NQ/ĐU.
    """
    rows = OfficialDocument.objects.for_user(user).filter(campaign__ward=ward)
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    if doc_type in DocumentType.values:
        rows = rows.filter(doc_type=doc_type)
    if named := issuer_of(issuer):
        rows = rows.filter(**{f"issuer_{named[0]}": named[1]})
    for word in fold(tidy(q)).split():
        rows = rows.filter(searched__contains=word)
    # Drafts without a day come first: they are what is being worked on.
    return _with_issuer(rows).order_by(F("issued_on").desc(nulls_first=True), "-pk")


def search_documents(
    *, user: Any, ward: AdministrativeUnit, q: str, limit: int = 20
) -> list[OfficialDocument]:
    """Standing documents of a ward that hold the words, newest first; one query."""
    rows = list_documents(user=user, ward=ward, q=q).filter(withdrawn_at=None)
    return list(rows[:limit]) if fold(tidy(q)) else []


def list_issuers(*, user: Any, ward: AdministrativeUnit) -> list[tuple[str, str]]:
    """Who issued documents of a ward, as codes with names, for filtering; two queries.

    Units first, then bodies, each in Vietnamese order.
    """
    units = ParticipatingUnit.objects.for_user(user).filter(ward=ward)
    bodies = OutsideBody.objects.for_user(user).filter(ward=ward)
    issued = Exists(OfficialDocument.objects.filter(issuer_unit=OuterRef("pk")))
    sent = Exists(OfficialDocument.objects.filter(issuer_body=OuterRef("pk")))
    return [
        *((f"unit-{row.pk}", row.name) for row in units.filter(issued)),
        *((f"body-{row.pk}", row.name) for row in bodies.filter(sent)),
    ]


def get_document(*, user: Any, campaign: Campaign, pk: int) -> OfficialDocument:
    """A document of a campaign with all its page shows; Http404 when out of sight."""
    files = DocumentFile.objects.filter(removed_at=None).select_related("stored")
    beside = _with_issuer(OfficialDocument.objects.for_user(user))
    rows = _with_issuer(OfficialDocument.objects.for_user(user))
    rows = rows.filter(campaign=campaign).select_related("replaces__campaign__ward")
    rows = rows.prefetch_related(  # type: ignore[no-redef]  # the model names them
        Prefetch("files", files, to_attr="standing_files"),
        Prefetch("based_on", beside),
        Prefetch("followed_by", beside.filter(withdrawn_at=None)),
        Prefetch("replaced_by", beside.filter(withdrawn_at=None)),
    )
    return get_object_or_404(rows, pk=pk)


def documents_to_relate(
    *, user: Any, campaign: Campaign, document: OfficialDocument | None
) -> QuerySet[OfficialDocument]:
    """What a document may be based on or replace: others of the ward, any year."""
    rows = OfficialDocument.objects.for_user(user).filter(campaign__ward=campaign.ward)
    if document is None:
        standing = Q(withdrawn_at=None)
    else:
        rows = rows.exclude(pk=document.pk)
        standing = Q(withdrawn_at=None) | Q(followed_by=document)
        standing |= Q(pk=document.replaces_id)
    return _with_issuer(rows.filter(standing).distinct())


def status_of(document: OfficialDocument) -> Status | None:
    """What the list says of a document; None for one that simply stands."""
    if document.withdrawn_at:
        return Status("withdrawn", _("Withdrawn"), "archive-box-x-mark", "muted")
    if document.is_draft:
        return Status("draft", _("No number yet"), "pencil", "muted")
    return None


def may_keep_document(*, user: Any, document: OfficialDocument) -> bool:
    """Whether a person still changes this document."""
    return (
        document.campaign.closed_at is None
        and document.withdrawn_at is None
        and may(user, "keep_records", document)
    )


def oddities_of(document: OfficialDocument) -> list[str]:
    """What is unusual about number and symbol, in words: warnings, never errors."""
    sentences = {
        "other_system": _("The number is written the way of the other system."),
        "form": _("Number and symbol do not follow the usual form."),
        "no_symbol": _("The number stands without a symbol."),
        "type_code": _("The symbol carries the code of another type."),
        "issuer_system": _("Bodies of this kind issue papers of the other system."),
    }
    found = numbering.oddities(
        system=document.system,
        doc_type=document.doc_type,
        reference=numbering.Reference(
            document.number, document.symbol, document.display
        ),
        issuer_kind=issuer_kind(document)[0],
    )
    return [sentences[code] for code in found]


def history_of_document(*, user: Any, document: OfficialDocument) -> list[HistoryItem]:
    """What was done to a document, newest first; two queries."""
    return history_of_records(user=user, model=OfficialDocument, pks=[document.pk])
