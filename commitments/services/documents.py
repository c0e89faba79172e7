"""Recording, correcting and withdrawing official documents (RULES "Papers")."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments import numbering
from commitments.models import (
    Campaign,
    DocumentFile,
    OfficialDocument,
    OutsideBody,
    PaperSystem,
)
from commitments.selectors.bodies import term_on
from commitments.selectors.documents import issuer_kind
from commitments.services.bodies import body_of_name
from commitments.services.campaigns import (
    SLOTS,
    check_writable,
    lock_campaigns_of_ward,
)
from commitments.services.document_rules import (
    check_days,
    check_number,
    check_relations,
)
from commitments.services.edits import check_unit, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.files.models import StoredFile
from wardsecurity.files.services import store_upload
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known of a paper, as the form has it.

    `reference` is the number and symbol as typed ("Số: 15-NQ/ĐU"); without digits the
    paper is a draft. The issuer is a unit, a registered body, or `new_body`: the name
    of a body to be registered with it.
    """

    system: str
    doc_type: str
    subject_vi: str
    reference: str = ""
    issuer_unit: ParticipatingUnit | None = None
    issuer_body: OutsideBody | None = None
    new_body: str = ""
    issued_on: dt.date | None = None
    subject_en: str = ""
    signer_position: str = ""
    note: str = ""
    based_on: tuple[OfficialDocument, ...] = ()
    replaces: OfficialDocument | None = None
    # Where an example's paper and its issuer come from; empty for a ward's own.
    basis: str = ""
    issuer_basis: str = ""


_PLAIN = ("system", "doc_type", "issued_on", "replaces")
_WORDS = ("subject_vi", "subject_en", "signer_position", "note")


def keep_scan(
    *, actor: Any, campaign: Campaign, row: OfficialDocument, upload: UploadedFile
) -> StoredFile:
    """Keep a file for a document about to be saved; hung on it when it is.

    `row` may be unsaved: it says whose document it is. Raises as store_upload does.
    """
    require(actor, "keep_records", row)
    return store_upload(unit=campaign.ward, upload=upload)


def _issuer(
    actor: Any, campaign: Campaign, facts: DocumentFacts
) -> tuple[ParticipatingUnit | None, OutsideBody | None]:
    """Who issued it: exactly one unit or body of this ward."""
    given = [bool(facts.issuer_unit), bool(facts.issuer_body), bool(facts.new_body)]
    if not any(given):
        raise RuleViolation(
            _("Choose who issued it, or write the name of the body."),
            code="issuer_missing",
            field="issuer",
        )
    if sum(given) > 1:
        raise RuleViolation(
            _("Choose from the list or write a name, not both."),
            code="two_issuers",
            field="new_body",
        )
    check_unit(facts.issuer_unit, campaign, field="issuer")
    if facts.issuer_body and facts.issuer_body.ward_id != campaign.ward_id:
        raise RuleViolation(
            _("Choose a body of this ward."), code="other_ward", field="issuer"
        )
    if facts.new_body:
        named = body_of_name(actor=actor, ward=campaign.ward, name=facts.new_body)
        return None, named
    return facts.issuer_unit, facts.issuer_body


def _apply(row: OfficialDocument, facts: DocumentFacts) -> None:
    """Put the form's words on the row; number, symbol and term follow from them."""
    for name in _PLAIN:
        setattr(row, name, getattr(facts, name))
    for name in _WORDS:
        setattr(row, name, nfc(getattr(facts, name)))
    said = numbering.read(facts.reference, facts.system)
    kind, name = issuer_kind(row)
    symbol = said.symbol or numbering.propose_symbol(
        facts.system, facts.doc_type, numbering.body_code(kind, name)
    )
    row.number, row.symbol = said.number, symbol
    # A bare number takes the proposed symbol; anything typed keeps its own spelling.
    row.display = (
        said.display
        if said.symbol
        else numbering.display(facts.system, said.number, symbol)
    )
    row.year = facts.issued_on.year if facts.issued_on else None
    row.party_term = None
    if row.system == PaperSystem.PARTY:
        row.party_term = term_on(
            ward=row.campaign.ward,
            unit=row.issuer_unit,
            body=row.issuer_body,
            day=row.issued_on,
        )


def _add_files(row: OfficialDocument, stored: Sequence[StoredFile]) -> int:
    """Hang kept files on a document; the same bytes hang once. How many were new."""
    if any(one.unit_id != row.campaign.ward_id for one in stored):
        raise RuleViolation(
            _("Choose files of this ward."), code="other_ward", field="files"
        )
    here = set(row.files.filter(removed_at=None).values_list("stored_id", flat=True))
    new = {one.pk: one for one in stored if one.pk not in here}
    DocumentFile.objects.bulk_create(
        DocumentFile(document=row, stored=one, name=one.name) for one in new.values()
    )
    return len(new)


def _told(row: OfficialDocument) -> dict[str, Any]:
    """What the trail tells of a document before and after; free text goes apart."""
    return {
        "system": row.system,
        "doc_type": row.doc_type,
        "number": row.number,
        "symbol": row.symbol,
        "unit": row.issuer_unit_id,
        "body": row.issuer_body_id,
        "term": row.party_term_id,
        "issued_on": row.issued_on,
        "replaces": row.replaces_id,
        "based_on": sorted(row.based_on.values_list("pk", flat=True)) if row.pk else [],
    }


