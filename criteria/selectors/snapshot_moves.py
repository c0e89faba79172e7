"""What moved a year on since its last snapshot, lawfully: reopened, returned."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import DecisionSnapshot, Evaluation, EvaluationState
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.selectors import told_of

# Where a year may stand after it was reopened, until it is handed in or concluded anew.
_AT_WORK = (EvaluationState.VERIFYING, EvaluationState.RETURNED)


@dataclass(frozen=True, slots=True)
class Moved:
    """The steps after a snapshot that explain what it no longer says.

    `reopened` is the sentence of a reopening, "" without one; `returned` are the
    numbers of the criteria that the ward has been asked for again.
    """

    reopened: str = ""
    returned: frozenset[int] = frozenset()


def moved_since(snapshot: DecisionSnapshot) -> Moved:
    """What the trail says happened to the year after a snapshot of latest_snapshot.

    None of it where the year does not stand where such a step leads. At most two
    queries, and none on a concluded year.
    """
    evaluation = snapshot.evaluation
    if evaluation.state not in _AT_WORK or snapshot.told_seq is None:
        return Moved()
    steps = TrailEntry.objects.filter(
        chain_id=snapshot.told_chain,
        seq__gt=snapshot.told_seq,
        target_type=Evaluation._meta.label_lower,
        target_id=evaluation.pk,
        action__in=("evaluation_reopened", "returns_sent"),
    )
    reopened, returned = "", frozenset[int]()
    for entry in steps.prefetch_related("texts").order_by("seq"):
        told = told_of(entry)
        if entry.action == "evaluation_reopened":
            reopened = _("Reopened at %(when)s by %(who)s, reason: %(reason)s") % {
                "when": f"{timezone.localtime(entry.at):%H:%M, %d/%m/%Y}",
                "who": told.who,
                "reason": told.texts.get("reason") or "–",
            }
        elif evaluation.state == EvaluationState.RETURNED:
            returned = frozenset(told.after["criteria"])
    return Moved(reopened, returned)
