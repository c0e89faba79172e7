"""Bodies above or beside a ward, and the terms of its Party bodies."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from commitments.models import (
    BodyKind,
    Campaign,
    OfficialDocument,
    OutsideBody,
    PaperSystem,
    PartyTerm,
)
from commitments.selectors.bodies import covers, find_body
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import fold, nfc
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit

# How a body's name tells what it is, the first that fits.
_KIND_WORDS = (
    ("ban chi dao", BodyKind.STEERING_COMMITTEE),
    ("dang uy", BodyKind.PARTY),
    ("tinh uy", BodyKind.PARTY),
    ("thanh uy", BodyKind.PARTY),
    ("huyen uy", BodyKind.PARTY),
    ("cong an", BodyKind.POLICE),
    ("uy ban nhan dan", BodyKind.AUTHORITY),
    ("ubnd", BodyKind.AUTHORITY),
    ("hoi dong nhan dan", BodyKind.AUTHORITY),
)


def kind_by_name(name: str) -> BodyKind:
    """What a body is, told by its name; "other" when the name does not say."""
    folded = fold(name)
    return next(
        (kind for words, kind in _KIND_WORDS if words in folded), BodyKind.OTHER
    )


def _lock_ward(ward: AdministrativeUnit) -> AdministrativeUnit:
    """Lock a ward's campaigns, then the ward: who registers bodies takes turns.

    Campaigns come first wherever both are locked (record_document registers a body).
    Not a key lock, so that rows which refer to the ward are still inserted.
    """
    campaigns = Campaign.objects.select_for_update(no_key=True).filter(ward=ward)
    list(campaigns.order_by("pk").values_list("pk", flat=True))
    return AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=ward.pk)


def _check_name(ward: AdministrativeUnit, name: str, own: int | None) -> None:
    same = find_body(ward=ward, name=name)
    if same is not None and same.pk != own:
        raise RuleViolation(
            _("%(name)s is registered already.") % {"name": same.name},
            code="body_exists",
            field="name",
        )


@transaction.atomic
def register_body(
    *, actor: Any, ward: AdministrativeUnit, name: str, kind: str
) -> OutsideBody:
    """Register a body for a ward. Raises RuleViolation: "body_exists"."""
    ward = _lock_ward(ward)
    body = OutsideBody(ward=ward, name=nfc(name), kind=kind)
    mandate = require(actor, "keep_records", body)
    _check_name(ward, body.name, None)
    checked(body)
    body.save(force_insert=True)
    record(
        mandate,
        "body_registered",
        body,
        after={"kind": kind},
        texts={"name": body.name},
    )
    return body


def body_of_name(*, actor: Any, ward: AdministrativeUnit, name: str) -> OutsideBody:
    """The ward's body of this name, registered now if it was not: for the forms that
    name a body in passing. Raises as register_body.
    """
    with transaction.atomic():
        ward = _lock_ward(ward)
        found = find_body(ward=ward, name=name)
        return found or register_body(
            actor=actor, ward=ward, name=name, kind=kind_by_name(name)
        )


@transaction.atomic
def change_body(*, actor: Any, body: OutsideBody, name: str, kind: str) -> OutsideBody:
    """Correct the name or kind of a body; its papers carry the new name.

    Raises RuleViolation: "body_exists".
    """
    ward = _lock_ward(body.ward)
    row = OutsideBody.objects.select_for_update(of=("self",)).get(pk=body.pk)
    row.ward = ward
    mandate = require(actor, "keep_records", row)
    before, old_name = {"kind": row.kind}, row.name
    row.name, row.kind = nfc(name), kind
    _check_name(ward, row.name, row.pk)
    checked(row)
    row.save()
    if row.name != old_name:
        papers = OfficialDocument.objects.filter(issuer_body=row)
        for document in papers.select_related("issuer_body"):
            document.save(update_fields=["searched"])
    record(
        mandate,
        "body_changed",
        row,
        before=before,
        after={"kind": kind},
        texts={"name": row.name, "name_before": old_name},
    )
    return row


# --- Party terms ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermFacts:
    """A term as the form has it: of a unit of the ward or of an outside body."""

    name: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    unit: ParticipatingUnit | None = None
    body: OutsideBody | None = None


def _check_term(term: PartyTerm) -> None:
    """Terms of one body follow each other; both ends belong to the term."""
    holder = term.unit or term.body
    if holder is None or holder.ward_id != term.ward_id:
        raise RuleViolation(
            _("Choose a Party body of this ward."), code="other_ward", field="holder"
        )
    if term.ends_on and term.ends_on < term.starts_on:
        raise RuleViolation(
            _("Choose a last day after the first day of the term."),
            code="term_reversed",
            field="ends_on",
        )
    others = PartyTerm.objects.filter(
        ward=term.ward_id, unit=term.unit_id, body=term.body_id
    ).exclude(pk=term.pk)
    if term.ends_on:
        others = others.filter(starts_on__lte=term.ends_on)
    clash = others.filter(Q(ends_on=None) | Q(ends_on__gte=term.starts_on)).first()
    if clash is not None:
        raise RuleViolation(
            _("%(term)s of this body holds on some of these days already.")
            % {"term": clash.name},
            code="term_overlaps",
            field="starts_on",
        )


def _adopt(term: PartyTerm) -> list[int]:
    """Give the term to papers of its days that had none, in campaigns still open."""
    papers = OfficialDocument.objects.filter(
        campaign__ward=term.ward_id,
        campaign__closed_at=None,
        system=PaperSystem.PARTY,
        issuer_unit=term.unit_id,
        issuer_body=term.body_id,
        party_term=None,
        withdrawn_at=None,
        issued_on__gte=term.starts_on,
    )
    if term.ends_on:
        papers = papers.filter(issued_on__lte=term.ends_on)
    seen: set[tuple[str, int]] = set()
    for doc_type, number, shown in papers.exclude(number=None).values_list(
        "doc_type", "number", "display"
    ):
        if (doc_type, number) in seen:
            raise RuleViolation(
                _("Two papers of these days are numbered %(number)s. Check them first.")
                % {"number": shown},
                code="number_used",
                field="starts_on",
            )
        seen.add((doc_type, number))
    pks = sorted(papers.values_list("pk", flat=True))
    OfficialDocument.objects.filter(pk__in=pks).update(party_term=term)
    return pks


def _told(term: PartyTerm) -> dict[str, Any]:
    return {
        "unit": term.unit_id,
        "body": term.body_id,
        "from": term.starts_on,
        "to": term.ends_on,
    }


@transaction.atomic
def record_term(*, actor: Any, ward: AdministrativeUnit, facts: TermFacts) -> PartyTerm:
    """Write down a term of a Party body; its papers without a term take it.

    Raises RuleViolation: "other_ward", "term_reversed", "term_overlaps", "number_used".
    """
    ward = _lock_ward(ward)
    term = PartyTerm(
        ward=ward,
        unit=facts.unit,
        body=facts.body,
        name=nfc(facts.name),
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
    )
    mandate = require(actor, "keep_records", term)
    _check_term(term)
    checked(term)
    term.save(force_insert=True)
    papers = _adopt(term)
    record(
        mandate,
        "term_recorded",
        term,
        after=_told(term) | {"documents": papers},
        texts={"name": term.name},
    )
    return term


@transaction.atomic
def change_term(*, actor: Any, term: PartyTerm, facts: TermFacts) -> PartyTerm:
    """Correct a term; the papers it has must still fall into it.

    Raises RuleViolation as record_term, and "term_has_documents".
    """
    ward = _lock_ward(term.ward)
    row = PartyTerm.objects.select_for_update(of=("self",)).get(pk=term.pk)
    row.ward = ward
    mandate = require(actor, "keep_records", row)
    before = _told(row)
    row.unit, row.body = facts.unit, facts.body
    row.name = nfc(facts.name)
    row.starts_on, row.ends_on = facts.starts_on, facts.ends_on
    _check_term(row)
    held = row.documents.filter(withdrawn_at=None)
    outside = [
        document
        for document in held
        if (document.issuer_unit_id, document.issuer_body_id)
        != (row.unit_id, row.body_id)
        or (document.issued_on and not covers(row, document.issued_on))
    ]
    if outside:
        raise RuleViolation(
            _("%(document)s belongs to this term and would fall out of it.")
            % {"document": outside[0]},
            code="term_has_documents",
            field="starts_on",
        )
    checked(row)
    row.save()
    papers = _adopt(row)
    record(
        mandate,
        "term_changed",
        row,
        before=before,
        after=_told(row) | {"documents": papers},
        texts={"name": row.name},
    )
    return row