def _texts(row: OfficialDocument) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in _WORDS} | {"display": row.display}
    return {name: text for name, text in texts.items() if text}


def _save(
    row: OfficialDocument, based_on: Iterable[OfficialDocument], *, is_new: bool
) -> None:
    checked(row)
    row.save(force_insert=is_new)
    row.based_on.set(based_on)


@transaction.atomic
def record_document(
    *,
    actor: Any,
    campaign: Campaign,
    facts: DocumentFacts,
    stored: Sequence[StoredFile] = (),
) -> OfficialDocument:
    """Record a paper in a campaign, with its files, and register its body if need be.

    Raises RuleViolation: "campaign_closed", "issuer_missing", "two_issuers",
    "other_ward", "date_missing", "in_future", "date_too_early", "number_out_of_range",
    "reference_too_long", "number_used", "withdrawn_document", "body_exists".
    """
    campaign = lock_campaigns_of_ward(campaign)
    row = OfficialDocument(
        campaign=campaign,
        issuer_unit=facts.issuer_unit,
        issuer_body=facts.issuer_body,
        basis=facts.basis,
        issuer_basis=facts.issuer_basis,
    )
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    row.issuer_unit, row.issuer_body = _issuer(actor, campaign, facts)
    _apply(row, facts)
    check_days(row)
    check_number(row)
    check_relations(row, facts.based_on)
    row.recorded_by_id, row.recorded_post = mandate.user_id, mandate.post
    _save(row, facts.based_on, is_new=True)
    files = _add_files(row, stored)
    record(
        mandate,
        "document_recorded",
        row,
        after=_told(row) | {"files": files},
        texts=_texts(row),
    )
    return row


def _to_change(
    actor: Any, document: OfficialDocument, campaign: Campaign
) -> tuple[OfficialDocument, Any]:
    """The row under its campaign's lock, and the right to change it."""
    rows = OfficialDocument.objects.select_for_update(of=("self",))
    row = rows.select_related("issuer_unit", "issuer_body").get(pk=document.pk)
    row.campaign = campaign
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    return row, mandate


def _check_standing(row: OfficialDocument) -> None:
    if row.withdrawn_at:
        raise RuleViolation(_("This document was withdrawn."), code="withdrawn")


@transaction.atomic
def change_document(
    *,
    actor: Any,
    document: OfficialDocument,
    version: int,
    facts: DocumentFacts,
    stored: Sequence[StoredFile] = (),
    remove: Sequence[int] = (),
) -> OfficialDocument:
    """Correct a paper: its words, new files, files taken off (by DocumentFile pk).

    Where it comes from (basis) stays. Raises EditConflict, and RuleViolation as
    record_document, "withdrawn", "replaces_itself", "replaces_in_a_circle",
    "based_on_itself", "based_on_in_a_circle", "holds_a_place".
    """
    campaign = lock_campaigns_of_ward(document.campaign)
    row, mandate = _to_change(actor, document, campaign)
    check_version(row, version)
    _check_standing(row)
    before = _told(row)
    row.issuer_unit, row.issuer_body = _issuer(actor, campaign, facts)
    # Moving a paper from one unit to another needs the right for both.
    require(actor, "keep_records", row)
    _apply(row, facts)
    check_days(row)
    check_number(row)
    check_relations(row, facts.based_on)
    _check_places(row, campaign)
    row.version += 1
    _save(row, facts.based_on, is_new=False)
    gone = row.files.filter(pk__in=remove, removed_at=None)
    removed = gone.update(removed_at=timezone.now())
    added = _add_files(row, stored)
    record(
        mandate,
        "document_changed",
        row,
        before=before,
        after=_told(row) | {"files": added, "files_removed": removed},
        texts=_texts(row),
    )
    return row


def _check_places(row: OfficialDocument, campaign: Campaign) -> None:
    """The paper a campaign runs under stays of the type its place asks for."""
    for slot, (doc_type, system) in SLOTS.items():
        holds = getattr(campaign, f"{slot}_id") == row.pk
        if holds and (row.doc_type != doc_type or (system and row.system != system)):
            raise RuleViolation(
                _("The campaign runs under this document. Choose another there first."),
                code="holds_a_place",
                field="doc_type",
            )


@transaction.atomic
def withdraw_document(
    *, actor: Any, document: OfficialDocument, reason: str
) -> OfficialDocument:
    """Take a paper back, with a reason; it stays to be seen and frees its number.

    Raises RuleViolation: "campaign_closed", "reason_missing", "withdrawn",
    "holds_a_place".
    """
    campaign = lock_campaigns_of_ward(document.campaign)
    row, mandate = _to_change(actor, document, campaign)
    _check_standing(row)
    reason = nfc(reason)
    if not reason:
        raise RuleViolation(
            _("Say why this document is withdrawn."),
            code="reason_missing",
            field="reason",
        )
    if row.pk in {getattr(campaign, f"{slot}_id") for slot in SLOTS}:
        raise RuleViolation(
            _("The campaign runs under this document. Choose another there first."),
            code="holds_a_place",
        )
    if row.established_committees.filter(campaign=campaign).exists():
        raise RuleViolation(
            _("The steering committee stands by this document. Choose another first."),
            code="holds_a_place",
        )
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    record(
        mandate,
        "document_withdrawn",
        row,
        before={"number": row.number, "symbol": row.symbol},
        texts={"subject_vi": row.subject_vi, "reason": reason},
    )
    return row
