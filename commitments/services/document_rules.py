"""What a document must be: dated, numbered once, and in no circle (RULES "Papers").

Each runs under the lock of the ward's campaigns, so that two people who save at once
are judged one after the other.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import OfficialDocument, PaperSystem
from commitments.numbering import LARGEST_NUMBER
from commitments.services.edits import check_not_future
from wardsecurity.errors import RuleViolation

EARLIEST_PAPER = dt.date(1945, 9, 2)  # no paper of this State or its wards is older
# A term of a Party committee: within it a number occurs once, even if nobody wrote
# down the term.
LONGEST_TERM = dt.timedelta(days=5 * 366)
LONGEST_SYMBOL, LONGEST_DISPLAY = 40, 60


def check_days(row: OfficialDocument) -> None:
    """RuleViolation: "date_missing" (of a numbered one), "in_future",
    "date_too_early".
    """
    if row.issued_on is None:
        if row.number is not None:
            raise RuleViolation(
                _("Enter the date of issue: a document with a number has one."),
                code="date_missing",
                field="issued_on",
            )
        return
    check_not_future(row.issued_on, field="issued_on")
    if row.issued_on < EARLIEST_PAPER:
        raise RuleViolation(
            _("Check the year: %(day)s.") % {"day": f"{row.issued_on:%d/%m/%Y}"},
            code="date_too_early",
            field="issued_on",
        )


def check_number(row: OfficialDocument) -> None:
    """RuleViolation: "reference_too_long", "number_out_of_range", "number_used"."""
    if len(row.symbol) > LONGEST_SYMBOL or len(row.display) > LONGEST_DISPLAY:
        raise RuleViolation(
            _("Number and symbol are too long. Shorten the symbol."),
            code="reference_too_long",
            field="reference",
        )
    if row.number is None:
        return
    if not 1 <= row.number <= LARGEST_NUMBER:
        raise RuleViolation(
            _("Numbers run from 01. Check the number."),
            code="number_out_of_range",
            field="reference",
        )
    same = _numbered_alike(row).first()
    if same is None:
        return
    sentence = (
        _("%(number)s is the number of another document of %(year)s: %(subject)s")
        if row.system == PaperSystem.STATE
        else _("%(number)s is the number of another document of the term: %(subject)s")
    )
    raise RuleViolation(
        sentence
        % {"number": same.display, "year": row.year, "subject": same.subject_vi},
        code="number_used",
        field="reference",
    )


def _numbered_alike(row: OfficialDocument) -> QuerySet[OfficialDocument]:
    """Standing papers of the issuer and type that have this number in its series.

    State: the year of issue. Party: the term; where either has none, papers of the
    term's days, or less than a term apart.
    """
    rows = OfficialDocument.objects.filter(
        campaign__ward=row.campaign.ward_id,
        system=row.system,
        doc_type=row.doc_type,
        issuer_unit=row.issuer_unit_id,
        issuer_body=row.issuer_body_id,
        number=row.number,
        withdrawn_at=None,
    ).exclude(pk=row.pk)
    if row.system == PaperSystem.STATE:
        return rows.filter(year=row.year)
    day = row.issued_on
    assert day is not None  # noqa: S101 - check_days came first
    nearby = Q(issued_on__gt=day - LONGEST_TERM, issued_on__lt=day + LONGEST_TERM)
    term = row.party_term
    if term is None:
        return rows.filter(nearby, party_term=None)
    within = Q(issued_on__gte=term.starts_on)
    if term.ends_on:
        within &= Q(issued_on__lte=term.ends_on)
    return rows.filter(Q(party_term=term) | Q(within, party_term=None))


def check_relations(
    row: OfficialDocument, based_on: Iterable[OfficialDocument]
) -> None:
    """RuleViolation: "other_ward", "withdrawn_document", "based_on_itself",
    "based_on_in_a_circle", "replaces_itself", "replaces_in_a_circle".
    """
    basis = list(based_on)
    replaced = [row.replaces] if row.replaces else []
    for field, documents in (("based_on", basis), ("replaces", replaced)):
        _check_chosen(row, documents, field)
    if row._state.adding:
        return  # nothing refers to a new paper yet
    own_basis = {one.pk for one in basis}
    if _reaches(row.pk, own_basis, _bases_of):
        raise RuleViolation(
            _("One of these is itself based on this document."),
            code="based_on_in_a_circle",
            field="based_on",
        )
    if _reaches(row.pk, {one.pk for one in replaced}, _replaced_by):
        raise RuleViolation(
            _("That document itself replaces this one."),
            code="replaces_in_a_circle",
            field="replaces",
        )


def _check_chosen(
    row: OfficialDocument, documents: list[OfficialDocument], field: str
) -> None:
    kept: set[int] = set()
    if row.pk is not None:
        if any(one.pk == row.pk for one in documents):
            sentences = {
                "based_on": _("A document is not based on itself."),
                "replaces": _("A document does not replace itself."),
            }
            raise RuleViolation(sentences[field], code=f"{field}_itself", field=field)
        kept = set(row.based_on.values_list("pk", flat=True))
    for one in documents:
        if one.campaign.ward_id != row.campaign.ward_id:
            raise RuleViolation(
                _("Choose documents of this ward."), code="other_ward", field=field
            )
        # What is replaced was often withdrawn; a basis stands, or stood when chosen.
        if field == "based_on" and one.withdrawn_at and one.pk not in kept:
            raise RuleViolation(
                _("%(document)s was withdrawn.") % {"document": one},
                code="withdrawn_document",
                field=field,
            )


def _bases_of(pks: set[int]) -> set[int]:
    pairs = OfficialDocument.based_on.through.objects.filter(
        from_officialdocument__in=pks
    )
    return set(pairs.values_list("to_officialdocument_id", flat=True))


def _replaced_by(pks: set[int]) -> set[int]:
    rows = OfficialDocument.objects.filter(pk__in=pks).exclude(replaces=None)
    return {pk for pk in rows.values_list("replaces_id", flat=True) if pk}


def _reaches(
    target: int, start: set[int], step: Callable[[set[int]], set[int]]
) -> bool:
    """Whether following `step` from `start` comes to `target`; one query a step."""
    seen: set[int] = set()
    front = start
    while front:
        if target in front:
            return True
        seen |= front
        front = step(front) - seen
    return False
