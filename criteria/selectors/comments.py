"""The comments panel of a criterion, for whichever page shows it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from criteria.models import Assessment, Evaluation
from criteria.models.evaluations import EvaluationState
from wardsecurity.notices.people import Posts, posts_of
from wardsecurity.notices.selectors import CommentLine, list_comments
from wardsecurity.permissions import may

ENDED = (EvaluationState.RECOGNISED, EvaluationState.NOT_RECOGNISED)


def takes_comments(assessment: Assessment) -> bool:
    """Whether comments may still be written: until the year is recognised, or not.

    Submitting and verifying is when ward and province have most to say to each other.
    """
    evaluation = assessment.evaluation
    return evaluation.state not in ENDED and evaluation.campaign.closed_at is None


@dataclass(frozen=True, slots=True)
class Comments:
    """What the panel shows of one criterion."""

    assessment: Assessment
    number: int
    lines: list[CommentLine]
    unread: int
    last: int  # pk of the last one shown, to be marked as read
    may_write: bool
    is_closed: bool
    add_url: str
    read_url: str
    page_url: str

    @property
    def count(self) -> int:
        """Comments that still speak."""
        return sum(line.taken_back is None for line in self.lines)


def get_comments(
    *, user: Any, evaluation: Evaluation, assessment: Assessment
) -> Comments | None:
    """The thread of a criterion; None for reference_only, which takes none (RULES).

    One query, and none where the list that `assessment` is from counted no comment.
    """
    if assessment.criterion.is_reference_only:
        return None
    counted = vars(assessment).get("comment_count")
    lines = list_comments(user=user, row=assessment) if counted != 0 else []
    campaign, number = evaluation.campaign, assessment.criterion.number
    at = [campaign.ward.slug, campaign.year, number]
    is_open = takes_comments(assessment)
    return Comments(
        assessment=assessment,
        number=number,
        lines=lines,
        unread=sum(line.is_new for line in lines),
        last=max((line.pk for line in lines), default=0),
        may_write=is_open and may(user, "comment", assessment),
        is_closed=not is_open,
        add_url=reverse("criteria:comment-add", args=at),
        read_url=reverse("criteria:comments-read", args=at),
        page_url=reverse("criteria:criterion-detail", args=at),
    )


def posts_to_mention(*, user: Any, assessment: Assessment) -> Posts:
    """Posts of the ward and the province above it that a comment can speak to."""
    return posts_of(row=assessment, without=user)
