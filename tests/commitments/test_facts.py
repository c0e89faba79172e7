"""What a ward's own records say: SQL and a recount in Python agree."""

import datetime as dt
from contextlib import contextmanager
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.models import MeetingKind, OfficialDocument
from commitments.selectors.facts import (
    fact_records,
    facts_of,
    quarters_of,
    ward_facts,
)
from tests.factories.commitments import (
    CampaignFactory,
    CeremonyFactory,
    CommitmentFactory,
    CommitteeFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    MeetingFactory,
    ModelPlaceFactory,
    TextFactory,
)
from tests.factories.wards import ParticipatingUnitFactory
from wardsecurity.wards.models import ParticipatingKind, ParticipatingUnit

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
START, END = dt.date(2025, 11, 15), dt.date(2026, 11, 14)
AS_OF = dt.date(2026, 9, 30)


@pytest.fixture
def campaign():
    return CampaignFactory(period_start=START, period_end=END)


def a_paper(campaign, **fields):
    return DocumentFactory(campaign=campaign, **{"issued_on": AS_OF} | fields)


# --- Quarters ---------------------------------------------------------------------


def test_quarters_of_a_calendar_year_are_the_calendars():
    assert quarters_of(dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
        (dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
        (dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
    ]


def test_quarters_are_counted_from_the_first_day_of_the_period():
    assert [first for first, _last in quarters_of(START, END)] == [
        dt.date(2025, 11, 15),
        dt.date(2026, 2, 15),
        dt.date(2026, 5, 15),
        dt.date(2026, 8, 15),
    ]


def test_a_period_from_the_last_of_a_month_does_not_wander():
    found = quarters_of(dt.date(2025, 11, 30), dt.date(2026, 11, 29))
    assert [first for first, _last in found] == [
        dt.date(2025, 11, 30),
        dt.date(2026, 2, 28),
        dt.date(2026, 5, 30),
        dt.date(2026, 8, 30),
    ]


@given(
    start=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), days=st.integers(0, 731)
)
def test_quarters_cover_the_period_without_gap_or_overlap(start, days):
    end = start + days * DAY
    found = quarters_of(start, end)
    assert (found[0][0], found[-1][1]) == (start, end)
    for (_first, last), (following, _end) in pairwise(found):
        assert last + DAY == following


# --- Each fact --------------------------------------------------------------------


def test_a_ward_without_records_has_no_facts(campaign):
    facts = ward_facts(campaign, AS_OF)
    papers = (facts.resolution, facts.plan, facts.regulation, facts.committee)
    assert not any(papers)
    assert (facts.funding_estimated, facts.funding_allocated) == (0, 0)
    assert (facts.quarters, facts.quarters_with_session) == (4, 0)
    assert (facts.launch_conferences, facts.models_running) == (0, 0)
    assert (facts.units_required, facts.units_signed) == (0, 0)
    assert facts.models_replicated == 0


@pytest.mark.parametrize("role", ["resolution", "plan", "regulation"])
@pytest.mark.parametrize(
    ("fields", "in_force"),
    [
        ({}, True),
        ({"issued_on": AS_OF + DAY}, False),
        ({"number": None, "display": ""}, False),
        ({"withdrawn_at": timezone.now()}, False),
    ],
    ids=["numbered", "issued later", "a draft", "withdrawn"],
)
def test_a_paper_in_force_is_numbered_issued_and_not_withdrawn(
    campaign, role, fields, in_force
):
    setattr(campaign, role, a_paper(campaign, **fields))
    campaign.save()
    facts = ward_facts(campaign, AS_OF)
    assert getattr(facts, role) == in_force
    others = {"resolution", "plan", "regulation"} - {role}
    assert not any(getattr(facts, other) for other in others)


def test_a_paper_that_plays_no_role_is_no_resolution(campaign):
    a_paper(campaign, resolution=True)
    assert not ward_facts(campaign, AS_OF).resolution


@pytest.mark.parametrize(
    ("fields", "established"),
    [({}, True), ({"issued_on": AS_OF + DAY}, False), (None, False)],
    ids=["by a decision", "by a later decision", "without a decision"],
)
def test_a_committee_is_established_by_a_decision_in_force(
    campaign, fields, established
):
    decision = None if fields is None else a_paper(campaign, **fields)
    CommitteeFactory(campaign=campaign, decision=decision)
    assert ward_facts(campaign, AS_OF).committee == established


def test_funding_adds_up_what_was_not_removed(campaign):
    FundingLineFactory(campaign=campaign, estimated=100, allocated=90)
    FundingLineFactory(campaign=campaign, estimated=10**15, allocated=5)
    FundingLineFactory(campaign=campaign, removed_at=timezone.now())
    facts = ward_facts(campaign, AS_OF)
    assert (facts.funding_estimated, facts.funding_allocated) == (10**15 + 100, 95)


@pytest.mark.parametrize(
    ("held", "quarters"),
    [
        ([START], 1),
        ([dt.date(2026, 2, 14), dt.date(2026, 2, 15)], 2),
        ([dt.date(2026, 2, 15), dt.date(2026, 5, 14)], 1),
        ([START - DAY], 0),
        ([AS_OF + DAY], 0),
        ([None], 0),
    ],
    ids=["first day", "either side", "one quarter", "before", "later", "planned"],
)
def test_a_quarter_counts_once_it_has_a_session(campaign, held, quarters):
    for day in held:
        MeetingFactory(campaign=campaign, held_on=day)
    assert ward_facts(campaign, AS_OF).quarters_with_session == quarters


def test_only_sessions_make_a_quarter_and_only_launches_a_launch(campaign):
    for kind in MeetingKind:
        MeetingFactory(campaign=campaign, kind=kind, held_on=AS_OF)
    MeetingFactory(campaign=campaign, kind="launch_conference", held_on=None)
    facts = ward_facts(campaign, AS_OF)
    assert (facts.quarters_with_session, facts.launch_conferences) == (1, 1)


def a_unit(campaign, **fields):
    return ParticipatingUnitFactory(ward=campaign.ward, **fields)


def signed(campaign, unit, day=AS_OF, **fields):
    return CommitmentFactory(campaign=campaign, unit=unit, signed_on=day, **fields)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, 1),
        ({"day": AS_OF + DAY}, 0),
        ({"withdrawn_at": timezone.now()}, 0),
        ({"ended_at": timezone.now()}, 0),
    ],
    ids=["live", "later", "withdrawn", "ended"],
)
def test_a_unit_has_signed_with_a_live_commitment(campaign, fields, counts):
    signed(campaign, a_unit(campaign), **fields)
    facts = ward_facts(campaign, AS_OF)
    assert (facts.units_required, facts.units_signed) == (1, counts)


