"""Carrying a ward's last year into the next, a part each; never results or amounts.

Each part works only into an empty place: what the new campaign has already is left as
it is, so running a part again adds nothing. Each takes the campaign's lock, asks for
the leader's right, and trails every record it makes.
"""

from typing import Any

from django.db import transaction

from commitments.models import (
    Campaign,
    CommitmentContent,
    CommitmentText,
    CommitteeMember,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.selectors.carry_over import (
    committee_to_carry,
    documents_to_carry,
    members_to_carry,
    standing_units,
    text_to_carry,
    with_year,
)
from commitments.services.campaigns import check_writable, lock_campaign
from wardsecurity.audit.services import record
from wardsecurity.errors import checked
from wardsecurity.permissions import Mandate, require

CARRIED = "campaign_carried_over"
ROLES = ("resolution", "plan", "regulation")


def _into(actor: Any, campaign: Campaign, source: Campaign) -> tuple[Campaign, Mandate]:
    """Lock the campaign that receives; only from an earlier year of the same ward."""
    if source.ward_id != campaign.ward_id or source.year >= campaign.year:
        raise ValueError("carry from an earlier year of the same ward")
    campaign = lock_campaign(campaign)
    mandate = require(actor, "open_campaign", campaign)
    check_writable(campaign)
    return campaign, mandate


@transaction.atomic
def carry_text(
    *, actor: Any, source_campaign: Campaign, campaign: Campaign
) -> CommitmentText | None:
    """Take over the wording of the commitment, same words, as the first edition.

    None when there is nothing to take, or the campaign has a wording already. Raises
    PermissionDenied, RuleViolation "campaign_closed", ValueError for another ward.
    """
    campaign, mandate = _into(actor, campaign, source_campaign)
    return copy_text(mandate, source_campaign, campaign, CARRIED)


def copy_text(
    mandate: Mandate, source: Campaign, campaign: Campaign, action: str
) -> CommitmentText | None:
    """The latest wording of `source` as the first edition of a locked campaign.

    For services that have checked the actor; trailed as `action`. None when there is
    nothing to take, or the campaign has a wording already.
    """
    old = text_to_carry(source)
    if old is None or CommitmentText.objects.filter(campaign=campaign).exists():
        return None
    text = CommitmentText(
        campaign=campaign,
        basis=old.basis,
        note=old.note,
        edition=1,
        title=old.title,
        scope=old.scope,
        parties=old.parties,
        years_after=old.years_after,
        sha256=old.sha256,
    )
    checked(text)
    text.save(force_insert=True)
    CommitmentContent.objects.bulk_create(
        CommitmentContent(
            text=text,
            order=one.order,
            label=one.label,
            body_vi=one.body_vi,
            body_en=one.body_en,
            basis=one.basis,
        )
        for one in old.contents.all()
    )
    after = {"from": old.pk, "sha256": text.sha256}
    record(mandate, action, text, after=after)
    return text


@transaction.atomic
def carry_committee(
    *, actor: Any, source_campaign: Campaign, campaign: Campaign
) -> dict[int, CommitteeMember]:
    """Take over the committee with its current members; return them by their old pk.

    Without its decision: the new year's is still to be issued. Terms begin with the
    period. Empty when there is no committee, or the campaign has one already. Raises as
    carry_text.
    """
    campaign, mandate = _into(actor, campaign, source_campaign)
    old = committee_to_carry(source_campaign)
    if old is None or SteeringCommittee.objects.filter(campaign=campaign).exists():
        return {}
    committee = SteeringCommittee(
        campaign=campaign,
        basis=old.basis,
        note=old.note,
        name=with_year(old.name, source_campaign.year, campaign.year),
    )
    checked(committee)
    committee.save(force_insert=True)
    units = standing_units(campaign)
    members = {}
    for one in members_to_carry(old, campaign):
        member = CommitteeMember(
            committee=committee,
            order=one.order,
            role=one.role,
            position=one.position,
            name=one.name,
            unit_id=one.unit_id if one.unit_id in units else None,
            tasks=one.tasks,
            valid_from=campaign.period_start,
            valid_to=one.valid_to,
            basis=one.basis,
        )
        checked(member)
        member.save(force_insert=True)
        members[one.pk] = member
    after = {"from": old.pk, "members": len(members)}
    record(mandate, CARRIED, committee, after=after)
    return members


@transaction.atomic
def carry_documents(
    *, actor: Any, source_campaign: Campaign, campaign: Campaign
) -> list[OfficialDocument]:
    """Make drafts of last year's papers: no number, no day, no files.

    What they were based on among each other stays; the campaign's resolution, plan and
    regulation become the drafts of last year's. Empty when the campaign has papers
    already. Raises as carry_text.
    """
    campaign, mandate = _into(actor, campaign, source_campaign)
    if OfficialDocument.objects.filter(campaign=campaign).exists():
        return []
    old = list(documents_to_carry(source_campaign, campaign))
    drafts = {one.pk: _draft(one, campaign, source_campaign, mandate) for one in old}
    for one in old:
        based_on = [
            drafts[other.pk] for other in one.based_on.all() if other.pk in drafts
        ]
        drafts[one.pk].based_on.set(based_on)
    roles = {
        role: drafts[chosen]
        for role in ROLES
        if (chosen := getattr(source_campaign, f"{role}_id")) in drafts
        and getattr(campaign, f"{role}_id") is None
    }
    for role, draft in roles.items():
        setattr(campaign, role, draft)
    if roles:
        campaign.save(update_fields=list(roles))
    for pk, draft in drafts.items():
        record(mandate, CARRIED, draft, after={"from": pk})
    return list(drafts.values())


def _draft(
    old: OfficialDocument, campaign: Campaign, source: Campaign, mandate: Mandate
) -> OfficialDocument:
    years = (source.year, campaign.year)
    draft = OfficialDocument(
        campaign=campaign,
        system=old.system,
        doc_type=old.doc_type,
        symbol=old.symbol,
        issuer_unit_id=old.issuer_unit_id,
        issuer_body_id=old.issuer_body_id,
        subject_vi=with_year(old.subject_vi, *years),
        subject_en=with_year(old.subject_en, *years),
        signer_position=old.signer_position,
        recorded_by_id=mandate.user_id,
        recorded_post=mandate.post,
    )
    checked(draft)
    draft.save(force_insert=True)
    return draft
