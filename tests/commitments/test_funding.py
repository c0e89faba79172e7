"""Funding: amounts in whole đồng, sums that agree, and what is refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis.strategies import integers, lists, tuples

from commitments.forms.funding import FundingForm
from commitments.models import FundingLine
from commitments.models.funding import LARGEST_AMOUNT
from commitments.selectors.funding import add_up, get_funding_table, share
from commitments.services.edits import EditConflict
from commitments.services.funding import (
    FundingFacts,
    change_funding,
    record_funding,
    remove_funding,
)
from tests.factories.commitments import (
    CampaignFactory,
    DocumentFactory,
    FundingLineFactory,
)
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

FACTS = {"purpose": "Tuyên truyền", "source": "ward", "estimated": 148_500_000}


@pytest.fixture
def campaign(db):
    return CampaignFactory()


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


def test_what_is_recorded_stands_in_the_table_and_in_the_trail(staff, campaign):
    line = record_funding(actor=staff, campaign=campaign, facts=FundingFacts(**FACTS))

    table = get_funding_table(user=staff, campaign=campaign)
    assert table.total.estimated == 148_500_000
    assert TrailEntry.objects.get(action="funding_recorded").target_id == line.pk


@pytest.mark.parametrize(
    "role", [Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN]
)
def test_funding_is_kept_by_staff_and_leaders_only(campaign, role):
    place = campaign.ward.parent if role == Role.PROVINCE_ADMIN else campaign.ward
    person = member(place, role)

    with pytest.raises(PermissionDenied):
        record_funding(actor=person, campaign=campaign, facts=FundingFacts(**FACTS))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"purpose": "  "}, ("purpose_missing", "purpose")),
        ({"source": "lottery"}, ("source_unknown", "source")),
        ({"estimated": -1}, ("amount_negative", "estimated")),
        ({"spent": LARGEST_AMOUNT + 1}, ("amount_too_large", "spent")),
        ({"document": DocumentFactory}, ("other_campaign", "document")),
    ],
)
def test_what_is_refused_writes_nothing(staff, campaign, changes, refused):
    changes = {name: one() if callable(one) else one for name, one in changes.items()}

    with pytest.raises(RuleViolation) as refusal:
        record_funding(
            actor=staff, campaign=campaign, facts=FundingFacts(**FACTS | changes)
        )

    assert (refusal.value.code, refusal.value.field) == refused
    assert not FundingLine.objects.exists()


@pytest.mark.parametrize("act", ["record", "change", "remove"])
def test_a_closed_year_takes_nothing(staff, campaign, act):
    line = FundingLineFactory(campaign=campaign)
    campaign.closed_at = timezone.now()
    campaign.save()
    facts = FundingFacts(**FACTS)

    acts = {
        "record": lambda: record_funding(actor=staff, campaign=campaign, facts=facts),
        "change": lambda: change_funding(
            actor=staff, line=line, version=1, facts=facts
        ),
        "remove": lambda: remove_funding(actor=staff, line=line, reason="Nhầm."),
    }

    with pytest.raises(RuleViolation) as refusal:
        acts[act]()

    assert refusal.value.code == "campaign_closed"


def test_an_old_version_is_a_conflict(staff, campaign):
    line = FundingLineFactory(campaign=campaign)
    facts = FundingFacts(**FACTS)
    change_funding(actor=staff, line=line, version=1, facts=facts)

    with pytest.raises(EditConflict):
        change_funding(actor=staff, line=line, version=1, facts=facts)


def test_a_removed_line_leaves_the_sums_and_stays_to_be_seen(staff, campaign):
    FundingLineFactory(campaign=campaign, estimated=5)
    line = FundingLineFactory(campaign=campaign, estimated=7)

    remove_funding(actor=staff, line=line, reason="Ghi nhầm.")

    table = get_funding_table(user=staff, campaign=campaign)
    assert table.total.estimated == 5
    assert [one.removed_reason for one in table.removed] == ["Ghi nhầm."]


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "reason_missing"), ("Nhầm.", "removed")]
)
def test_removing_needs_a_reason_and_a_line_that_stands(staff, campaign, reason, code):
    line = FundingLineFactory(campaign=campaign)
    if code == "removed":
        remove_funding(actor=staff, line=line, reason="Nhầm.")

    with pytest.raises(RuleViolation) as refusal:
        remove_funding(actor=staff, line=line, reason=reason)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("amounts", "notes"),
    [
        ({"estimated": 10, "allocated": 10, "spent": 10}, 0),
        ({"estimated": 10, "allocated": 11, "spent": 11}, 1),
        ({"estimated": 10, "allocated": 5, "spent": 6}, 1),
        ({"estimated": 10, "allocated": 11, "spent": 12}, 2),
    ],
)
def test_more_than_estimated_or_allocated_is_taken_and_said(
    staff, campaign, amounts, notes
):
    facts = FundingFacts(**FACTS | amounts)
    record_funding(actor=staff, campaign=campaign, facts=facts)

    (block,) = get_funding_table(user=staff, campaign=campaign).blocks

    assert len(block.rows[0].notes) == notes


# --- Shares and sums --------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (33, 40, "82.5"),
        (89_999, 100_000, "89.99"),  # never shows a mark it does not reach
        (2, 3, "66.66"),
        (11, 10, "110"),
        (0, 5, "0"),
    ],
)
def test_a_share_is_rounded_down(part, whole, shown):
    assert share(part, whole) == Decimal(shown)


def test_a_share_of_nothing_is_none():
    assert share(5, 0) is None


@given(integers(0, 10**15), integers(1, 10**15), integers(0, 150))
def test_a_share_shows_a_mark_if_and_only_if_it_reaches_it(part, whole, mark):
    assert (share(part, whole) >= mark) == (part * 100 >= mark * whole)


@given(lists(tuples(*[integers(0, 10**15)] * 3), max_size=6))
def test_sums_add_up_amounts_and_never_average_shares(amounts):
    lines = [
        FundingLine(estimated=one, allocated=two, spent=three)
        for one, two, three in amounts
    ]

    sums = add_up(lines)

    assert sums.estimated == sum(one for one, _, _ in amounts)
    assert sums.share == share(sums.allocated, sums.estimated)
    assert 0 <= sums.width <= 100


def test_the_sums_of_the_sources_make_the_whole(staff, campaign):
    for place, source in enumerate(["ward", "higher", "community", "ward"], start=1):
        FundingLineFactory(campaign=campaign, source=source, estimated=10**place)

    table = get_funding_table(user=staff, campaign=campaign)

    assert [block.sums.estimated for block in table.blocks] == [10_010, 100, 1_000]
    assert table.total.estimated == 11_110
    assert table.has_community


# --- What is typed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("148.500.000", 148_500_000),
        ("148 500 000", 148_500_000),
        (" 148500000 ", 148_500_000),
        ("0", 0),
    ],
)
def test_amounts_are_typed_with_dots_or_spaces_or_bare(staff, campaign, typed, amount):
    form = FundingForm(
        {"purpose": "x", "source": "ward", "estimated": typed},
        user=staff,
        campaign=campaign,
    )

    assert form.is_valid()
    assert form.facts().estimated == amount
    assert form.facts().allocated == 0


@pytest.mark.parametrize(
    "typed",
    [*("148,5", "148.5", "1.48.500", "-5", "5 triệu", "1e6", "", " "), "9" * 20],
)
def test_any_other_amount_is_refused_beside_its_field(staff, campaign, typed):
    form = FundingForm(
        {"purpose": "x", "source": "ward", "estimated": typed},
        user=staff,
        campaign=campaign,
    )

    assert list(form.errors) == ["estimated"]
    assert form["estimated"].value() == typed