def test_units_that_do_not_sign_are_not_asked(campaign):
    signed(campaign, a_unit(campaign, signs=False, kind=ParticipatingKind.DEPARTMENT))
    facts = ward_facts(campaign, AS_OF)
    assert (facts.units_required, facts.units_signed) == (0, 0)


def test_a_carried_commitment_counts_with_its_old_date(campaign):
    before = CampaignFactory(
        ward=campaign.ward, period_start=dt.date(2024, 11, 15), period_end=START - DAY
    )
    unit = a_unit(campaign)
    old = signed(before, unit, dt.date(2025, 3, 1))
    signed(campaign, unit, old.signed_on, carried_from=old)
    assert ward_facts(campaign, AS_OF).units_signed == 1


def test_the_day_of_the_first_ceremony_says_who_must_sign(campaign):
    first = dt.date(2026, 3, 1)
    a_unit(campaign, valid_to=first)  # ended right after it
    a_unit(campaign, valid_from=first + DAY)  # founded too late for it
    assert ward_facts(campaign, AS_OF).units_required == 1
    CeremonyFactory(campaign=campaign, held_on=first)
    CeremonyFactory(campaign=campaign, held_on=AS_OF)
    facts = ward_facts(campaign, AS_OF)
    assert facts.units_required == 1
    assert fact_records(campaign, "pledges.units_signed", AS_OF)[
        "wards.participatingunit"
    ] == [ParticipatingUnit.objects.get(valid_to=first).pk]


def test_a_ceremony_to_come_decides_nothing_yet(campaign):
    a_unit(campaign, valid_to=AS_OF)
    CeremonyFactory(campaign=campaign, held_on=AS_OF + DAY)
    assert ward_facts(campaign, AS_OF).units_required == 1


@pytest.mark.parametrize(
    ("fields", "running"),
    [
        ({"started_on": AS_OF}, 1),
        ({"started_on": AS_OF + DAY}, 0),
        ({"ended_on": AS_OF}, 1),
        ({"ended_on": AS_OF - DAY}, 0),
    ],
)
def test_a_model_runs_from_its_first_to_its_last_day(campaign, fields, running):
    GoodModelFactory(campaign=campaign, **fields)
    assert ward_facts(campaign, AS_OF).models_running == running


