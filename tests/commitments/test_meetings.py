"""Meetings: recording them with an agenda, correcting them, what was contributed."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commitments.models import AgendaKind, OutsideBody
from commitments.selectors.meetings import get_meeting_board, get_meeting_page
from commitments.services.bodies import body_of_name
from commitments.services.contributions import (
    ContributionFacts,
    add_contribution,
    change_contribution,
)
from commitments.services.edits import EditConflict
from commitments.services.meetings import (
    MeetingFacts,
    Point,
    change_meeting,
    in_running_order,
    record_meeting,
)
from tests.commitments.meetings import the_conference, the_example
from tests.factories.commitments import (
    CampaignFactory,
    ContributionFactory,
    DocumentFactory,
    MeetingFactory,
    OutsideBodyFactory,
)
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def meeting(campaign):
    return MeetingFactory(campaign=campaign)


@pytest.fixture
def refused():
    """Return `refused(act, **kwargs)`: code and field of the rule that was broken."""

    def refused(act, **kwargs):
        with pytest.raises(RuleViolation) as refusal:
            act(**kwargs)
        return refusal.value.code, refusal.value.field

    return refused


def a_session(**fields):
    return MeetingFacts(
        **({"kind": "committee_session", "title": "Họp Ban Chỉ đạo"} | fields)
    )


def a_point(text="Báo cáo", **fields):
    return Point(**({"kind": "bao_cao", "text_vi": text} | fields))


# --- The launch conference --------------------------------------------------------


def test_the_conference_of_the_example_is_shown_as_the_article_has_it(campaign, staff):
    told = the_example()["conference"]

    page = get_meeting_page(user=staff, meeting=the_conference(campaign))

    assert page.meeting.title == told["title_vi"]
    assert (page.meeting.held_on, page.meeting.attendance_count) == (None, None)
    assert sorted(page.organisers) == sorted(told["organisers_vi"])
    assert page.who_came == told["attendance_vi"]
    assert [
        (line.item.order, line.item.kind, line.item.text_vi) for line in page.agenda
    ] == [(item["order"], item["kind"], item["text_vi"]) for item in told["agenda"]]
    papers = [line.item.order for line in page.agenda if line.item.document]
    assert papers == [2]
    assert page.contributions == []


# --- Recording --------------------------------------------------------------------


def test_a_meeting_is_recorded_with_its_agenda_in_one_step(campaign, staff):
    unit = ParticipatingUnitFactory(ward=campaign.ward)
    facts = a_session(
        held_on=TODAY,
        organising_units=[unit],
        new_body="Ban Chỉ đạo 138 thành phố",
        attendance_count=24,
    )

    made = record_meeting(
        actor=staff,
        campaign=campaign,
        facts=facts,
        agenda=[a_point("Ý kiến", number=2), a_point("Báo cáo", number=1)],
    )

    assert list(made.organising_units.all()) == [unit]
    body = made.organising_bodies.get()
    assert (body.name, body.ward) == ("Ban Chỉ đạo 138 thành phố", campaign.ward)
    points = list(made.agenda.values_list("order", "text_vi"))
    assert points == [(1, "Báo cáo"), (2, "Ý kiến")]
    entry = TrailEntry.objects.get(action="meeting_recorded")
    assert '"attendance_count":24' in entry.payload


@given(st.lists(st.one_of(st.none(), st.integers(1, 9)), max_size=12))
def test_points_stand_by_number_then_as_typed(numbers):
    agenda = [
        Point(AgendaKind.OTHER, str(place), number=number)
        for place, number in enumerate(numbers)
    ]

    ordered = in_running_order(agenda)

    assert [point.number for point in ordered] == list(range(1, len(agenda) + 1))
    typed = [numbers[int(point.text_vi)] for point in ordered]
    known = [number for number in typed if number is not None]
    assert known == sorted(known)
    assert typed[: len(known)] == known  # unnumbered ones last
    for one, other in itertools.pairwise(ordered):
        if numbers[int(one.text_vi)] == numbers[int(other.text_vi)]:
            assert int(one.text_vi) < int(other.text_vi)


def test_a_point_keeps_its_english_while_its_words_stand(campaign, staff, meeting):
    record_point = a_point("Báo cáo tình hình")
    change_meeting(
        actor=staff,
        meeting=meeting,
        version=1,
        facts=a_session(),
        agenda=[record_point, a_point("Tham luận")],
    )
    meeting.agenda.update(text_en="Words")

    change_meeting(
        actor=staff,
        meeting=meeting,
        version=2,
        facts=a_session(),
        agenda=[a_point("Tham luận của đơn vị"), record_point],
    )

    assert list(meeting.agenda.values_list("text_vi", "text_en")) == [
        ("Tham luận của đơn vị", ""),
        ("Báo cáo tình hình", "Words"),
    ]


# --- What is refused --------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"title": " "}, ("title_missing", "title")),
        ({"held_on": TOMORROW, "conclusions": "Thống nhất"}, "result_before_day"),
        ({"held_on": TOMORROW, "attendance_count": 0}, "result_before_day"),
        ({"held_on": dt.date(TODAY.year + 6, 10, 5)}, "day_far_off"),
        ({"held_on": dt.date(TODAY.year - 3, 10, 5)}, "day_far_off"),
        ({"attendance_count": 10**16}, ("attendance_too_large", "attendance_count")),
        ({"kind": "party"}, ("invalid", "kind")),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(campaign, staff, refused, fields, outcome):
    if isinstance(outcome, str):
        outcome = (outcome, "held_on")

    told = refused(
        record_meeting, actor=staff, campaign=campaign, facts=a_session(**fields)
    )

    assert told == outcome


@pytest.mark.parametrize(
    "fields",
    [
        {"held_on": TODAY, "conclusions": "Thống nhất", "attendance_count": 12},
        {"held_on": TOMORROW},
        {"held_on": None, "conclusions": "Thống nhất"},
        {"held_on": dt.date(TODAY.year - 1, 12, 20)},
    ],
)
def test_a_meeting_that_can_be_is_taken(campaign, staff, fields):
    assert record_meeting(actor=staff, campaign=campaign, facts=a_session(**fields)).pk


def test_rows_of_another_ward_or_year_are_refused(campaign, staff, refused):
    of_last_year = DocumentFactory(
        campaign=CampaignFactory(ward=campaign.ward, year=2020)
    )
    foreign = {
        "organising_units": ([ParticipatingUnitFactory()], "other_ward"),
        "organising_bodies": ([OutsideBodyFactory()], "other_ward"),
        "minutes": (of_last_year, "other_campaign"),
    }
    for field, (value, code) in foreign.items():
        facts = a_session(**{field: value})
        told = refused(record_meeting, actor=staff, campaign=campaign, facts=facts)
        assert told == (code, field)


def test_a_paper_of_another_year_or_withdrawn_is_not_named(campaign, staff, refused):
    withdrawn = DocumentFactory(campaign=campaign, withdrawn_at=timezone.now())
    for document, code in [
        (DocumentFactory(), "other_campaign"),
        (withdrawn, "document_withdrawn"),
    ]:
        told = refused(
            record_meeting,
            actor=staff,
            campaign=campaign,
            facts=a_session(),
            agenda=[a_point(document=document)],
        )
        assert told[0] == code


@pytest.mark.parametrize(
    ("agenda", "code"),
    [([a_point(" ")], "point_missing"), ([a_point()] * 41, "agenda_too_long")],
)
def test_an_agenda_says_something_and_ends(campaign, staff, refused, agenda, code):
    told = refused(
        record_meeting,
        actor=staff,
        campaign=campaign,
        facts=a_session(),
        agenda=agenda,
    )

    assert told[0] == code
    assert not campaign.meeting_set.exists()


def test_two_people_at_one_meeting_meet(staff, meeting):
    change_meeting(actor=staff, meeting=meeting, version=1, facts=a_session())

    with pytest.raises(EditConflict):
        change_meeting(actor=staff, meeting=meeting, version=1, facts=a_session())


# --- Bodies -----------------------------------------------------------------------


def test_a_body_named_in_passing_is_registered_once(campaign, staff):
    names = ["Công an tỉnh", " Công an tỉnh "]

    one, same = (
        body_of_name(actor=staff, ward=campaign.ward, name=name) for name in names
    )

    assert one == same
    assert OutsideBody.objects.filter(ward=campaign.ward).count() == 1
    assert TrailEntry.objects.filter(action="body_registered").count() == 1


def test_a_body_needs_a_name_and_who_keeps_all_records(campaign, staff):
    with pytest.raises(RuleViolation):
        body_of_name(actor=staff, ward=campaign.ward, name=" ")
    with pytest.raises(PermissionDenied):
        body_of_name(
            actor=member(campaign.ward, Role.UNIT_CONTRIBUTOR),
            ward=campaign.ward,
            name="Công an tỉnh",
        )


# --- Contributors -----------------------------------------------------------------


@pytest.fixture
def unit(campaign):
    return ParticipatingUnitFactory(ward=campaign.ward)


@pytest.fixture
def contributor(campaign, unit):
    return member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)


def test_a_contributor_records_what_the_own_unit_organises(campaign, contributor, unit):
    facts = a_session(kind="other", organising_units=[unit])

    made = record_meeting(actor=contributor, campaign=campaign, facts=facts)

    assert list(made.organising_units.all()) == [unit]


@pytest.mark.parametrize("of_another", [True, False])
def test_a_contributor_records_nothing_for_others(campaign, contributor, of_another):
    units = [ParticipatingUnitFactory(ward=campaign.ward)] if of_another else []

    with pytest.raises(PermissionDenied):
        record_meeting(
            actor=contributor,
            campaign=campaign,
            facts=a_session(kind="other", organising_units=units),
        )


def test_a_contributor_neither_takes_nor_gives_a_meeting_away(
    campaign, contributor, unit, meeting
):
    other = ParticipatingUnitFactory(ward=campaign.ward)
    meeting.kind = "other"
    meeting.save()
    meeting.organising_units.add(other)
    with pytest.raises(PermissionDenied):
        change_meeting(
            actor=contributor,
            meeting=meeting,
            version=1,
            facts=a_session(kind="other", organising_units=[unit]),
        )
    meeting.organising_units.set([unit])
    with pytest.raises(PermissionDenied):
        change_meeting(
            actor=contributor,
            meeting=meeting,
            version=1,
            facts=a_session(kind="other", organising_units=[other]),
        )


@pytest.mark.parametrize("kind", ["committee_session", "launch_conference"])
def test_what_a_criterion_counts_is_not_a_single_units_to_write(
    campaign, contributor, unit, kind
):
    with pytest.raises(PermissionDenied):
        record_meeting(
            actor=contributor,
            campaign=campaign,
            facts=a_session(kind=kind, organising_units=[unit]),
        )
    own = record_meeting(
        actor=contributor,
        campaign=campaign,
        facts=a_session(kind="other", organising_units=[unit]),
    )
    with pytest.raises(PermissionDenied):
        change_meeting(
            actor=contributor,
            meeting=own,
            version=1,
            facts=a_session(kind=kind, organising_units=[unit]),
        )


def test_a_meeting_held_with_others_is_not_a_single_units_to_write(
    campaign, contributor, unit
):
    others = [unit, ParticipatingUnitFactory(ward=campaign.ward)]
    with pytest.raises(PermissionDenied):
        record_meeting(
            actor=contributor,
            campaign=campaign,
            facts=a_session(kind="other", organising_units=others),
        )


# --- Contributions ----------------------------------------------------------------


def a_paper(**fields):
    return ContributionFacts(
        **(
            {"kind": "paper", "subject": "Tự quản", "speaker_position": "Tổ trưởng"}
            | fields
        )
    )


def test_a_paper_is_written_down_and_corrected(staff, meeting, unit):
    made = add_contribution(actor=staff, meeting=meeting, facts=a_paper(unit=unit))
    changed = change_contribution(
        actor=staff,
        contribution=made,
        version=1,
        facts=a_paper(kind="comment", subject="Góp ý"),
    )

    assert (made.unit, changed.unit) == (unit, None)
    assert (changed.kind, changed.subject, changed.version) == ("comment", "Góp ý", 2)
    with pytest.raises(EditConflict):
        change_contribution(actor=staff, contribution=made, version=1, facts=a_paper())


def test_a_contribution_is_somebodys_and_about_something(staff, meeting, refused):
    ward = meeting.campaign.ward
    both = {
        "unit": ParticipatingUnitFactory(ward=ward),
        "body": OutsideBodyFactory(ward=ward),
    }
    for fields, outcome in [
        ({"subject": " "}, ("subject_missing", "subject")),
        ({"speaker_position": " "}, ("speaker_missing", "unit")),
        (both, ("two_speakers", "body")),
        ({"unit": ParticipatingUnitFactory()}, ("other_ward", "unit")),
        ({"body": OutsideBodyFactory()}, ("other_ward", "body")),
        ({"document": DocumentFactory()}, ("other_campaign", "document")),
    ]:
        told = refused(
            add_contribution, actor=staff, meeting=meeting, facts=a_paper(**fields)
        )
        assert told == outcome


# --- Who, and when ----------------------------------------------------------------


def acts(meeting, contribution):
    """Every write on a meeting and what was contributed to it."""
    return [
        lambda actor: record_meeting(
            actor=actor, campaign=meeting.campaign, facts=a_session()
        ),
        lambda actor: change_meeting(
            actor=actor, meeting=meeting, version=1, facts=a_session()
        ),
        lambda actor: add_contribution(actor=actor, meeting=meeting, facts=a_paper()),
        lambda actor: change_contribution(
            actor=actor, contribution=contribution, version=1, facts=a_paper()
        ),
    ]


@pytest.mark.parametrize("place", range(4))
def test_a_closed_year_is_only_read(staff, meeting, refused, place):
    contribution = ContributionFactory(meeting=meeting)
    meeting.campaign.closed_at = timezone.now()
    meeting.campaign.save()

    code, _field = refused(acts(meeting, contribution)[place], actor=staff)

    assert code == "campaign_closed"


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    "role", [Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN]
)
def test_people_of_no_organiser_do_not_write(meeting, place, role):
    ward = meeting.campaign.ward
    who = member(ward.parent if role == Role.PROVINCE_ADMIN else ward, role)
    contribution = ContributionFactory(meeting=meeting)

    with pytest.raises(PermissionDenied):
        acts(meeting, contribution)[place](who)


# --- The list ---------------------------------------------------------------------


def test_quarters_count_from_the_first_day_of_the_period(staff):
    campaign = CampaignFactory(
        ward=staff.memberships.get().unit,
        period_start=dt.date(2022, 11, 15),
        period_end=dt.date(2023, 11, 14),
    )
    for day in [(2022, 11, 15), (2023, 2, 14), (2023, 2, 15), (2023, 11, 14)]:
        MeetingFactory(campaign=campaign, held_on=dt.date(*day))
    MeetingFactory(campaign=campaign, held_on=dt.date(2023, 6, 1), kind="review")

    board = get_meeting_board(user=staff, campaign=campaign)

    assert [one.sessions for one in board.quarters] == [2, 1, 0, 1]
    assert board.quarters_with_session == 3


def test_what_is_to_come_or_undated_stands_before_what_was_held(campaign, staff):
    earlier, held, between = (
        MeetingFactory(campaign=campaign, held_on=TODAY - dt.timedelta(days=days))
        for days in (9, 0, 4)
    )
    undated = MeetingFactory(campaign=campaign, held_on=None)
    planned = MeetingFactory(campaign=campaign, held_on=TOMORROW)

    board = get_meeting_board(user=staff, campaign=campaign)

    assert [row.meeting for row in board.planned] == [planned, undated]
    assert [row.meeting for row in board.held] == [held, between, earlier]
    assert [row.status and row.status.code for row in board.planned] == [
        "planned",
        None,
    ]


def test_a_kind_shows_just_its_meetings(campaign, staff, meeting):
    launch = MeetingFactory(campaign=campaign, kind="launch_conference")

    board = get_meeting_board(user=staff, campaign=campaign, show="launch_conference")

    assert [row.meeting for row in board.held] == [launch]
    assert [tab.count for tab in board.tabs] == [2, 1, 1, 0, 0]
