"""What each step of an evaluation from submission to decision has in common.

Lock order: the campaign, its evaluation, all assessments (each by pk), the trail chain.
"""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.services.campaigns import lock_campaign
from criteria.models import Assessment, Evaluation, EvaluationState
from criteria.selectors.steps import last_step
from criteria.services.scores import lock_assessments, lock_evaluations
from wardsecurity.errors import RuleViolation
from wardsecurity.text import nfc


class EvaluationMoved(RuleViolation):
    """Another tab or person took a step meanwhile; nothing was written.

    `current` is the evaluation as it stands.
    """

    def __init__(self, current: Evaluation) -> None:
        super().__init__(_where_it_is(current), code="evaluation_moved")
        self.current = current


def _where_it_is(current: Evaluation) -> str:
    """The state by now, and by whom since when, as the trail has it."""
    state = current.get_state_display()
    last = last_step(current)
    if last is None:
        return _("Nothing was done: this year is now in the state “%(state)s”.") % {
            "state": state
        }
    return _(
        "Nothing was done: this year is now in the state “%(state)s” (%(who)s, "
        "%(when)s). Look at it again."
    ) % {
        "state": state,
        "who": last.post or last.actor,
        "when": f"{timezone.localtime(last.at):%H:%M %d/%m/%Y}",
    }


def lock_year(evaluation: Evaluation) -> tuple[Evaluation, list[Assessment]]:
    """Lock a campaign, its evaluation and all its assessments."""
    campaign = lock_campaign(evaluation.campaign)
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    locked.campaign = campaign
    pks = Assessment.objects.filter(evaluation=locked).values_list("pk", flat=True)
    return locked, lock_assessments(pks, evaluations)


def check_step(
    locked: Evaluation, states: Collection[EvaluationState], version: int | None = None
) -> None:
    """RuleViolation "evaluation_moved": left one of `states`, or changed since seen."""
    if locked.state not in states or version not in (None, locked.version):
        raise EvaluationMoved(locked)


def check_reason(reason: str, sentence: str) -> str:
    """The reason in NFC; RuleViolation "reason_missing" with the sentence if none."""
    reason = nfc(reason).strip()
    if not reason:
        raise RuleViolation(sentence, code="reason_missing", field="reason")
    return reason