@pytest.mark.parametrize(
    ("fields", "replicated"),
    [
        ({"since": START}, 1),
        ({"since": AS_OF}, 1),
        ({"since": START - DAY}, 0),
        ({"since": AS_OF + DAY}, 0),
        ({"since": AS_OF, "is_origin": True}, 0),
    ],
    ids=["first day", "today", "a year before", "to come", "where it began"],
)
def test_a_model_is_replicated_to_another_place_in_the_period(
    campaign, fields, replicated
):
    model = GoodModelFactory(campaign=campaign)
    ModelPlaceFactory(model=model, **fields)
    ModelPlaceFactory(model=model, **fields)  # two places are one model
    assert ward_facts(campaign, AS_OF).models_replicated == replicated


# --- All facts at once ------------------------------------------------------------


def test_all_facts_of_many_campaigns_take_one_query(django_assert_num_queries):
    campaigns = CampaignFactory.create_batch(3)
    with django_assert_num_queries(1):
        found = facts_of(campaigns, timezone.localdate())
    assert set(found) == {one.pk for one in campaigns}


def test_campaigns_of_different_periods_have_quarters_of_their_own(campaign):
    other = CampaignFactory(
        period_start=dt.date(2026, 1, 1), period_end=dt.date(2026, 12, 31)
    )
    for one in (campaign, other):
        for day in (dt.date(2026, 2, 14), dt.date(2026, 2, 15)):
            MeetingFactory(campaign=one, held_on=day)
    found = facts_of([campaign, other], AS_OF)
    assert found[campaign.pk].quarters_with_session == 2
    assert found[other.pk].quarters_with_session == 1


def test_another_campaigns_records_are_not_counted(campaign):
    other = CampaignFactory(
        ward=campaign.ward, period_start=END + DAY, period_end=dt.date(2027, 11, 14)
    )
    FundingLineFactory(campaign=other)
    MeetingFactory(campaign=other, held_on=AS_OF)
    ModelPlaceFactory(model=GoodModelFactory(campaign=other, started_on=START))
    signed(other, a_unit(campaign))
    facts = ward_facts(campaign, AS_OF)
    assert facts.funding_estimated == facts.quarters_with_session == 0
    assert facts.models_running == facts.models_replicated == facts.units_signed == 0


def test_an_unknown_source_has_no_records(campaign):
    with pytest.raises(ValueError, match="police"):
        fact_records(campaign, "police.register", AS_OF)


# --- A recount in Python ----------------------------------------------------------

days = st.dates(START - 40 * DAY, END + 40 * DAY)
maybe_days = st.none() | days
flags = st.booleans()


@st.composite
def spans(draw):
    """A span that may be open at either end."""
    ends = sorted([draw(days), draw(days)])
    return [draw(st.sampled_from([day, None])) for day in ends]


RECORDS = st.fixed_dictionaries(
    {
        "papers": st.lists(st.tuples(flags, days, flags), min_size=4, max_size=4),
        "roles": st.lists(flags, min_size=4, max_size=4),
        "funding": st.lists(
            st.tuples(st.integers(0, 10**15), st.integers(0, 10**15), flags), max_size=3
        ),
        "meetings": st.lists(
            st.tuples(st.sampled_from(MeetingKind.values), maybe_days), max_size=8
        ),
        "ceremonies": st.lists(days, max_size=2),
        "units": st.lists(
            st.tuples(flags, spans(), st.none() | st.tuples(days, flags, flags)),
            max_size=5,
        ),
        "models": st.lists(
            st.tuples(days, maybe_days, st.lists(st.tuples(days, flags), max_size=3)),
            max_size=3,
        ),
        "as_of": days,
    }
)


