"""Reviews: per content and quarter, by the ward, while the campaign is open."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import CommitmentReview
from commitments.selectors.pledge_board import get_pledge_board
from commitments.selectors.pledge_quarters import (
    quarter_on,
    quarter_start,
    quarters_begun,
)
from commitments.services.edits import EditConflict
from commitments.services.pledge_reviews import Look, review_commitment
from commitments.services.pledges import withdraw_commitment
from tests.commitments.pledging import a_pledge_campaign, signed
from tests.factories.commitments import (
    CampaignFactory,
    CommitmentFactory,
    DocumentFactory,
)
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def standing():
    """A commitment of last year's campaign, all of whose quarters have begun."""
    year = timezone.localdate().year - 1
    campaign, staff, (unit,) = a_pledge_campaign(period_start=dt.date(year, 1, 1))
    row = signed(staff, campaign, unit, signed_on=dt.date(year, 5, 12))
    return row, staff


def contents_of(row):
    return list(row.text.contents.all())


def reviewed(staff, row, *verdicts, quarter=1, version=None, **more):
    row.refresh_from_db()
    looks = [
        Look(one.pk, verdict, **more)
        for one, verdict in zip(contents_of(row), verdicts, strict=False)
    ]
    return review_commitment(
        actor=staff,
        commitment=row,
        version=row.version if version is None else version,
        quarter=quarter,
        looks=looks,
    )


def refusal(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_each_content_has_its_verdict_remark_and_proof(standing):
    row, staff = standing
    paper = DocumentFactory(campaign=row.campaign)

    reviewed(staff, row, "good", "remind", remark="Chậm một tuần", proof=paper)

    found = CommitmentReview.objects.order_by("content__order")
    assert [one.verdict for one in found] == ["good", "remind"]
    assert {one.remark for one in found} == {"Chậm một tuần"}
    assert {one.proof for one in found} == {paper}
    assert {one.reviewed_post for one in found} == {"Cán bộ phường"}


def test_reviewing_a_quarter_again_takes_the_place_of_what_was_there(standing):
    row, staff = standing
    reviewed(staff, row, "remind", "good")

    reviewed(staff, row, "good", "")

    assert CommitmentReview.objects.get().verdict == "good"
    entry = TrailEntry.objects.filter(action="commitment_reviewed").latest("pk")
    assert '"before":{"quarter":1,"verdicts":{"1":"remind","2":"good"}}' in (
        entry.payload
    )


def test_the_board_shows_the_latest_quarter(standing):
    row, staff = standing
    reviewed(staff, row, "remind", "doing", quarter=3)
    reviewed(staff, row, "good", quarter=2)

    board = get_pledge_board(user=staff, campaign=row.campaign)

    (group,) = board.groups
    assert [look.code for look in group.rows[0].looks] == ["remind", "doing", "none"]


def test_an_older_version_is_a_conflict(standing):
    row, staff = standing
    reviewed(staff, row, "good")

    with pytest.raises(EditConflict):
        reviewed(staff, row, "remind", version=1)


@pytest.mark.parametrize("quarter", [0, 5])
def test_a_year_has_four_quarters(standing, quarter):
    row, staff = standing

    assert refusal(reviewed, staff, row, "good", quarter=quarter) == "quarter_unknown"


def test_a_quarter_that_has_not_begun_is_not_reviewed():
    start = timezone.localdate() - dt.timedelta(days=20)
    campaign, staff, (unit,) = a_pledge_campaign(period_start=start)
    row = signed(staff, campaign, unit)

    assert reviewed(staff, row, "good", quarter=1)
    assert refusal(reviewed, staff, row, "good", quarter=2) == "quarter_ahead"


def test_a_remark_asks_for_a_verdict(standing):
    row, staff = standing

    assert refusal(reviewed, staff, row, "", remark="Chậm") == "verdict_missing"


def test_an_unknown_verdict_is_refused(standing):
    row, staff = standing

    assert refusal(reviewed, staff, row, "fine") == "invalid"


def test_contents_of_another_text_are_refused(standing):
    row, staff = standing
    foreign = CommitmentFactory().text.contents.first()

    code = refusal(
        review_commitment,
        actor=staff,
        commitment=row,
        version=row.version,
        quarter=1,
        looks=[Look(foreign.pk, "good")],
    )

    assert code == "other_text"


def test_a_proof_is_of_the_same_campaign(standing):
    row, staff = standing

    code = refusal(reviewed, staff, row, "good", proof=DocumentFactory())

    assert code == "other_campaign"


def test_what_was_withdrawn_is_not_reviewed(standing):
    row, staff = standing
    withdraw_commitment(actor=staff, commitment=row, reason="Nhầm.")

    assert refusal(reviewed, staff, row, "good") == "not_standing"


def test_a_closed_campaign_is_not_reviewed(standing):
    row, staff = standing
    row.campaign.closed_at = timezone.now()
    row.campaign.save()

    assert refusal(reviewed, staff, row, "good") == "campaign_closed"


def test_a_unit_does_not_review_itself(standing):
    row, _staff = standing
    person = member(
        row.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=row.unit
    )

    with pytest.raises(PermissionDenied):
        reviewed(person, row, "good")


# --- Quarters ---------------------------------------------------------------------


def a_period(start, end):
    return CampaignFactory.build(ward=None, period_start=start, period_end=end)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (dt.date(2022, 11, 14), 1),  # before the period
        (dt.date(2022, 11, 15), 1),
        (dt.date(2023, 2, 14), 1),
        (dt.date(2023, 2, 15), 2),
        (dt.date(2023, 8, 15), 4),
        (dt.date(2024, 1, 1), 4),  # after it
    ],
)
def test_quarters_are_of_the_period_not_of_the_calendar(day, quarter):
    campaign = a_period(dt.date(2022, 11, 15), dt.date(2023, 11, 14))

    assert quarter_on(campaign, day) == quarter


def test_a_day_that_a_month_has_not_is_its_last():
    campaign = a_period(dt.date(2025, 11, 30), dt.date(2026, 11, 29))

    assert [quarter_start(campaign, one) for one in (1, 2, 3, 4)] == [
        dt.date(2025, 11, 30),
        dt.date(2026, 2, 28),
        dt.date(2026, 5, 30),
        dt.date(2026, 8, 30),
    ]


def test_a_short_period_has_fewer_quarters():
    campaign = a_period(dt.date(2023, 1, 1), dt.date(2023, 6, 30))

    assert quarters_begun(campaign, dt.date(2024, 1, 1)) == [1, 2]
