"""Making invented wards in bulk: a chunk of wards in one transaction, few statements.

Deterministic: what a ward holds follows from its number, the seed and the day. What is
there already stays as it is, so that a run which was stopped goes on where it stood.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign
from criteria.models import (
    Assessment,
    AssessmentFigure,
    CategoryScore,
    CriteriaSet,
    Criterion,
    Evaluation,
    Evidence,
    EvidenceLink,
    Recognition,
    ScorePoint,
    SetState,
)
from criteria.services.sets import copy_set, publish_set
from criteria.services.synthetic.assessing import Drawn, draw_assessment
from criteria.services.synthetic.claims import Asked
from criteria.services.synthetic.following import (
    conclude,
    recognition_of,
    sign,
    sum_up,
)
from criteria.services.synthetic.names import address_name, bodies_of, place_name
from criteria.services.synthetic.years import Year, drawn_year
from wardsecurity.audit.bulk import Deed, record_many
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require
from wardsecurity.text import fold, sort_key
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingUnit,
    UnitScope,
)
from wardsecurity.wards.scope import lock_scope
from wardsecurity.wards.services import ensure_country, ensure_unit

MOST_WARDS, MOST_YEARS = 10_000, 10
PIECES = 3  # of evidence, behind what is claimed
CHUNK = 40  # wards in a transaction
A_PROVINCE = 100  # wards, about as many as a real one has
THRESHOLD, MANDATORY = 31, (21, 22, 30)
STRENGTH = (0.45, 1.25, 0.9)  # weakest, strongest and most frequent ward


@dataclass(frozen=True, slots=True)
class Order:
    """How much to make. `province`: all wards below it; "": a hundred a province."""

    wards: int
    years: int
    seed: int
    province: str = ""


@dataclass
class Made:
    """What a run added; a second run of the same order adds nothing."""

    wards: int = 0
    years: int = 0
    assessments: int = 0
    evidence: int = 0


@dataclass
class _Ward:
    """A ward of the order: drawn, found, or just made."""

    number: int
    row: AdministrativeUnit
    is_new: bool
    units: list[ParticipatingUnit] = field(default_factory=list)


def check_order(order: Order) -> None:
    """RuleViolation "out_of_range", and "real_campaigns" over anybody's real work."""
    if not (1 <= order.wards <= MOST_WARDS and 1 <= order.years <= MOST_YEARS):
        raise RuleViolation(
            _("Choose 1 to %(wards)s wards and 1 to %(years)s years.")
            % {"wards": MOST_WARDS, "years": MOST_YEARS},
            code="out_of_range",
        )
    real = Campaign.objects.filter(is_example=False, is_synthetic=False).first()
    if real is not None:
        raise RuleViolation(
            _(
                "%(campaign)s is a ward's own work: invented wards are made only in a"
                " database that holds examples and invented campaigns alone."
            )
            % {"campaign": real},
            code="real_campaigns",
        )


def generate(
    *, actor: Any, order: Order, tell: Callable[[Made], None] = lambda made: None
) -> Made:
    """Make the wards of an order and their years; `tell` hears of every chunk.

    Raises RuleViolation "out_of_range", "real_campaigns", "set_missing".
    """
    check_order(order)
    today, made = timezone.localdate(), Made()
    for province_slug, numbers in _by_province(order):
        province, criteria_set = _province(actor, province_slug)
        asked = [Asked.of(one) for one in _criteria(criteria_set)]
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            _make_chunk(actor, order, province, asked, chunk, today, made)
            tell(replace(made))
    return made