@contextmanager
def undone():
    """Each example starts from the same, empty tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(campaign, drawn, issuer, text):
    """Write the drawn records, as a ward could have them."""
    now = timezone.now()
    papers = [
        DocumentFactory(
            campaign=campaign,
            issuer_unit=issuer,
            number=place + 1 if numbered else None,
            display="",
            issued_on=issued,
            withdrawn_at=now if withdrawn else None,
        )
        for place, (numbered, issued, withdrawn) in enumerate(drawn["papers"])
    ]
    for role, paper, chosen in zip(
        ["resolution", "plan", "regulation"], papers, drawn["roles"], strict=False
    ):
        setattr(campaign, role, paper if chosen else None)
    campaign.save()
    if drawn["roles"][3]:
        CommitteeFactory(campaign=campaign, decision=papers[3])
    for estimated, allocated, removed in drawn["funding"]:
        FundingLineFactory(
            campaign=campaign,
            estimated=estimated,
            allocated=allocated,
            removed_at=now if removed else None,
        )
    for kind, held in drawn["meetings"]:
        MeetingFactory(campaign=campaign, kind=kind, held_on=held)
    for held in drawn["ceremonies"]:
        CeremonyFactory(campaign=campaign, held_on=held)
    for place, (signs, (start, end), commitment) in enumerate(drawn["units"]):
        unit = ParticipatingUnitFactory(
            ward=campaign.ward,
            name=f"Đơn vị {place}",
            signs=signs,
            valid_from=start,
            valid_to=end,
        )
        if commitment:
            day, withdrawn, ended = commitment
            CommitmentFactory(
                campaign=campaign,
                text=text,
                unit=unit,
                signed_on=day,
                withdrawn_at=now if withdrawn else None,
                ended_at=now if ended else None,
            )
    for started, ended, places in drawn["models"]:
        model = GoodModelFactory(
            campaign=campaign,
            started_on=started,
            ended_on=ended if ended and ended >= started else None,
        )
        for since, is_origin in places:
            ModelPlaceFactory(model=model, since=since, is_origin=is_origin)


def recount(campaign, drawn):
    """The same facts by plain loops over what was drawn."""
    as_of = drawn["as_of"]

    def in_force(place):
        numbered, issued, withdrawn = drawn["papers"][place]
        chosen = drawn["roles"][place]
        return chosen and numbered and issued <= as_of and not withdrawn

    held = [day for day in drawn["ceremonies"] if day <= as_of]
    signing_day = min(held, default=as_of)
    required = [
        commitment
        for signs, (start, end), commitment in drawn["units"]
        if signs and (start or signing_day) <= signing_day <= (end or signing_day)
    ]
    sessions = [
        day
        for kind, day in drawn["meetings"]
        if kind == "committee_session" and day and day <= as_of
    ]
    return {
        "resolution": in_force(0),
        "plan": in_force(1),
        "regulation": in_force(2),
        "committee": in_force(3),
        "funding_estimated": sum(one[0] for one in drawn["funding"] if not one[2]),
        "funding_allocated": sum(one[1] for one in drawn["funding"] if not one[2]),
        "quarters": 4,
        "quarters_with_session": sum(
            any(first <= day <= last for day in sessions)
            for first, last in quarters_of(START, END)
        ),
        "launch_conferences": sum(
            kind == "launch_conference" and day is not None and day <= as_of
            for kind, day in drawn["meetings"]
        ),
        "units_required": len(required),
        "units_signed": sum(
            one is not None and one[0] <= as_of and not one[1] and not one[2]
            for one in required
        ),
        "models_running": sum(
            started <= as_of and (not ended or ended < started or ended >= as_of)
            for started, ended, _places in drawn["models"]
        ),
        "models_replicated": sum(
            any(
                START <= since <= min(as_of, END) and not origin
                for since, origin in places
            )
            for _started, _ended, places in drawn["models"]
        ),
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=RECORDS)
def test_sql_counts_what_a_recount_in_python_counts(drawn):
    with undone():
        campaign = CampaignFactory(period_start=START, period_end=END)
        issuer = a_unit(campaign, signs=False)
        text = TextFactory(campaign=campaign)
        write(campaign, drawn, issuer, text)
        facts = ward_facts(campaign, drawn["as_of"])
        told = {name: getattr(facts, name) for name in recount(campaign, drawn)}
        assert told == recount(campaign, drawn)
        as_of = drawn["as_of"]
        sizes = {
            "meetings.launch_conferences": facts.launch_conferences,
            "good_models.running": facts.models_running,
        }
        for source, size in sizes.items():
            (pks,) = fact_records(campaign, source, as_of).values()
            assert len(pks) == size
        found = fact_records(campaign, "pledges.units_signed", as_of)
        assert len(found["wards.participatingunit"]) == facts.units_required
        assert len(found["commitments.commitment"]) == facts.units_signed
        assert OfficialDocument.objects.filter(
            pk__in=fact_records(campaign, "documents.resolution", as_of)[
                "commitments.officialdocument"
            ]
        ).exists() == bool(facts.resolution)
