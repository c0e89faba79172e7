"""Putting members of the steering committee in charge of categories of criteria.

Replacing a member belongs to commitments, categories belong here, and commitments never
imports criteria. So the page that replaces a member is a page of criteria: it calls
both services in one transaction, and what the old member was in charge of stands on the
form, ticked, for the next. The old member's rows stay: they say who was in charge then.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import CommitteeMember
from commitments.services.campaigns import check_writable
from commitments.services.members import (
    Successor,
    check_sitting,
    lock_member,
    replace_member,
)
from criteria.models import Category, Evaluation, MemberCategory
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require


@transaction.atomic
def set_member_categories(
    *, actor: Any, member: CommitteeMember, categories: Sequence[Category]
) -> CommitteeMember:
    """Put a serving member in charge of just these categories, none included.

    Raises RuleViolation: "campaign_closed", "term_ended", "other_set".
    """
    row = lock_member(member)
    mandate = require(actor, "keep_records", row)
    campaign = row.committee.campaign
    check_writable(campaign)
    check_sitting(row)
    sets = set(
        Evaluation.objects.filter(campaign=campaign).values_list(
            "criteria_set_id", flat=True
        )
    )
    if any(one.criteria_set_id not in sets for one in categories):
        raise RuleViolation(
            _("Choose categories of this year's criteria."),
            code="other_set",
            field="categories",
        )
    wanted = {one.pk: one for one in categories}
    there = {
        one.category_id: one.category
        for one in row.member_categories.select_related("category")
    }
    if set(there) == set(wanted):
        return row
    row.member_categories.exclude(category__in=wanted).delete()
    MemberCategory.objects.bulk_create(
        MemberCategory(member=row, category=one)
        for pk, one in wanted.items()
        if pk not in there
    )
    record(
        mandate,
        "member_in_charge",
        row,
        before={"categories": sorted(one.code for one in there.values())},
        after={"categories": sorted(one.code for one in wanted.values())},
        texts={"position": row.position},
    )
    return row


@transaction.atomic
def replace_in_charge(
    *,
    actor: Any,
    member: CommitteeMember,
    version: int,
    last_day: dt.date,
    successor: Successor,
    categories: Sequence[Category],
) -> CommitteeMember:
    """Replace a member and put the next in charge of `categories`; return the next.

    Raises as replace_member and set_member_categories.
    """
    following = replace_member(
        actor=actor,
        member=member,
        version=version,
        last_day=last_day,
        successor=successor,
    )
    return set_member_categories(actor=actor, member=following, categories=categories)
