"""Pages of meetings, as they answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Contribution, Meeting, OutsideBody
from tests.commitments.meetings import the_conference
from tests.factories.commitments import (
    AgendaItemFactory,
    ContributionFactory,
    DirectiveFactory,
    DocumentFactory,
    MeetingFactory,
    OutsideBodyFactory,
)
from tests.factories.criteria import an_evaluation
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def campaign():
    return an_evaluation({}, {}).campaign


@pytest.fixture
def home(campaign):
    return f"/w/{campaign.ward.slug}/{campaign.year}/meetings/"


@pytest.fixture
def staff(client, campaign):
    user = member(campaign.ward)
    client.force_login(user)
    return user


@pytest.fixture
def meeting(campaign):
    return MeetingFactory(campaign=campaign, title="Họp quý")


def a_session(*points, **fields):
    """What the form sends: rows of the agenda are (number, text)."""
    sent = {
        "kind": "committee_session",
        "title": "Họp Ban Chỉ đạo",
        "held_on": f"{TODAY:%d/%m/%Y}",
        "agenda-TOTAL_FORMS": len(points) + 1,
        "agenda-INITIAL_FORMS": 0,
        f"agenda-{len(points)}-kind": "bao_cao",
    }
    for place, (number, text) in enumerate(points):
        sent |= {
            f"agenda-{place}-number": number,
            f"agenda-{place}-kind": "bao_cao",
            f"agenda-{place}-text_vi": text,
        }
    return sent | fields


def test_the_conference_of_the_example_stands_on_its_page(client, staff, campaign):
    conference = the_conference(campaign)
    at = f"/w/{campaign.ward.slug}/{campaign.year}/meetings/{conference.pk}/"

    page = client.get(at).content.decode()

    for text in (
        "Ban Chỉ đạo 138 thành phố Đồng Hới",
        "Đại diện lãnh đạo Công an tỉnh",
        "Báo cáo đánh giá tình hình",
        "Công bố quyết định thành lập",
        "Các đại biểu tham luận",
        "Phát biểu chỉ đạo của đại diện Công an tỉnh",
        "Ký cam kết giữa các ban, ngành",
    ):
        assert text in page, text


def test_a_year_without_meetings_is_led_to_recording_one(client, staff, home):
    assert f"{home}new/" in client.get(home).content.decode()


def test_a_meeting_is_recorded_with_its_agenda(client, staff, home):
    sent = a_session(("2", "Thảo luận"), ("1", "Báo cáo"), new_body="Công an tỉnh")

    response = client.post(f"{home}new/", sent, follow=True)

    agenda = [line.text for line in response.context["page"].agenda]
    assert agenda == ["Báo cáo", "Thảo luận"]
    assert OutsideBody.objects.get().name == "Công an tỉnh"


def test_a_point_is_left_out_and_one_moved_up(client, staff, home, meeting):
    for place, text in enumerate(["Một", "Hai", "Ba"], start=1):
        AgendaItemFactory(meeting=meeting, order=place, text_vi=text)
    sent = a_session(("3", "Một"), ("1", "Hai"), ("2", "Ba"), version=1)
    sent["agenda-2-remove"] = "on"

    client.post(f"{home}{meeting.pk}/edit/", sent)

    assert list(meeting.agenda.values_list("text_vi", flat=True)) == ["Hai", "Một"]


def test_the_form_of_a_meeting_holds_what_is_recorded(client, staff, home, meeting):
    item = AgendaItemFactory(
        meeting=meeting,
        text_vi="Công bố quyết định",
        document=DocumentFactory(
            campaign=meeting.campaign, withdrawn_at=timezone.now()
        ),
    )

    page = client.get(f"{home}{meeting.pk}/edit/")

    first = page.context["points"].forms[0]
    assert first["text_vi"].value() == "Công bố quyết định"
    assert str(item.document_id) in dict(first.fields["document"].choices)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "party"}, "kind"),
        ({"held_on": "31/02/2026"}, "held_on"),
        ({"held_on": "05/10/2099"}, "held_on"),
        ({"attendance_count": "hai mươi"}, "attendance_count"),
        ({"attendance_count": "9" * 16}, "attendance_count"),
        ({"organising_units": ["x"]}, "organising_units"),
        ({"organising_units": ["9" * 30]}, "organising_units"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_the_agenda_kept(
    client, staff, home, fields, field
):
    response = client.post(f"{home}new/", a_session(("1", "Báo cáo"), **fields))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Báo cáo" in response.content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"agenda-0-number": "0"},
        {"agenda-0-kind": "hat"},
        {"agenda-0-document": "999999"},
        {"agenda-0-text_vi": "x" * 501},
        {"agenda-TOTAL_FORMS": "x"},
        {"agenda-TOTAL_FORMS": "1000"},
    ],
)
def test_a_fault_in_the_agenda_saves_nothing(client, staff, home, row):
    response = client.post(f"{home}new/", a_session(("1", "Báo cáo"), **row))

    assert response.status_code == 422
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("field", "foreign"),
    [
        ("organising_units", ParticipatingUnitFactory),
        ("organising_bodies", OutsideBodyFactory),
        ("minutes", DocumentFactory),
    ],
)
def test_rows_of_another_ward_are_refused_beside_the_field(
    client, staff, home, field, foreign
):
    response = client.post(f"{home}new/", a_session(**{field: [foreign().pk]}))

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_meetings_of_another_ward_are_not_there(client, staff, home, meeting):
    foreign = ContributionFactory()
    there = f"{home}{foreign.meeting_id}/"

    for way in ("", "edit/", "contributions/new/"):
        assert client.get(f"{there}{way}").status_code == 404
    crossed = f"{home}{meeting.pk}/contributions/{foreign.pk}/edit/"
    assert client.get(crossed).status_code == 404


def test_a_day_outside_the_period_is_taken_and_said(client, staff, home, campaign):
    day = f"20/12/{campaign.year - 1}"

    response = client.post(f"{home}new/", a_session(held_on=day), follow=True)

    assert response.context["page"].is_outside_period
    assert day in response.content.decode()


def test_a_changed_meeting_is_shown_in_both_versions(client, staff, home, meeting):
    AgendaItemFactory(meeting=meeting, text_vi="Mục đã lưu")
    Meeting.objects.update(title="Tên đã lưu", version=2)

    response = client.post(
        f"{home}{meeting.pk}/edit/",
        a_session(("1", "Mục đang ghi"), title="Tên đang ghi", version=1),
    )

    page = response.content.decode()
    assert response.status_code == 409
    for text in ("Tên đã lưu", "Tên đang ghi", "Mục đã lưu", "Mục đang ghi"):
        assert text in page, text
    assert response.context["form"].data["version"] == "2"


def test_a_contribution_is_written_down_and_corrected(client, staff, home, meeting):
    sent = {"kind": "paper", "subject": "Tự quản", "speaker_position": "Tổ trưởng"}
    client.post(f"{home}{meeting.pk}/contributions/new/", sent)
    made = Contribution.objects.get()

    response = client.post(
        f"{home}{meeting.pk}/contributions/{made.pk}/edit/",
        sent | {"subject": "Tự quản ở tổ 1", "version": 1},
        follow=True,
    )

    assert "Tự quản ở tổ 1" in response.content.decode()


def test_a_contribution_of_nobody_is_told_beside_the_field(
    client, staff, home, meeting
):
    response = client.post(
        f"{home}{meeting.pk}/contributions/new/",
        {"kind": "paper", "subject": "Tự quản"},
    )

    assert response.status_code == 422
    assert "unit" in response.context["form"].errors


def test_a_changed_contribution_is_shown_in_both_versions(client, staff, home, meeting):
    row = ContributionFactory(meeting=meeting, subject="Bản đã lưu", version=2)

    response = client.post(
        f"{home}{meeting.pk}/contributions/{row.pk}/edit/",
        {
            "kind": "paper",
            "subject": "Bản đang ghi",
            "speaker_position": "Tổ trưởng",
            "version": 1,
        },
    )

    assert response.status_code == 409
    assert "Bản đã lưu" in response.content.decode()


# --- Contributors -----------------------------------------------------------------


@pytest.fixture
def unit(client, campaign):
    """The unit of a contributor who is signed in."""
    unit = ParticipatingUnitFactory(ward=campaign.ward)
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
    client.force_login(person)
    return unit


def test_a_contributors_form_begins_with_the_own_unit(client, unit, home):
    form = client.get(f"{home}new/").context["form"]

    assert form["organising_units"].value() == [unit.pk]
    assert "new_body" not in form.fields


def test_a_contributor_ticks_the_own_unit_alone(client, unit, home, campaign):
    other = ParticipatingUnitFactory(ward=campaign.ward)

    for units in ([other.pk], [unit.pk, other.pk]):
        sent = a_session(kind="other", organising_units=units)
        response = client.post(f"{home}new/", sent)
        assert response.status_code == 422
        assert "organising_units" in response.context["form"].errors

    own = a_session(kind="other", organising_units=[unit.pk])
    assert client.post(f"{home}new/", own).status_code == 302


@pytest.mark.parametrize("kind", ["committee_session", "launch_conference"])
def test_a_contributor_is_not_offered_what_a_criterion_counts(client, unit, home, kind):
    sent = a_session(kind=kind, organising_units=[unit.pk])

    response = client.post(f"{home}new/", sent)

    assert response.status_code == 422
    assert "kind" in response.context["form"].errors


def test_a_contributor_does_not_edit_others_meetings(client, unit, home, meeting):
    assert client.get(f"{home}{meeting.pk}/edit/").status_code == 403
    assert (
        f"{meeting.pk}/edit/" not in client.get(f"{home}{meeting.pk}/").content.decode()
    )


# --- What pages cost --------------------------------------------------------------


def test_pages_cost_the_same_for_one_row_and_for_thirty(client):
    def seen_with(size):
        campaign = an_evaluation({}, {}).campaign
        ward = campaign.ward
        meeting = the_conference(campaign)
        for place in range(size):
            other = MeetingFactory(
                campaign=campaign, minutes=DocumentFactory(campaign=campaign)
            )
            unit = ParticipatingUnitFactory(ward=ward)
            other.organising_units.add(unit)
            meeting.organising_units.add(unit)
            meeting.organising_bodies.add(OutsideBodyFactory(ward=ward))
            AgendaItemFactory(
                meeting=meeting,
                order=place + 10,
                document=DocumentFactory(campaign=campaign),
            )
            ContributionFactory(meeting=meeting, unit=unit)
            DirectiveFactory(campaign=campaign, meeting=meeting)
        client.force_login(member(ward))
        home = f"/w/{ward.slug}/{campaign.year}/meetings/"
        counts = []
        for page in ("", f"{meeting.pk}/", f"{meeting.pk}/edit/"):
            client.get(f"{home}{page}")
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"{home}{page}").status_code == 200
            counts.append(len(seen))
        return counts

    assert seen_with(1) == seen_with(30)
