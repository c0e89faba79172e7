"""Where an evaluation stands between the ward and the province, in words."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.selectors.statuses import Status
from criteria.models import Evaluation, EvaluationState
from wardsecurity.audit.models import TrailEntry

STEPS = (
    "evaluation_submitted",
    "verification_started",
    "returns_sent",
    "verification_concluded",
    "evaluation_recognised",
    "evaluation_not_recognised",
    "evaluation_reopened",
)


def last_step(evaluation: Evaluation) -> TrailEntry | None:
    """Who took the last step and when; the caller read the evaluation. One query."""
    return (
        TrailEntry.objects.filter(
            target_type=Evaluation._meta.label_lower,
            target_id=evaluation.pk,
            action__in=STEPS,
        )
        .order_by("-pk")
        .first()
    )


def state_tag(evaluation: Evaluation) -> Status:
    """The tag of an evaluation's state (DESIGN-LANGUAGE §3)."""
    match evaluation.state:
        case EvaluationState.SUBMITTED:
            return Status("submitted", _("Submitted"), "paper-airplane", "bamboo")
        case EvaluationState.VERIFYING:
            return Status("verifying", _("In verification"), "eye", "ink")
        case EvaluationState.RETURNED:
            word = _("Returned for more")
            return Status("returned", word, "arrow-uturn-left", "seal", box=True)
        case EvaluationState.VERIFIED:
            icon = "clipboard-document-check"
            return Status("verified", _("Verified"), icon, "ink")
        case EvaluationState.RECOGNISED:
            return Status("recognised", _("Recognised"), "check-badge", "bamboo")
        case EvaluationState.NOT_RECOGNISED:
            return Status("not-recognised", _("Not recognised"), "x-circle", "muted")
    if evaluation.campaign.closed_at is not None:
        return Status("locked", _("Locked"), "lock-closed", "muted")
    return Status("open", _("The ward is working on it"), "pencil-square", "muted")


def locked_words(evaluation: Evaluation) -> str:
    """Why the ward reads and does not write, in one quiet line. No query."""
    submitted_at = evaluation.submitted_at
    if submitted_at is None:
        return _("%(year)s is locked: it can be read, not changed.") % {
            "year": evaluation.campaign.year
        }
    at = timezone.localtime(submitted_at)
    when = {"time": f"{at:%H:%M}", "day": f"{at:%d/%m/%Y}"}
    match evaluation.state:
        case EvaluationState.SUBMITTED:
            words = _("Submitted at %(time)s on %(day)s, for reading only.")
        case EvaluationState.VERIFYING:
            words = _(
                "Submitted at %(time)s on %(day)s. The province is verifying it; for "
                "reading only."
            )
        case EvaluationState.RETURNED:
            words = _(
                "Submitted at %(time)s on %(day)s. Not among the returned criteria; "
                "for reading only."
            )
        case _:
            words = _(
                "Submitted at %(time)s on %(day)s, verified by now; for reading only."
            )
    return words % when


def next_line(evaluation: Evaluation) -> str:
    """What comes next on the way up, and whose turn it is."""
    match evaluation.state:
        case EvaluationState.SUBMITTED:
            return _("Next: the provincial police verify each criterion.")
        case EvaluationState.VERIFYING:
            return _(
                "The provincial police are verifying it. What they return opens again "
                "here, with the reason and a new due date."
            )
        case EvaluationState.RETURNED:
            return _("Next: add what is asked for, then submit again.")
        case EvaluationState.VERIFIED:
            return _("Every criterion is decided. Next: the decision on recognition.")
        case EvaluationState.RECOGNISED | EvaluationState.NOT_RECOGNISED:
            return _("The decision is made, and the year is closed.")
    return _("Next: clear what blocks; the ward's leader submits.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way up: `place` is done, current or later."""

    name: str
    line: str
    place: str


_WAY: tuple[Collection[str], ...] = (
    (EvaluationState.OPEN, EvaluationState.RETURNED),
    (EvaluationState.SUBMITTED,),
    (EvaluationState.VERIFYING,),
    (EvaluationState.VERIFIED,),
    (EvaluationState.RECOGNISED, EvaluationState.NOT_RECOGNISED),
)


def steps_of(evaluation: Evaluation) -> list[Step]:
    """The way from getting ready to the decision, with where the year is on it."""
    here = next(
        place for place, states in enumerate(_WAY) if evaluation.state in states
    )
    names = (
        (_("Get ready"), _("The ward assesses and records evidence.")),
        (_("Submitted"), _("The ward's side is locked.")),
        (_("Verification"), _("The province looks at each criterion.")),
        (_("Conclusion"), _("Every criterion is decided.")),
        (_("Recognition"), _("The decision with its number and date.")),
    )
    return [
        Step(
            name,
            line,
            "done" if place < here else "current" if place == here else "later",
        )
        for place, (name, line) in enumerate(names)
    ]
