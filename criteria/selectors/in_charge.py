"""Who of the steering committee is in charge of which categories."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from commitments.models import Campaign, CommitteeMember
from commitments.selectors.committees import in_order_of_rank
from criteria.models import Category, Evaluation, MemberCategory


@dataclass(frozen=True, slots=True)
class Charges:
    """Categories by member, and members who serve by category, as on paper."""

    of_member: dict[int, list[Category]] = field(default_factory=dict)
    by_code: dict[str, list[CommitteeMember]] = field(default_factory=dict)

    def words_for(self, code: str) -> str:
        """Who is in charge of a category: the first in rank, and how many more."""
        members = self.by_code.get(code, [])
        if not members:
            return ""
        more = len(members) - 1
        if not more:
            return members[0].position
        return ngettext(
            "%(first)s and %(more)s other member",
            "%(first)s and %(more)s other members",
            more,
        ) % {"first": members[0].position, "more": more}


def get_charges(*, user: Any, campaign: Campaign) -> Charges:
    """Who is in charge of what in a campaign; former members keep theirs. One query."""
    today = timezone.localdate()
    rows = (
        MemberCategory.objects.for_user(user)
        .filter(member__committee__campaign=campaign)
        .select_related("member", "category")
        .order_by("category__order", "pk")
    )
    of_member: dict[int, list[Category]] = defaultdict(list)
    by_code: dict[str, list[CommitteeMember]] = defaultdict(list)
    for row in rows:
        of_member[row.member_id].append(row.category)
        if (row.member.valid_to or today) >= today:
            by_code[row.category.code].append(row.member)
    return Charges(
        dict(of_member),
        {code: in_order_of_rank(members) for code, members in by_code.items()},
    )


def list_categories(*, user: Any, campaign: Campaign) -> QuerySet[Category]:
    """Categories of the set the campaign is measured by; none without one."""
    evaluations = Evaluation.objects.for_user(user).filter(campaign=campaign)
    return Category.objects.filter(criteria_set__in=evaluations.values("criteria_set"))


def categories_of(*, user: Any, member: CommitteeMember) -> list[Category]:
    """Categories a member is in charge of, in order. One query."""
    rows = MemberCategory.objects.for_user(user).filter(member=member)
    return [row.category for row in rows.select_related("category")]
