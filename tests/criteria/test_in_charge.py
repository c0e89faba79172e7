"""Members of the steering committee in charge of categories of criteria."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.services.members import Successor
from criteria.selectors.in_charge import get_charges
from criteria.services.in_charge import replace_in_charge, set_member_categories
from tests.factories.commitments import CommitteeFactory, MemberFactory
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def evaluation():
    return an_evaluation({}, {})


@pytest.fixture
def campaign(evaluation):
    return evaluation.campaign


@pytest.fixture
def categories(evaluation):
    return list(evaluation.criteria_set.categories.all())


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def head(campaign):
    return MemberFactory(
        committee=CommitteeFactory(campaign=campaign),
        role="truong_ban",
        position="Bí thư Đảng ủy phường",
    )


@pytest.fixture
def home(campaign):
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


def in_charge(staff, row, *categories):
    return set_member_categories(actor=staff, member=row, categories=categories)


def codes_of(staff, campaign):
    found = get_charges(user=staff, campaign=campaign)
    return {code: [row.pk for row in rows] for code, rows in found.by_code.items()}


def test_categories_are_chosen_anew_each_time(staff, campaign, head, categories):
    first, second = categories
    in_charge(staff, head, first, second)
    in_charge(staff, head, second)

    assert codes_of(staff, campaign) == {second.code: [head.pk]}
    entry = TrailEntry.objects.filter(action="member_in_charge").first()
    assert '"categories":["N1","N2"]' in entry.payload


def test_choosing_the_same_again_writes_nothing(staff, head, categories):
    in_charge(staff, head, *categories)
    in_charge(staff, head, *categories)

    assert TrailEntry.objects.filter(action="member_in_charge").count() == 1


def test_a_category_of_another_set_is_refused(staff, head):
    foreign = a_set({}).categories.first()

    with pytest.raises(RuleViolation) as refusal:
        in_charge(staff, head, foreign)

    assert (refusal.value.code, refusal.value.field) == ("other_set", "categories")


def test_a_former_member_keeps_what_was(staff, head, categories):
    head.valid_to = YESTERDAY
    head.save()

    with pytest.raises(RuleViolation, match=f"{YESTERDAY:%d/%m/%Y}"):
        in_charge(staff, head, *categories)


def test_a_closed_year_is_only_read(staff, campaign, head, categories):
    campaign.closed_at = timezone.now()
    campaign.save()

    with pytest.raises(RuleViolation) as refusal:
        in_charge(staff, head, *categories)

    assert refusal.value.code == "campaign_closed"


@pytest.mark.parametrize("role", [Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER])
def test_only_who_keeps_the_committee_chooses(campaign, head, categories, role):
    with pytest.raises(PermissionDenied):
        in_charge(member(campaign.ward, role), head, *categories)


def test_categories_go_on_with_the_post(staff, campaign, head, categories):
    in_charge(staff, head, *categories)

    following = replace_in_charge(
        actor=staff,
        member=head,
        version=1,
        last_day=YESTERDAY,
        successor=Successor("Phó Bí thư"),
        categories=categories,
    )

    assert codes_of(staff, campaign) == {"N1": [following.pk], "N2": [following.pk]}
    assert head.member_categories.count() == 2  # they say who was in charge then


def test_a_refused_category_leaves_the_member_in_place(staff, head):
    with pytest.raises(RuleViolation):
        replace_in_charge(
            actor=staff,
            member=head,
            version=1,
            last_day=YESTERDAY,
            successor=Successor("Phó Bí thư"),
            categories=[a_set({}).categories.first()],
        )

    head.refresh_from_db()
    assert (head.valid_to, head.replaced_by) == (None, None)


def test_the_first_in_rank_is_named_and_the_others_counted(staff, head, categories):
    committee, category = head.committee, categories[0]
    for row in (MemberFactory(committee=committee, order=1), head):
        in_charge(staff, row, category)

    found = get_charges(user=staff, campaign=committee.campaign)

    assert found.words_for("N1").startswith("Bí thư Đảng ủy phường")
    assert "1" in found.words_for("N1").removeprefix("Bí thư Đảng ủy phường")
    assert found.words_for("N2") == ""


# --- Pages ------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "criteria/1/", "committee/"])
def test_who_is_in_charge_stands_on_both_sides(
    client, staff, head, categories, home, page
):
    in_charge(staff, head, categories[0])
    client.force_login(staff)

    assert "Bí thư Đảng ủy phường" in client.get(f"{home}{page}").content.decode()


def test_the_page_of_replacing_has_the_categories_ticked(
    client, staff, head, categories, home
):
    in_charge(staff, head, categories[1])
    client.force_login(staff)

    form = client.get(f"{home}committee/{head.pk}/replace/").context["form"]

    assert form["categories"].initial == [categories[1]]
    assert form["position"].initial == "Bí thư Đảng ủy phường"


def replacing(head, **fields):
    return {
        "version": head.version,
        "last_day": f"{YESTERDAY:%d/%m/%Y}",
        "position": "Phó Bí thư Thường trực",
    } | fields


def test_a_member_is_replaced_in_the_page(client, staff, head, categories, home):
    client.force_login(staff)

    response = client.post(
        f"{home}committee/{head.pk}/replace/",
        replacing(head, categories=[categories[0].pk]),
        follow=True,
    )

    assert "Phó Bí thư Thường trực" in response.content.decode()
    head.refresh_from_db()
    assert head.valid_to == YESTERDAY
    assert head.replaced_by.member_categories.get().category == categories[0]


def test_a_replacement_with_a_fault_keeps_what_was_typed(client, staff, head, home):
    client.force_login(staff)
    address = f"{home}committee/{head.pk}/replace/"

    response = client.post(address, replacing(head, last_day="31/02/2026"))

    assert response.status_code == 422
    assert response.context["form"]["position"].value() == "Phó Bí thư Thường trực"
    assert "last_day" in response.context["form"].errors


def test_a_category_out_of_sight_is_refused_beside_the_field(client, staff, head, home):
    client.force_login(staff)
    foreign = a_set({}).categories.first().pk

    response = client.post(
        f"{home}committee/{head.pk}/categories/", {"categories": [foreign]}
    )

    assert response.status_code == 422
    assert "categories" in response.context["form"].errors


def test_replacing_what_somebody_changed_shows_both(client, staff, head, home):
    client.force_login(staff)
    sent = replacing(head)
    head.name, head.version = "Lê Mẫu", 2
    head.save()

    response = client.post(f"{home}committee/{head.pk}/replace/", sent)

    assert response.status_code == 409
    assert "Lê Mẫu" in response.content.decode()
    assert response.context["form"].data["version"] == "2"
