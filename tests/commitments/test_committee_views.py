"""Pages of the steering committee, as they answer."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import CommitteeMember, SteeringCommittee
from criteria.models import MemberCategory
from tests.factories.commitments import CommitteeFactory, MemberFactory
from tests.factories.criteria import an_evaluation
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def campaign():
    return an_evaluation({}, {}).campaign


@pytest.fixture
def committee(campaign):
    return CommitteeFactory(campaign=campaign)


@pytest.fixture
def home(campaign):
    return f"/w/{campaign.ward.slug}/{campaign.year}/committee/"


@pytest.fixture
def staff(client, campaign):
    user = member(campaign.ward)
    client.force_login(user)
    return user


def a_post(**fields):
    return {"role": "uy_vien", "position": "Trưởng trạm Y tế"} | fields


def test_a_ward_without_a_committee_is_led_to_establishing_one(client, staff, home):
    page = client.get(home).content.decode()

    assert f"{home}establish/" in page


def test_who_only_reads_is_offered_nothing(client, campaign, committee, home):
    MemberFactory(committee=committee)
    client.force_login(member(campaign.ward, Role.COMMITTEE_MEMBER))

    page = client.get(home).content.decode()

    assert not [way for way in ("edit/", "end/", "replace/", "new/") if way in page]


def test_a_closed_year_offers_nothing(client, staff, campaign, committee, home):
    MemberFactory(committee=committee)
    campaign.closed_at = timezone.now()
    campaign.save()

    assert "members/" not in client.get(home).content.decode()


def test_a_committee_is_established_and_its_first_member_added(client, staff, home):
    client.post(f"{home}establish/", {"name": "Ban Chỉ đạo", "decision": ""})
    response = client.post(f"{home}members/new/", a_post(more="1"))

    assert response.url == f"{home}members/new/"
    assert CommitteeMember.objects.get().position == "Trưởng trạm Y tế"
    assert "Trưởng trạm Y tế" in client.get(home).content.decode()


def test_a_member_without_position_is_told_beside_the_field(
    client, staff, committee, home
):
    sent = a_post(position="", name="Trần Thị Mẫu")

    response = client.post(f"{home}members/new/", sent)

    assert response.status_code == 422
    assert "position" in response.context["form"].errors
    assert "Trần Thị Mẫu" in response.content.decode()


def test_a_second_head_is_told_beside_the_role(client, staff, committee, home):
    MemberFactory(committee=committee, role="truong_ban")

    response = client.post(f"{home}members/new/", a_post(role="truong_ban"))

    assert response.status_code == 422
    assert "role" in response.context["form"].errors


@pytest.mark.parametrize("order", ["0", "-1", "1000", "x", "9" * 30])
def test_a_number_out_of_range_is_told_beside_the_field(
    client, staff, committee, home, order
):
    response = client.post(f"{home}members/new/", a_post(order=order))

    assert response.status_code == 422
    assert "order" in response.context["form"].errors


@pytest.mark.parametrize("unit", ["foreign", "unknown"])
def test_a_unit_of_another_ward_is_refused_like_an_unknown_one(
    client, staff, committee, home, unit
):
    pk = ParticipatingUnitFactory().pk if unit == "foreign" else 10**9

    response = client.post(f"{home}members/new/", a_post(unit=pk))

    assert response.status_code == 422
    assert "unit" in response.context["form"].errors
    assert not CommitteeMember.objects.exists()


def test_a_member_of_another_committee_is_not_there(client, staff, committee, home):
    foreign = MemberFactory()

    for way in ("edit", "end"):
        assert client.get(f"{home}members/{foreign.pk}/{way}/").status_code == 404
    for way in ("replace", "categories"):
        assert client.get(f"{home}{foreign.pk}/{way}/").status_code == 404


def test_a_term_is_ended_in_its_page(client, staff, committee, home):
    row = MemberFactory(committee=committee, position="Chủ tịch Hội Nông dân")
    sent = {"version": 1, "last_day": f"{TODAY - dt.timedelta(days=1):%d/%m/%Y}"}

    response = client.post(f"{home}members/{row.pk}/end/", sent, follow=True)

    assert [one.pk for one in response.context["page"].former] == [row.pk]


@pytest.mark.parametrize("day", ["", "31/02/2026", "01/01/2099"])
def test_a_last_day_that_cannot_be_is_told_beside_the_field(
    client, staff, committee, home, day
):
    row = MemberFactory(committee=committee)

    response = client.post(
        f"{home}members/{row.pk}/end/", {"version": 1, "last_day": day}
    )

    assert response.status_code == 422
    assert "last_day" in response.context["form"].errors


def test_a_changed_member_is_shown_in_both_versions(client, staff, committee, home):
    row = MemberFactory(committee=committee, position="Bản đã lưu", version=2)

    response = client.post(
        f"{home}members/{row.pk}/edit/", a_post(position="Bản đang ghi", version=1)
    )

    assert response.status_code == 409
    page = response.content.decode()
    assert "Bản đã lưu" in page
    assert "Bản đang ghi" in page
    again = response.context["form"].data["version"]
    sent = a_post(position="Bản đang ghi", version=again)
    assert client.post(f"{home}members/{row.pk}/edit/", sent).status_code == 302


def test_a_changed_committee_is_shown_in_both_versions(client, staff, committee, home):
    SteeringCommittee.objects.update(name="Tên đã lưu", version=2)

    response = client.post(f"{home}edit/", {"name": "Tên đang ghi", "version": 1})

    assert response.status_code == 409
    assert "Tên đã lưu" in response.content.decode()


def test_the_page_costs_the_same_for_one_member_and_for_thirty(client):
    def seen_with(size):
        evaluation = an_evaluation({}, {})
        campaign = evaluation.campaign
        committee = CommitteeFactory(campaign=campaign)
        for place in range(size):
            row = MemberFactory(
                committee=committee,
                unit=ParticipatingUnitFactory(ward=campaign.ward),
                valid_to=TODAY - dt.timedelta(days=1) if place % 3 == 2 else None,
            )
            MemberCategory.objects.create(
                member=row, category=evaluation.criteria_set.categories.first()
            )
        client.force_login(member(campaign.ward))
        home = f"/w/{campaign.ward.slug}/{campaign.year}/"
        counts = []
        for page in ("committee/", "", "criteria/1/"):
            client.get(f"{home}{page}")
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"{home}{page}").status_code == 200
            counts.append(len(seen))
        return counts

    assert seen_with(2) == seen_with(30)
