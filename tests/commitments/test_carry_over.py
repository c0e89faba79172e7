"""Carrying a ward's records into its next year: what comes along, what never does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import (
    Commitment,
    CommitmentReview,
    CommitmentText,
    CommitteeMember,
    Directive,
    FundingLine,
    Meeting,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.selectors.carry_over import (
    carry_day,
    earlier_campaigns,
    previous_campaign,
    with_year,
)
from commitments.services.carry_over import (
    carry_committee,
    carry_documents,
    carry_text,
)
from commitments.services.pledge_carrying import carry_commitments
from tests.factories.commitments import (
    CampaignFactory,
    CommitmentFactory,
    CommitteeFactory,
    DocumentFactory,
    MemberFactory,
    OutsideBodyFactory,
    ReviewFactory,
    TextFactory,
    records_of,
)
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year
DAY = dt.timedelta(days=1)


@pytest.fixture
def new():
    return CampaignFactory()


@pytest.fixture
def old(new):
    return CampaignFactory(ward=new.ward, period_start=dt.date(YEAR - 1, 1, 1))


def into(new, old, **more):
    return {"actor": TESTS, "source_campaign": old, "campaign": new, **more}


def a_unit(campaign, **fields):
    return ParticipatingUnitFactory(ward=campaign.ward, **fields)


# --- Where it comes from ----------------------------------------------------------


def test_the_year_before_is_the_wards_latest_earlier_one(new, old):
    CampaignFactory(ward=new.ward, period_start=dt.date(YEAR - 3, 1, 1))
    CampaignFactory(ward=new.ward, period_start=dt.date(YEAR + 1, 1, 1))
    CampaignFactory(period_start=dt.date(YEAR - 1, 1, 1))
    assert earlier_campaigns(new).first() == old
    assert previous_campaign(user=member(new.ward), campaign=new) == old
    assert previous_campaign(user=member(WardFactory()), campaign=new) is None


@pytest.mark.parametrize("act", [carry_text, carry_committee, carry_documents])
def test_nothing_comes_from_another_ward_or_a_later_year(new, old, act):
    for source, campaign in ((CampaignFactory(), new), (new, old)):
        with pytest.raises(ValueError, match="earlier year of the same ward"):
            act(**into(campaign, source))


@pytest.mark.parametrize("act", [carry_text, carry_committee, carry_documents])
def test_only_a_leader_carries_over(new, old, act):
    records_of(old, a_unit(old))
    for role in (Role.WARD_STAFF, Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER):
        with pytest.raises(PermissionDenied):
            act(**into(new, old) | {"actor": member(new.ward, role)})
    assert act(**into(new, old) | {"actor": member(new.ward, Role.WARD_LEADER)})


@pytest.mark.parametrize("act", [carry_text, carry_committee, carry_documents])
def test_a_closed_year_receives_nothing(new, old, act):
    records_of(old, a_unit(old))
    new.closed_at = timezone.now()
    new.save()
    with pytest.raises(RuleViolation) as refused:
        act(**into(new, old))
    assert refused.value.code == "campaign_closed"


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
        (dt.date(2025, 12, 1), dt.date(2026, 1, 1)),
        (dt.date(2027, 2, 1), dt.date(2026, 12, 31)),
    ],
)
def test_what_goes_on_is_judged_on_a_day_of_the_new_period(today, day):
    campaign = CampaignFactory.build(ward=None, period_start=dt.date(2026, 1, 1))
    assert carry_day(campaign, today) == day


@pytest.mark.parametrize(
    ("subject", "then"),
    [
        ("Kế hoạch năm 2025", "Kế hoạch năm 2026"),
        ("“Phường điển hình” năm 2025”", "“Phường điển hình” năm 2026”"),
        ("Kế hoạch năm 2025 (34 tiêu chí)", "Kế hoạch năm 2026 (34 tiêu chí)"),
        ("Kế hoạch năm 2025.", "Kế hoạch năm 2026."),
        ("Tổng kết 2025 và nhiệm vụ mới", "Tổng kết 2025 và nhiệm vụ mới"),
        ("Giai đoạn 2024", "Giai đoạn 2024"),
        ("Số 12025", "Số 12025"),
        ("", ""),
    ],
)
def test_the_year_a_subject_ends_in_is_replaced(subject, then):
    assert with_year(subject, 2025, 2026) == then


# --- The text ---------------------------------------------------------------------


def test_the_latest_wording_comes_along_word_for_word(new, old):
    TextFactory(campaign=old, edition=1, title="Cũ")
    last = TextFactory(
        campaign=old, edition=2, title="Mới", years_after=True, sha256="ab" * 32
    )
    last.contents.update(basis="drafted", label="Tuyên truyền")
    text = carry_text(**into(new, old))
    assert (text.edition, text.title, text.scope) == (1, "Mới", last.scope)
    assert text.sha256 == last.sha256
    assert text.years_after
    assert text.sealed_at is None

    def told(one):
        return list(one.contents.values_list("order", "label", "body_vi", "basis"))

    assert told(text) == told(last)


def test_a_wording_of_the_new_year_is_left_alone(new, old):
    TextFactory(campaign=old)
    own = TextFactory(campaign=new, title="Của năm nay")
    assert carry_text(**into(new, old)) is None
    assert CommitmentText.objects.get(campaign=new) == own


# --- Commitments ------------------------------------------------------------------


def signed(old, *, years_after=True, **fields):
    text = CommitmentText.objects.filter(campaign=old).first() or TextFactory(
        campaign=old, years_after=years_after
    )
    return CommitmentFactory(
        campaign=old,
        text=text,
        signed_on=fields.pop("signed_on", dt.date(YEAR - 1, 5, 20)),
        **fields,
    )


def carried(new, old):
    text = carry_text(**into(new, old)) or CommitmentText.objects.get(campaign=new)
    return carry_commitments(**into(new, old, text=text))


def test_a_standing_commitment_keeps_its_day_and_its_signer(new, old):
    before = signed(
        old, signer_position="Tổ trưởng Tổ dân phố 1", signer_name="", note="Ký lại."
    )
    ReviewFactory(commitment=before)
    (row,) = carried(new, old)
    assert (row.unit, row.signed_on) == (before.unit, dt.date(YEAR - 1, 5, 20))
    assert row.signer_position == "Tổ trưởng Tổ dân phố 1"
    assert row.carried_from == before
    assert row.text.campaign == new
    assert row.text.sha256 == before.text.sha256
    assert row.text.is_sealed
    assert row.ceremony is None
    assert CommitmentReview.objects.count() == 1
    before.refresh_from_db()
    assert before.is_live


@pytest.mark.parametrize(
    "fields",
    [
        {"withdrawn_at": timezone.now()},
        {"ended_at": timezone.now()},
        {"valid_to": dt.date(YEAR - 1, 12, 31)},
        {"years_after": False},
    ],
    ids=["withdrawn", "renewed", "no longer holds", "of one year"],
)
def test_what_no_longer_binds_stays_behind(new, old, fields):
    signed(old, **fields)
    assert carried(new, old) == []


@pytest.mark.parametrize(
    "fields",
    [{"valid_to": dt.date(YEAR - 1, 12, 31)}, {"signs": False}],
    ids=["dissolved", "signs no more"],
)
def test_units_that_are_gone_stay_behind(new, old, fields):
    signed(old, unit=a_unit(old, **fields))
    assert carried(new, old) == []


def test_a_commitment_under_other_words_stays_behind(new, old):
    signed(old)
    TextFactory(campaign=new, title="Bản cam kết, lời khác")
    assert carried(new, old) == []
    assert not CommitmentText.objects.get(campaign=new).is_sealed


def test_a_unit_that_signed_anew_is_not_signed_for(new, old):
    before = signed(old)
    text = carry_text(**into(new, old))
    own = CommitmentFactory(campaign=new, unit=before.unit, text=text)
    assert carry_commitments(**into(new, old, text=text)) == []
    assert Commitment.objects.filter(campaign=new).get() == own


def test_commitments_are_carried_once(new, old):
    signed(old)
    assert len(carried(new, old)) == 1
    assert carried(new, old) == []


# --- Committee --------------------------------------------------------------------


def test_the_committee_goes_on_with_its_current_members(new, old):
    committee = CommitteeFactory(
        campaign=old,
        name=f"Ban Chỉ đạo năm {YEAR - 1}",
        decision=DocumentFactory(campaign=old),
        basis="sample",
    )
    unit, gone = a_unit(old), a_unit(old, valid_to=dt.date(YEAR - 1, 6, 1))
    head = MemberFactory(
        committee=committee, role="truong_ban", unit=unit, tasks="Chung", name="A"
    )
    other = MemberFactory(committee=committee, unit=gone)
    left = MemberFactory(committee=committee, valid_to=dt.date(YEAR - 1, 6, 1))
    members = carry_committee(**into(new, old))
    made = SteeringCommittee.objects.get(campaign=new)
    assert (made.name, made.decision, made.basis) == (
        f"Ban Chỉ đạo năm {YEAR}",
        None,
        "sample",
    )
    assert set(members) == {head.pk, other.pk}
    assert left.pk not in members
    first = members[head.pk]
    assert (first.role, first.position, first.name) == (
        "truong_ban",
        head.position,
        "A",
    )
    assert (first.unit, first.tasks) == (unit, "Chung")
    assert first.valid_from == new.period_start
    assert members[other.pk].unit is None


def test_a_committee_of_the_new_year_is_left_alone(new, old):
    MemberFactory(committee=CommitteeFactory(campaign=old))
    CommitteeFactory(campaign=new)
    assert carry_committee(**into(new, old)) == {}
    assert CommitteeMember.objects.filter(committee__campaign=new).count() == 0


# --- Documents --------------------------------------------------------------------


def test_papers_come_back_as_drafts(new, old):
    paper = DocumentFactory(
        campaign=old,
        subject_vi=f"Kế hoạch năm {YEAR - 1}",
        signer_position="Chủ tịch",
        basis="seed",
        note="Nguồn.",
    )
    (draft,) = carry_documents(**into(new, old))
    assert (draft.number, draft.issued_on, draft.display, draft.year) == (
        None,
        None,
        "",
        None,
    )
    assert draft.subject_vi == f"Kế hoạch năm {YEAR}"
    assert (draft.system, draft.doc_type, draft.symbol) == (
        paper.system,
        paper.doc_type,
        paper.symbol,
    )
    assert (draft.issuer_unit, draft.signer_position) == (
        paper.issuer_unit,
        "Chủ tịch",
    )
    assert (draft.basis, draft.note) == ("", "")
    assert not draft.files.exists()
    assert "ke hoach" in draft.searched


def test_papers_of_bodies_above_keep_their_issuer(new, old):
    body = OutsideBodyFactory(ward=old.ward)
    DocumentFactory(campaign=old, issuer_unit=None, issuer_body=body)
    (draft,) = carry_documents(**into(new, old))
    assert (draft.issuer_unit, draft.issuer_body) == (None, body)


def test_the_tree_and_the_roles_come_along(new, old):
    resolution = DocumentFactory(campaign=old, resolution=True)
    plan = DocumentFactory(campaign=old)
    plan.based_on.add(resolution)
    regulation = DocumentFactory(campaign=old, doc_type="quy_che")
    old.resolution, old.plan, old.regulation = resolution, plan, regulation
    old.save()
    carry_documents(**into(new, old))
    new.refresh_from_db()
    assert new.resolution.doc_type == "nghi_quyet"
    assert new.regulation.doc_type == "quy_che"
    assert list(new.plan.based_on.all()) == [new.resolution]
    assert new.plan.campaign == new


def test_withdrawn_and_replaced_papers_and_those_of_no_issuer_stay(new, old):
    DocumentFactory(campaign=old, withdrawn_at=timezone.now())
    replaced = DocumentFactory(campaign=old)
    replacing = DocumentFactory(campaign=old, replaces=replaced, subject_vi="Thay thế")
    replacing.based_on.add(replaced)
    DocumentFactory(
        campaign=old, issuer_unit=a_unit(old, valid_to=dt.date(YEAR - 1, 6, 1))
    )
    drafts = carry_documents(**into(new, old))
    assert [one.subject_vi for one in drafts] == ["Thay thế"]
    assert not drafts[0].based_on.exists()
    assert drafts[0].replaces is None


def test_papers_of_the_new_year_are_left_alone(new, old):
    DocumentFactory(campaign=old)
    DocumentFactory(campaign=new)
    assert carry_documents(**into(new, old)) == []
    assert OfficialDocument.objects.filter(campaign=new).count() == 1


# --- All of it --------------------------------------------------------------------


def test_every_record_made_has_its_entry_in_the_trail(new, old):
    records_of(old, a_unit(old))
    CommitmentText.objects.update(years_after=True)
    text = carry_text(**into(new, old))
    made = {
        text,
        *carry_commitments(**into(new, old, text=text)),
        *carry_documents(**into(new, old)),
    }
    carry_committee(**into(new, old))
    made.add(SteeringCommittee.objects.get(campaign=new))
    entries = TrailEntry.objects.filter(action="campaign_carried_over")
    assert {(one.target_type, one.target_id) for one in entries} == {
        (row._meta.label_lower, row.pk) for row in made
    }


def test_meetings_directives_and_amounts_stay_with_their_year(new, old):
    records_of(old, a_unit(old))
    text = carry_text(**into(new, old))
    carry_commitments(**into(new, old, text=text))
    carry_committee(**into(new, old))
    carry_documents(**into(new, old))
    for model in (Meeting, Directive, FundingLine):
        assert not model.objects.filter(campaign=new).exists()
