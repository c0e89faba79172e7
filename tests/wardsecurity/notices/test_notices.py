"""Telling people things: once, and only those who see the unit."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories.accounts import UserFactory
from tests.factories.notices import NoticeFactory
from tests.factories.wards import MembershipFactory, UnitFactory, WardFactory, member
from wardsecurity.notices.models import Notice, NoticeKind
from wardsecurity.notices.selectors import line_of, list_notices, unread_count
from wardsecurity.notices.services import notify
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def tell(users, ward, key="one"):
    notify(
        users=users,
        unit=ward,
        kind=NoticeKind.SUBMITTED,
        facts={"ward": str(ward), "year": 2026},
        path="/",
        key=key,
    )


def test_the_same_thing_is_told_once_per_person():
    ward = WardFactory()
    people = [member(ward), member(ward)]

    tell(people, ward)
    tell(people, ward)
    tell(people, ward, key="another")

    assert sorted(Notice.objects.values_list("user_id", "key")) == sorted(
        (user.pk, key) for user in people for key in ("one", "another")
    )


def test_only_who_sees_the_unit_today_is_told():
    ward = WardFactory()
    sees, above = member(ward), member(ward.parent, Role.PROVINCE_VERIFIER)
    former = member(ward, valid_to=TODAY - DAY)
    coming = member(ward, valid_from=TODAY + DAY)
    closed = member(ward)
    closed.is_active = False
    closed.save()

    tell(
        [sees, above, former, coming, closed, member(WardFactory()), UserFactory()],
        ward,
    )

    told = set(Notice.objects.values_list("user_id", flat=True))
    assert told == {sees.pk, above.pk}


def test_telling_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    ward = WardFactory()
    few, many = [member(ward)], [member(ward) for _ in range(20)]
    with django_assert_num_queries(3):
        tell(few, ward)
    with django_assert_num_queries(3):
        tell(many, ward)


def test_a_membership_that_ended_shows_none_of_its_notices(client):
    seat = MembershipFactory()
    kept = NoticeFactory(user=seat.user, unit=seat.unit)
    seat.valid_to = TODAY - DAY
    seat.save()
    client.force_login(seat.user)

    assert unread_count(seat.user) == 0
    assert not list_notices(user=seat.user)
    address = reverse("criteria:notice-open", args=[kept.pk])
    assert client.post(address).status_code == 404
    kept.refresh_from_db()
    assert kept.read_at is None


def test_anothers_notice_is_not_there(client):
    ward = WardFactory()
    notice = NoticeFactory(user=member(ward), unit=ward)
    client.force_login(member(ward))

    address = reverse("criteria:notice-open", args=[notice.pk])
    assert client.post(address).status_code == 404
    assert "Tiêu chí thử" not in client.get("/notices/").content.decode()


def test_opening_a_notice_reads_it_and_leads_to_its_place(client):
    ward = WardFactory()
    user = member(ward)
    notice = NoticeFactory(user=user, unit=ward, path="/menu/")
    client.force_login(user)

    response = client.post(reverse("criteria:notice-open", args=[notice.pk]))

    assert response["Location"] == "/menu/"
    assert unread_count(user) == 0


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_a_notice_never_leads_away(client, path):
    ward = WardFactory()
    user = member(ward)
    notice = NoticeFactory(user=user, unit=ward, path=path)
    client.force_login(user)

    response = client.post(reverse("criteria:notice-open", args=[notice.pk]))

    assert response["Location"] == "/notices/"


def test_unread_stand_first_and_all_are_read_at_once(client):
    ward = WardFactory()
    user = member(ward)
    read = NoticeFactory(user=user, unit=ward, read_at=timezone.now())
    unread = NoticeFactory.create_batch(2, user=user, unit=ward)
    other = NoticeFactory(user=member(ward), unit=ward)
    client.force_login(user)
    assert [one.pk for one in list_notices(user=user)] == [
        unread[1].pk,
        unread[0].pk,
        read.pk,
    ]

    client.post("/notices/read/")

    assert unread_count(user) == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_the_bell_says_how_many_on_any_page(client):
    ward = WardFactory()
    user = member(ward)
    NoticeFactory.create_batch(3, user=user, unit=ward)
    client.force_login(user)
    for page in ("/notices/", "/menu/", "/campaigns/"):
        html = client.get(page).content.decode()
        bell = html.split('class="ws-bell"')[1].split("</a>")[0]
        assert '<span class="ws-count ws-count--ink">3</span>' in bell, page


def test_the_page_costs_the_same_for_few_and_for_many(
    client, django_assert_num_queries
):
    ward = WardFactory()
    user = member(ward)
    client.force_login(user)
    NoticeFactory(user=user, unit=ward)
    client.get("/notices/")
    with django_assert_num_queries(7) as few:
        client.get("/notices/")
    for _ in range(12):
        unit = WardFactory(parent=UnitFactory())
        MembershipFactory(user=user, unit=unit)
        NoticeFactory.create_batch(4, user=user, unit=unit)
    with django_assert_num_queries(len(few)):
        client.get("/notices/?page=2")


def test_what_is_told_is_never_markup(client):
    ward = WardFactory()
    user = member(ward)
    bad = "<script>alert(1)</script>\u202e"
    facts = {"number": 1, "title": bad, "post": bad, "ward": bad, "year": 2026}
    NoticeFactory(user=user, unit=ward, kind=NoticeKind.COMMENTED, facts=facts)
    client.force_login(user)

    html = client.get("/notices/").content.decode()

    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)") == 3


LEFT = {
    -1: "is 1 day overdue",
    0: "is due today",
    1: "is due in 1 day",
    7: "is due in 7 days",
}


@pytest.mark.parametrize(("days", "words"), LEFT.items())
def test_days_are_counted_when_it_is_read(days, words):
    notice = NoticeFactory.build(
        kind=NoticeKind.DUE,
        unit=None,
        user=None,
        facts={"number": 6, "due_on": f"{TODAY + days * DAY}"},
    )
    with translation.override("en"):
        assert words in line_of_unsaved(notice)


def line_of_unsaved(notice):
    notice.created_at = timezone.now()
    return line_of(notice).sentence


FACTS = {
    "number": 3,
    "title": "Tiêu chí",
    "ward": "Phường Mẫu",
    "year": 2026,
    "due_on": "2026-12-31",
    "expires_on": "2026-12-31",
    "post": "Trưởng Công an phường",
    "count": 2,
    "state": "verified",
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", NoticeKind.values)
def test_every_kind_has_its_sentence(kind, language):
    notice = NoticeFactory.build(kind=kind, unit=None, user=None, facts=FACTS)
    with translation.override(language):
        sentence = line_of_unsaved(notice)

    assert sentence.endswith(".")
    assert "%(" not in sentence


@pytest.mark.parametrize("state", ["recognised", "not_recognised", "verified"])
def test_every_conclusion_has_its_own_sentence(state):
    facts = {"ward": "Phường Mẫu", "year": 2026}
    with translation.override("en"):
        said = {
            one: line_of_unsaved(
                NoticeFactory.build(
                    kind="concluded", unit=None, user=None, facts=facts | {"state": one}
                )
            )
            for one in ("recognised", "not_recognised", "verified")
        }
    assert len(set(said.values())) == 3
    assert "Phường Mẫu" in said[state]
