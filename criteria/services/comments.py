"""Comments on criteria."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import Assessment
from criteria.selectors.comments import takes_comments
from criteria.selectors.recipients import seats_of, units_by_assessment
from criteria.services.notices import about_criterion, criterion_path
from criteria.services.scores import lock_evaluations
from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.models import Comment
from wardsecurity.notices.services import add_comment, take_back_comment
from wardsecurity.permissions import require

ANCHOR = "#comments"


@transaction.atomic
def comment_on(
    *, actor: Any, assessment: Assessment, text: str, people: Iterable[str] = ()
) -> Comment:
    """Write a comment on a criterion; `people` are positions picked from the list.

    Told are the contributors of its units, the ward's staff and leaders, and who wrote
    in the thread before. Raises RuleViolation: "no_thread" (reference only),
    "comments_closed", and those of add_comment.
    """
    row = _locked(assessment)
    require(actor, "comment", row)
    _check(row)
    ward_id = row.evaluation.campaign.ward_id
    seats = seats_of([ward_id], timezone.localdate())
    units = units_by_assessment([row])[row.pk]
    told = seats.of_units(units) | seats.offices(ward_id)
    return add_comment(
        actor=actor,
        row=row,
        path=f"{criterion_path(row)}{ANCHOR}",
        text=text,
        people=people,
        users=User.objects.filter(pk__in=told),
        facts=about_criterion(row),
    )


@transaction.atomic
def take_back(*, actor: Any, assessment: Assessment, comment: Comment) -> Comment:
    """Take the own comment on a criterion back, as long as comments may be written."""
    row = _locked(assessment)
    require(actor, "comment", row)
    _check(row)
    return take_back_comment(actor=actor, comment=comment, row=row)


def _locked(assessment: Assessment) -> Assessment:
    """The criterion in its evaluation, locked: it cannot be concluded meanwhile."""
    evaluations = lock_evaluations([assessment.evaluation_id])
    assessment.evaluation = evaluations[assessment.evaluation_id]
    return assessment


def _check(row: Assessment) -> None:
    if row.criterion.is_reference_only:
        raise RuleViolation(
            _("This criterion takes the number and date of a paper only, no comments."),
            code="no_thread",
        )
    if not takes_comments(row):
        raise RuleViolation(
            _("%(year)s is concluded: its comments can be read, not added to.")
            % {"year": row.evaluation.campaign.year},
            code="comments_closed",
        )
