"""Assessing a criterion: the ward's claim, judged and stored with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria import scoring
from criteria.models import Assessment, AssessmentFigure, Criterion, Result
from criteria.selectors.assessments import units_asked
from criteria.selectors.scores import rule_of
from criteria.services.evaluations import check_open_for
from criteria.services.scores import (
    claim_of,
    lock_assessments,
    lock_evaluations,
    restate,
    store_rollup,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Mandate, Role, mandate_of, require
from wardsecurity.text import nfc
from wardsecurity.wards.selectors import serving_unit

LARGEST_FIGURE = 10**15  # a million billion đồng is a slip of the finger


class EditConflict(RuleViolation):
    """Somebody saved this criterion since the form was opened; nothing was written."""

    def __init__(self, current: Assessment) -> None:
        super().__init__(
            _("This criterion was changed meanwhile. Compare both, then save."),
            code="conflict",
        )
        self.current = current


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part of a figure."""

    value: int | None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the assessment form says. `parts` by participating unit, for figures_by."""

    choice: str = ""
    value: int | None = None
    base: int | None = None
    explanation: str = ""
    parts: Mapping[int, Part] | None = None


@transaction.atomic
def save_assessment(
    *, actor: Any, assessment: Assessment, version: int, entry: Entry
) -> Assessment:
    """Store the ward's claim on one criterion; `version` is the one the form showed.

    Raises EditConflict, and RuleViolation: "evaluation_locked", "choice_computed",
    "explanation_missing", "value_above_base", "base_zero", "figure_too_large",
    "figure_negative", "unit_unknown".
    """
    # The commonest write of all: only what the rules below ask is read along.
    evaluations = lock_evaluations([assessment.evaluation_id], related=["campaign"])
    (row,) = lock_assessments([assessment.pk], evaluations, related=["criterion"])
    mandate = _mandate(actor, row, entry)
    check_open_for(row)
    if row.version != version:
        raise EditConflict(row)
    before = told(row)
    criterion = row.criterion
    if mandate.role != Role.UNIT_CONTRIBUTOR or _assesses(actor, row):
        _check_choice(criterion, entry)
        row.choice = entry.choice
        row.explanation = nfc(entry.explanation)
        if not criterion.figures_by:
            check_figure(criterion, entry.value, entry.base)
            row.value = entry.value if criterion.is_measured else None
            row.base = entry.base if criterion.has_base else None
    if criterion.figures_by:
        _save_parts(actor, mandate, row, entry.parts or {})
    _check_explained(row)
    row.version += 1
    row.assessed_by_id, row.assessed_post = mandate.user_id, mandate.post
    row.assessed_at = timezone.now()
    today = timezone.localdate()
    restate([row], today)
    row.save()
    store_rollup(row.evaluation, today)
    record(
        mandate,
        "criterion_assessed",
        row,
        before=before,
        after=told(row),
        texts={"explanation": row.explanation},
    )
    return row


def _assesses(actor: Any, row: Assessment) -> bool:
    return mandate_of(actor, "assess", row) is not None


def _mandate(actor: Any, row: Assessment, entry: Entry) -> Mandate:
    """The right to assess; or, for a unit asked for its part, to enter that part."""
    mandate = mandate_of(actor, "assess", row)
    if mandate is None and row.criterion.figures_by and entry.parts:
        for unit_id in entry.parts:
            part = AssessmentFigure(assessment=row, unit_id=unit_id)
            mandate = require(actor, "enter_figure", part)
    return mandate or require(actor, "assess", row)


def _check_choice(criterion: Criterion, entry: Entry) -> None:
    if criterion.is_measured and entry.choice not in ("", Result.NOT_APPLICABLE):
        raise RuleViolation(
            _("The result follows from the figure. Choose Not applicable or nothing."),
            code="choice_computed",
            field="choice",
        )
    if entry.choice not in ("", Result.MET, Result.NOT_MET, Result.NOT_APPLICABLE):
        raise RuleViolation(
            _("Choose one of the results shown."), code="choice_unknown", field="choice"
        )


def _check_explained(row: Assessment) -> None:
    """A person who chooses "not met" or "not applicable" says why.

    A measured "not met" is computed: it may wait for its explanation until submission.
    """
    if row.choice in (Result.NOT_MET, Result.NOT_APPLICABLE) and not (
        row.explanation or row.criterion.is_reference_only
    ):
        raise RuleViolation(
            _("Say why. It is needed for Not met and Not applicable."),
            code="explanation_missing",
            field="explanation",
        )


def check_figure(
    criterion: Criterion, value: int | None, base: int | None, *, suffix: str = ""
) -> None:
    """Refuse a figure that cannot be, beside the field it stands in."""
    for name, figure in (("value", value), ("base", base)):
        if figure is not None and figure < 0:
            raise RuleViolation(
                _("Enter 0 or more."), code="figure_negative", field=name + suffix
            )
        if figure is not None and figure > LARGEST_FIGURE:
            raise RuleViolation(
                _("This figure is too large. Check the number of digits."),
                code="figure_too_large",
                field=name + suffix,
            )
    match scoring.figure_fault(rule_of(criterion), value, base):
        case "value_above_base":
            raise RuleViolation(
                _("The first figure (%(value)s) is larger than the second (%(base)s).")
                % {"value": value, "base": base},
                code="value_above_base",
                field="value" + suffix,
            )
        case "base_zero" if not suffix:
            raise RuleViolation(
                _(
                    "The second figure is 0. Enter the total, or choose Not applicable "
                    "and say why."
                ),
                code="base_zero",
                field="base",
            )


def _save_parts(
    actor: Any, mandate: Mandate, row: Assessment, parts: Mapping[int, Part]
) -> None:
    """Write the units' parts: a contributor writes the own unit's only."""
    campaign = row.evaluation.campaign
    asked = {unit.pk for unit in units_asked(row)}
    own = (
        serving_unit(user=actor, ward=campaign.ward)
        if mandate.role == Role.UNIT_CONTRIBUTOR
        else set(asked)
    )
    kept = {figure.unit_id: figure for figure in row.figures.all()}
    for unit_id, part in parts.items():
        if unit_id not in asked:
            raise RuleViolation(
                _("Choose a unit of this ward."), code="unit_unknown", field="value"
            )
        figure = kept.get(unit_id) or AssessmentFigure(assessment=row, unit_id=unit_id)
        if (figure.value, figure.base) == (part.value, part.base):
            continue
        if unit_id not in own:
            # Never silently dropped: the form shows only own fields as editable.
            require(actor, "enter_figure", AssessmentFigure(assessment=row, unit_id=0))
        check_figure(row.criterion, part.value, part.base, suffix=f"_{unit_id}")
        figure.value = part.value
        figure.base = part.base if row.criterion.has_base else None
        figure.save()
    claim = claim_of(row)
    if claim.complete:
        check_figure(row.criterion, claim.value, claim.base)


def told(row: Assessment) -> dict[str, Any]:
    """What the trail tells of an assessment before and after."""
    return {
        "result": row.self_result,
        "choice": row.choice,
        "value": row.value,
        "base": row.base,
        "parts": {
            str(figure.unit_id): [figure.value, figure.base]
            for figure in row.figures.order_by("unit_id")
        }
        if row.criterion.figures_by
        else {},
    }
