"""Reading the steering committee: who serves in it, who did, by which decision."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    CommitteeMember,
    CommitteeRole,
    DocumentType,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.selectors.history import HistoryItem, history_of_kinds, plain_words
from wardsecurity.audit.selectors import Told
from wardsecurity.permissions import may

_RANK = {role: place for place, role in enumerate(CommitteeRole.values)}


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """The members of one role, in their order."""

    role: str
    label: str
    members: list[CommitteeMember]


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """Everything the page of a committee shows; `committee` None before it stands."""

    campaign: Campaign
    committee: SteeringCommittee | None
    groups: list[RoleGroup]
    former: list[CommitteeMember]
    size: int  # who serve today
    coming: int  # whose term begins later
    today: dt.date
    history: list[HistoryItem]
    may_write: bool


def in_order_of_rank(members: Iterable[CommitteeMember]) -> list[CommitteeMember]:
    """Members as on paper: by role, then by their order."""
    return sorted(members, key=lambda row: (_RANK[row.role], row.order, row.pk))


def find_committee(*, user: Any, campaign: Campaign) -> SteeringCommittee | None:
    """The committee of a campaign with its decision; None before it stands."""
    rows = SteeringCommittee.objects.for_user(user).filter(campaign=campaign)
    found = rows.select_related("decision__issuer_unit", "decision__issuer_body")
    committee = found.first()
    if committee is not None:
        committee.campaign = campaign
    return committee


def get_committee(*, user: Any, campaign: Campaign) -> SteeringCommittee:
    """The committee of a campaign; Http404 before it stands. One query."""
    committee = find_committee(user=user, campaign=campaign)
    if committee is None:
        raise Http404
    return committee


def get_member(*, user: Any, campaign: Campaign, pk: int) -> CommitteeMember:
    """A member of the campaign's committee; Http404 otherwise. One query."""
    rows = CommitteeMember.objects.for_user(user).filter(committee__campaign=campaign)
    member = get_object_or_404(rows.select_related("committee", "unit"), pk=pk)
    member.committee.campaign = campaign
    return member


def list_members(*, user: Any, campaign: Campaign) -> list[CommitteeMember]:
    """Everybody who serves or served, as on paper. One query."""
    rows = CommitteeMember.objects.for_user(user).filter(committee__campaign=campaign)
    return in_order_of_rank(rows.select_related("unit", "replaced_by"))


def get_committee_page(*, user: Any, campaign: Campaign) -> CommitteePage:
    """The committee with members by role, former ones apart. Five queries."""
    today = timezone.localdate()
    committee = find_committee(user=user, campaign=campaign)
    members = list_members(user=user, campaign=campaign) if committee else []
    serving = [row for row in members if (row.valid_to or today) >= today]
    former = [row for row in members if (row.valid_to or today) < today]
    groups = []
    for role in CommitteeRole:
        of_role = [row for row in serving if row.role == role]
        if of_role:
            groups.append(RoleGroup(role.value, capfirst(str(role.label)), of_role))
    return CommitteePage(
        campaign=campaign,
        committee=committee,
        groups=groups,
        former=sorted(former, key=lambda row: row.valid_to or today, reverse=True),
        size=sum((row.valid_from or today) <= today for row in serving),
        coming=sum((row.valid_from or today) > today for row in serving),
        today=today,
        history=history_of_committee(user=user, committee=committee, members=members)
        if committee
        else [],
        may_write=may(user, "keep_records", campaign) and campaign.closed_at is None,
    )


def history_of_committee(
    *,
    user: Any,
    committee: SteeringCommittee,
    members: Sequence[CommitteeMember],
) -> list[HistoryItem]:
    """What was done to a committee and its members, newest first."""
    return history_of_kinds(
        user=user,
        targets=[
            (SteeringCommittee, [committee.pk]),
            (CommitteeMember, [row.pk for row in members]),
        ],
        words=_words,
        limit=8,
    )


def history_of_member(*, user: Any, member: CommitteeMember) -> list[HistoryItem]:
    """What was done to one member, newest first."""
    targets = [(CommitteeMember, [member.pk])]
    return history_of_kinds(user=user, targets=targets, words=_words)


def _words(told: Told) -> str:
    """An entry in words, with the position it is about."""
    what = plain_words(told)
    position = told.texts.get("position")
    if position and (following := told.texts.get("next")):
        return _("%(what)s: %(earlier)s → %(next)s") % {
            "what": what,
            "earlier": position,
            "next": following,
        }
    return _("%(what)s: %(of)s") % {"what": what, "of": position} if position else what


def decisions_to_choose(
    *, user: Any, campaign: Campaign, kept: int | None = None
) -> QuerySet[OfficialDocument]:
    """Decisions of the campaign, drafts too; `kept` stays though withdrawn since."""
    rows = OfficialDocument.objects.for_user(user).filter(campaign=campaign)
    in_force = Q(doc_type=DocumentType.QUYET_DINH, withdrawn_at=None)
    return rows.filter(in_force | Q(pk=kept))
