"""Rules of the terms that members of a committee serve."""

import datetime as dt

from django.utils.translation import gettext as _

from commitments.models import Campaign, CommitteeMember, CommitteeRole
from wardsecurity.errors import RuleViolation

# A committee may be older than its campaign (carried over), and go on after its end.
LONGEST_BEFORE = dt.timedelta(days=3653)
LONGEST_AFTER = dt.timedelta(days=366)


def _check_day(day: dt.date | None, campaign: Campaign, field: str) -> None:
    """A slip of the year is told: 05/10/2032."""
    first = campaign.period_start - LONGEST_BEFORE
    last = campaign.period_end + LONGEST_AFTER
    if day is not None and not first <= day <= last:
        raise RuleViolation(
            _("Enter a day from %(first)s to %(last)s. Now: %(day)s.")
            % {
                "first": f"{first:%d/%m/%Y}",
                "last": f"{last:%d/%m/%Y}",
                "day": f"{day:%d/%m/%Y}",
            },
            code="day_far_off",
            field=field,
        )


def check_terms(row: CommitteeMember, *, end_field: str) -> None:
    """A term in its order, after the one it follows and before the next."""
    campaign = row.committee.campaign
    _check_day(row.valid_from, campaign, "valid_from")
    _check_day(row.valid_to, campaign, end_field)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise RuleViolation(
            _("Enter a last day from %(first)s on, the first day of the term.")
            % {"first": f"{row.valid_from:%d/%m/%Y}"},
            code="last_day_before_first",
            field=end_field,
        )
    following = row.replaced_by
    if (
        following
        and following.valid_from
        and row.valid_to
        and following.valid_from <= row.valid_to
    ):
        raise RuleViolation(
            _("%(next)s begins on %(day)s. Enter a last day before it.")
            % {"next": following, "day": f"{following.valid_from:%d/%m/%Y}"},
            code="terms_overlap",
            field=end_field,
        )
    earlier = row.pk and CommitteeMember.objects.filter(replaced_by=row.pk).first()
    if (
        earlier
        and earlier.valid_to
        and not (row.valid_from and row.valid_from > earlier.valid_to)
    ):
        raise RuleViolation(
            _("%(earlier)s held the post until %(day)s. Enter a first day after it.")
            % {"earlier": earlier, "day": f"{earlier.valid_to:%d/%m/%Y}"},
            code="terms_overlap",
            field="valid_from",
        )


def check_one_head(row: CommitteeMember, *, field: str) -> None:
    """One head on any day. The campaign's lock makes it hold in a race as well.

    The database alone holds to one head whose term is open.
    """
    if row.role != CommitteeRole.HEAD:
        return
    heads = CommitteeMember.objects.filter(
        committee_id=row.committee_id, role=CommitteeRole.HEAD
    ).exclude(pk=row.pk)
    for head in heads:
        begins = max(row.valid_from or dt.date.min, head.valid_from or dt.date.min)
        ends = min(row.valid_to or dt.date.max, head.valid_to or dt.date.max)
        if begins <= ends:
            raise RuleViolation(
                _("The committee has a head on these days: %(head)s. Replace that one.")
                % {"head": head},
                code="two_heads",
                field=field,
            )
