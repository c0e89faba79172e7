"""Units that follow others, with their years: services and pages of the admin site."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from commitments.models import Campaign
from criteria.models import Evaluation, SetState
from criteria.selectors.succession import left_by
from criteria.services.succession import Start, succeed
from tests.factories.criteria import a_set, an_evaluation, supported
from tests.factories.files import StoredFileFactory
from tests.factories.wards import (
    PAPER,
    TESTS,
    MembershipFactory,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import FormReceipt
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.models import AdministrativeUnit, UnitSuccession
from wardsecurity.wards.succession import NewUnit

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 7, 1)
NEW = NewUnit("phuong-moi", "Phường Mới", "ward")


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def two(province):
    return [
        WardFactory(parent=province, name=name) for name in ("Phường An", "Phường Bình")
    ]


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def published(province):
    return a_set({}, owner=province, state=SetState.PUBLISHED)


@pytest.fixture
def manage(client, admin):
    client.force_login(admin)
    return client


def a_start(criteria_set):
    return Start(
        criteria_set, "Phường an toàn", dt.date(2026, 7, 1), dt.date(2026, 12, 31)
    )


def merge(actor, two, start=None, **facts):
    return succeed(
        actor=actor,
        kind="merge",
        facts={"predecessors": two, "new": NEW, "effective_on": DAY, "paper": PAPER}
        | facts,
        start=start,
    )


# --- The successor's campaign -----------------------------------------------------


def test_the_province_opens_the_campaign_of_the_unit_that_goes_on(
    admin, two, published
):
    followed = merge(admin, two, a_start(published))

    (evaluation,) = followed.evaluations
    assert evaluation.campaign.ward == followed.successors[0]
    assert evaluation.campaign.year == 2026
    assert evaluation.assessments.count() == 1
    assert not evaluation.campaign.is_sample


def test_the_campaign_after_invented_ones_is_invented(admin, two, province):
    an_evaluation(ward=two[0], is_synthetic=True)
    working = a_set({}, owner=province, state=SetState.WORKING)

    (evaluation,) = merge(admin, two, a_start(working)).evaluations

    assert evaluation.campaign.is_synthetic


def test_a_division_opens_a_campaign_in_each_part(admin, two, published):
    followed = succeed(
        actor=admin,
        kind="split",
        facts={
            "unit": two[0],
            "new": [NEW, NewUnit("phuong-hai", "Phường Hai", "ward")],
            "effective_on": DAY,
            "paper": PAPER,
        },
        start=a_start(published),
    )
    wards = [one.campaign.ward for one in followed.evaluations]
    assert wards == followed.successors


@pytest.mark.parametrize("state", [SetState.DRAFT, SetState.WORKING])
def test_a_set_still_to_be_checked_stops_it_all(admin, two, province, state):
    draft = a_set({}, owner=province, state=state)
    with pytest.raises(RuleViolation) as refusal:
        merge(admin, two, a_start(draft))
    assert refusal.value.code == "set_not_published"
    assert not UnitSuccession.objects.exists()


def test_another_provinces_set_is_out_of_reach(admin, two):
    foreign = a_set({}, owner=UnitFactory(), state=SetState.PUBLISHED)
    with pytest.raises(RuleViolation) as refusal:
        merge(admin, two, a_start(foreign))
    assert refusal.value.code == "set_out_of_reach"


def test_a_province_admin_opens_campaigns_nowhere_else(two, published):
    stranger = member(UnitFactory(), Role.PROVINCE_ADMIN)
    with pytest.raises(PermissionDenied):
        merge(stranger, two, a_start(published))


def test_a_campaign_of_an_ended_ward_stays_open_to_its_people(client, admin, two):
    evaluation = an_evaluation({}, ward=two[0])
    officer = member(two[0])
    merge(admin, two)
    client.force_login(officer)

    page = client.get(f"/w/{two[0].slug}/{evaluation.campaign.year}/criteria/1/")

    assert page.status_code == 200
    evaluation.refresh_from_db()
    assert evaluation.campaign.closed_at is None


# --- What is left -----------------------------------------------------------------


def test_what_units_leave_behind_is_counted(admin, two):
    evaluation = an_evaluation({}, ward=two[0])
    supported(evaluation, 1)
    StoredFileFactory(unit=two[0])
    ParticipatingUnitFactory(ward=two[0])
    MembershipFactory(unit=two[0])
    MembershipFactory(unit=two[0], valid_to=dt.date(2025, 1, 1))
    closed = an_evaluation({}, ward=two[1]).campaign
    Campaign.objects.filter(pk=closed.pk).update(closed_at="2026-01-01T00:00:00Z")

    here, there = left_by(user=admin, units=two, last_day=dt.date(2026, 6, 30))

    assert (here.people, here.bodies, here.papers, here.files) == (1, 1, 1, 1)
    assert (len(here.open_years), here.closed_years) == (1, [])
    assert (there.open_years, there.closed_years) == ([], [closed.year])


@pytest.mark.parametrize("count", [1, 5])
def test_counting_takes_five_queries(django_assert_num_queries, province, count):
    admin = member(province, Role.PROVINCE_ADMIN)
    units = WardFactory.create_batch(count, parent=province)
    with django_assert_num_queries(5):
        left_by(user=admin, units=units, last_day=DAY)


# --- Pages ------------------------------------------------------------------------


def url(kind):
    return reverse(f"admin:wards_unitsuccession_{kind}")


def typed(two, **more):
    return {
        "predecessors": [unit.pk for unit in two],
        "name": "Phường Mới",
        "slug": "",
        "kind": "ward",
        "effective_on": "01/07/2026",
        "document_number": "1656/NQ-UBTVQH15",
        "document_date": "16/6/2025",
        "issuer": "Ủy ban Thường vụ Quốc hội",
        "with_bodies": "on",
        "form_key": "one",
    } | more


def test_nothing_is_written_before_it_is_confirmed(manage, two, published):
    an_evaluation({}, ward=two[0])
    before = TrailEntry.objects.count()

    page = manage.post(url("merge"), typed(two))

    assert page.status_code == 200
    said = page.content.decode()
    assert "Phường An" in said
    assert "phuong-moi" in said
    assert 'name="confirm"' in said
    assert not UnitSuccession.objects.exists()
    assert TrailEntry.objects.count() == before


def test_confirmed_it_is_done_once(manage, two):
    data = typed(two, confirm="1")

    first, second = manage.post(url("merge"), data), manage.post(url("merge"), data)

    made = AdministrativeUnit.objects.get(slug="phuong-moi")
    change = reverse("admin:wards_administrativeunit_change", args=[made.pk])
    assert first.url == second.url == change
    assert UnitSuccession.objects.count() == 2
    assert FormReceipt.objects.count() == 1
    assert two[0].name in manage.get(first.url).content.decode()


def test_the_campaign_opens_with_it(manage, two, published):
    data = typed(
        two,
        confirm="1",
        start="on",
        criteria_set=published.pk,
        title="Năm đầu",
        period_start="01/07/2026",
        period_end="31/12/2026",
    )
    manage.post(url("merge"), data)

    assert Evaluation.objects.get().campaign.ward.slug == "phuong-moi"


def test_back_keeps_what_was_typed(manage, two):
    page = manage.post(url("merge"), typed(two, back="1"))
    assert page.status_code == 200
    assert 'value="Phường Mới"' in page.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effective_on": "32/7/2026"}, "effective_on"),
        ({"effective_on": ""}, "effective_on"),
        ({"name": ""}, "name"),
        ({"kind": "country"}, "kind"),
        ({"kind": "province"}, "kind"),
        ({"slug": "có dấu"}, "slug"),
        ({"predecessors": []}, "predecessors"),
        ({"document_number": ""}, "document_number"),
        ({"start": "on"}, "criteria_set"),
    ],
)
def test_faults_stand_beside_their_fields(manage, two, change, field):
    page = manage.post(url("merge"), typed(two, confirm="1") | change)
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not UnitSuccession.objects.exists()


def test_what_a_service_refuses_stands_beside_its_field(manage, two):
    page = manage.post(url("merge"), typed(two, into=two[1].pk))
    assert page.status_code == 422
    assert "Phường Bình" in page.context["form"].errors["into"][0]

    page = manage.post(url("merge"), typed(two, slug=two[0].slug))
    assert page.context["form"].errors["slug"]


def test_another_provinces_units_are_no_choice(manage, two):
    far = WardFactory()
    for name, value in (("predecessors", [two[0].pk, far.pk]), ("parent", far.pk)):
        page = manage.post(url("merge"), typed(two, confirm="1", **{name: value}))
        assert page.status_code == 422
        assert page.context["form"].errors[name]
    assert far.name not in manage.get(url("merge")).content.decode()
    assert not manage.get(url("rename"), {"unit": far.pk}).context["form"].initial


def test_another_provinces_set_is_no_choice(manage, two):
    foreign = a_set({}, owner=UnitFactory(), state=SetState.PUBLISHED)
    page = manage.post(url("merge"), typed(two, start="on", criteria_set=foreign.pk))
    assert page.context["form"].errors["criteria_set"]


def test_a_unit_is_renamed(manage, two):
    data = typed(two, unit=two[0].pk, confirm="1")
    assert manage.post(url("rename"), data).status_code == 302
    assert UnitSuccession.objects.get().kind == "rename"


def test_a_unit_is_divided(manage, two):
    data = typed(
        two,
        unit=two[0].pk,
        confirm="1",
        name1="Phường Một",
        kind1="ward",
        name2="Phường Hai",
        kind2="ward",
        name3="",
        name4="",
    )
    assert manage.post(url("split"), data).status_code == 302
    assert {one.successor.slug for one in UnitSuccession.objects.all()} == {
        "phuong-mot",
        "phuong-hai",
    }
    page = manage.post(url("split"), data | {"unit": two[1].pk, "name2": "Phường Một"})
    assert page.status_code == 422
    page = manage.post(
        url("split"), data | {"unit": two[1].pk, "name3": "Ba", "kind3": ""}
    )
    assert page.context["form"].errors["kind3"]


def test_a_unit_is_transferred_by_who_manages_both_places(manage, admin, two):
    other = UnitFactory()
    data = typed(two, unit=two[0].pk, parent=other.pk, confirm="1")
    assert manage.post(url("transfer"), data).status_code == 422
    MembershipFactory(user=admin, unit=other, role=Role.PROVINCE_ADMIN)
    assert manage.post(url("transfer"), data).status_code == 302
    assert UnitSuccession.objects.get().successor.parent == other


def test_a_unit_that_ended_is_no_choice_and_offers_no_steps(manage, admin, two):
    merge(admin, two)
    page = manage.get(url("rename"))
    assert two[0] not in page.context["form"].fields["unit"].queryset
    change = reverse("admin:wards_administrativeunit_change", args=[two[0].pk])
    page = manage.get(change)
    assert page.context["tools"] == []
    assert "Phường Mới" in page.content.decode()


def test_the_page_of_a_unit_leads_to_the_steps(manage, two):
    change = reverse("admin:wards_administrativeunit_change", args=[two[0].pk])
    tools = manage.get(change).context["tools"]
    assert [url for _label, url in tools] == [
        f"{url(kind)}?unit={two[0].pk}"
        for kind in ("merge", "split", "rename", "transfer")
    ]
    page = manage.get(tools[0][1])
    assert page.context["form"].initial["predecessors"] == [two[0]]


def test_a_verifier_reads_the_list_and_no_step(client, province, two):
    merge(TESTS, two)
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    page = client.get(reverse("admin:wards_unitsuccession_changelist"))
    assert page.context["steps"] == []
    assert "Phường An" in page.content.decode()
    assert client.get(url("merge")).status_code == 403
    change = reverse("admin:wards_administrativeunit_change", args=[two[0].pk])
    assert client.get(change).context["tools"] == []