def _by_province(order: Order) -> Iterable[tuple[str, list[int]]]:
    """Ward numbers by the province they go to; the same for any number of wards."""
    if order.province:
        return [(order.province, list(range(order.wards)))]
    return [
        (_province_slug(start // A_PROVINCE), numbers)
        for start in range(0, order.wards, A_PROVINCE)
        for numbers in [list(range(start, min(start + A_PROVINCE, order.wards)))]
    ]


def _province_slug(place: int) -> str:
    return "tinh-mau" if place == 0 else f"tinh-mau-{place + 1:02d}"


def _province_name(slug: str) -> str:
    tail = slug.removeprefix("tinh-mau").strip("-")
    return f"Tỉnh Mẫu {tail}".strip()


@transaction.atomic
def _province(actor: Any, slug: str) -> tuple[AdministrativeUnit, CriteriaSet]:
    """The invented province, and the set it published for its wards."""
    country = ensure_country(actor=actor)
    province = ensure_unit(
        actor=actor,
        slug=slug,
        name=_province_name(slug),
        kind="province",
        parent=country,
    )
    own = CriteriaSet.objects.filter(owner=province, state=SetState.PUBLISHED).last()
    if own is not None:
        return province, own
    working = CriteriaSet.objects.filter(owner=country, state=SetState.WORKING).last()
    if working is None:
        raise RuleViolation(
            _("Load the criteria first: manage.py load_criteria FILE."),
            code="set_missing",
        )
    own = copy_set(actor=actor, source=working, owner=province)
    own.min_met = THRESHOLD
    own.save(update_fields=["min_met"])
    criteria = Criterion.objects.filter(criteria_set=own, number__in=MANDATORY)
    criteria.update(mandatory=True)
    return province, publish_set(actor=actor, criteria_set=own)


def _criteria(criteria_set: CriteriaSet) -> list[Criterion]:
    rows = Criterion.objects.filter(criteria_set=criteria_set)
    return list(rows.select_related("category").order_by("number"))


# --- A chunk ----------------------------------------------------------------------


@transaction.atomic
def _make_chunk(
    actor: Any,
    order: Order,
    province: AdministrativeUnit,
    asked: list[Asked],
    numbers: list[int],
    today: dt.date,
    made: Made,
) -> None:
    """Make what is missing of some wards, all of it or nothing."""
    lock_scope()
    mandate = require(actor, "maintain", province)
    wards = _wards(order, province, numbers)
    deeds = [
        Deed(
            "unit_created",
            ward.row,
            after={
                "slug": ward.row.slug,
                "kind": ward.row.kind,
                "parent": province.slug,
            },
            texts={"name": ward.row.name},
        )
        for ward in wards
        if ward.is_new
    ]
    drawn = _years(order, wards, asked, today)
    _save_years(drawn, asked, order, province, today)
    record_many(mandate, [*deeds, *(deed for one in drawn for deed in _told(one))])
    made.wards += sum(ward.is_new for ward in wards)
    made.years += len(drawn)
    made.assessments += sum(len(one.rows) for one in drawn)
    made.evidence += sum(len(row.evidence) for one in drawn for row in one.rows)


def _wards(
    order: Order, province: AdministrativeUnit, numbers: list[int]
) -> list[_Ward]:
    """The wards of these numbers, with their participating units; missing ones made."""
    wanted = []
    for number in numbers:
        kind, name = place_name(number, order.seed)
        slug = address_name(name, number, order.seed)
        wanted.append((number, slug, kind, name))
    slugs = [slug for _number, slug, _kind, _name in wanted]
    there = {row.slug: row for row in AdministrativeUnit.objects.filter(slug__in=slugs)}
    wards = [
        _Ward(
            number,
            there.get(slug)
            or AdministrativeUnit(
                slug=slug,
                name=name,
                kind=kind,
                parent=province,
                sort_key=sort_key(name),
                searched=fold(name)[:120],
            ),
            is_new=slug not in there,
        )
        for number, slug, kind, name in wanted
    ]
    new = [ward for ward in wards if ward.is_new]
    AdministrativeUnit.objects.bulk_create(ward.row for ward in new)
    above = UnitScope.objects.filter(unit=province)
    viewers = list(above.values_list("viewer_id", "read_only"))
    UnitScope.objects.bulk_create(
        UnitScope(viewer_id=viewer, unit=ward.row, read_only=read_only)
        for ward in new
        for viewer, read_only in [*viewers, (ward.row.pk, False)]
    )
    ParticipatingUnit.objects.bulk_create(
        ParticipatingUnit(
            ward=ward.row, name=name, kind=kind, signs=signs, sort_key=sort_key(name)
        )
        for ward in new
        for kind, name, signs in bodies_of(
            ward.row.name, _random(order, ward.number, "units")
        )
    )
    of_ward = {ward.row.pk: ward.units for ward in wards}
    for unit in ParticipatingUnit.objects.filter(ward__in=of_ward).order_by("pk"):
        of_ward[unit.ward_id].append(unit)
    return wards


def _random(order: Order, number: int, what: str) -> Random:
    """The same draws for the same ward of the same seed, whatever else is made."""
    return Random(f"{order.seed}/{number}/{what}")  # noqa: S311 - no secret


@dataclass
class _YearRows:
    """A year of a ward with its rows, saved or to be saved."""

    ward: _Ward
    year: Year
    evaluation: Evaluation
    rows: list[Drawn] = field(default_factory=list)


def _years(
    order: Order, wards: list[_Ward], asked: list[Asked], today: dt.date
) -> list[_YearRows]:
    """The years of these wards that are not there yet, drawn; campaigns unsaved."""
    known = set(
        Campaign.objects.filter(ward__in=[ward.row for ward in wards]).values_list(
            "ward_id", "year"
        )
    )
    criteria_set = asked[0].criterion.criteria_set
    found = []
    for ward in wards:
        strength = _random(order, ward.number, "strength").triangular(*STRENGTH)
        for back in range(order.years):
            number = today.year - back
            draws = _random(order, ward.number, f"year {number}")
            year = drawn_year(number, today, strength - 0.03 * back, draws)
            if year is None or (ward.row.pk, number) in known:
                continue
            campaign = Campaign(
                ward=ward.row,
                title=f"Xây dựng phường, xã điển hình năm {number} (số liệu minh họa)",
                year=number,
                period_start=year.start,
                period_end=year.end,
                is_synthetic=True,
            )
            evaluation = Evaluation(
                campaign=campaign, criteria_set=criteria_set, state=year.state
            )
            found.append(_YearRows(ward, year, evaluation))
    return found


def _save_years(
    drawn: list[_YearRows],
    asked: list[Asked],
    order: Order,
    province: AdministrativeUnit,
    today: dt.date,
) -> None:
    """Draw the rows of these years, then save all of them, table by table."""
    scores, points, recognitions = [], [], []
    for one in drawn:
        _draw_rows(one, asked, order, today)
        conclude(one.evaluation, one.year)
        of_categories, line = sum_up(
            one.evaluation, one.year, [row.assessment for row in one.rows], today
        )
        scores += of_categories
        points += line
        number = f"{order.seed}{one.ward.number + 1:04d}"
        recognition = recognition_of(one.evaluation, one.year, province, number)
        recognitions += [recognition] if recognition else []
    rows = [row for one in drawn for row in one.rows]
    tables: list[tuple[Any, Iterable[Any]]] = [
        (Campaign, (one.evaluation.campaign for one in drawn)),
        (Evaluation, (one.evaluation for one in drawn)),
        (CategoryScore, scores),
        (ScorePoint, points),
        (Recognition, recognitions),
        (Assessment, (row.assessment for row in rows)),
        (AssessmentFigure, (figure for row in rows for figure in row.figures)),
        (Evidence, (piece for row in rows for piece in row.evidence)),
        (
            EvidenceLink,
            (
                EvidenceLink(evidence=piece, assessment=row.assessment, wanted=place)
                for row in rows
                for place, piece in enumerate(row.evidence)
            ),
        ),
    ]
    for model, made in tables:
        model.objects.bulk_create(made)
    running = [one for one in drawn if one.year.end >= today]
    sign(
        [(one.evaluation.campaign, one.ward.units, one.ward.number) for one in running],
        today,
    )


def _draw_rows(
    one: _YearRows, asked: list[Asked], order: Order, today: dt.date
) -> None:
    draws = _random(order, one.ward.number, f"rows {one.year.number}")
    # What never applies in this ward: the same criterion every year.
    ever = _random(order, one.ward.number, "ever").randrange(len(asked))
    for place, what in enumerate(asked):
        drawn = draw_assessment(
            what,
            evaluation=one.evaluation,
            year=one.year,
            units=one.ward.units,
            as_ever=place == ever and not what.criterion.mandatory,
            pieces=PIECES,
            today=today,
            random=draws,
        )
        for piece in drawn.evidence:
            piece.ward = one.ward.row
        one.rows.append(drawn)


def _told(one: _YearRows) -> list[Deed]:
    """What the trail says of a year, in its order."""
    campaign, evaluation = one.evaluation.campaign, one.evaluation
    return [
        Deed(
            "campaign_opened",
            campaign,
            after={
                "year": one.year.number,
                "from": one.year.start,
                "to": one.year.end,
            },
            texts={"title": campaign.title},
        ),
        Deed(
            "evaluation_opened",
            evaluation,
            after={
                "set": evaluation.criteria_set_id,
                "version": evaluation.criteria_set.version,
                "criteria": len(one.rows),
            },
        ),
        Deed(
            "synthetic_filled",
            evaluation,
            after={"state": evaluation.state, "met": evaluation.self_met},
        ),
    ]
