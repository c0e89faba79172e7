"""The province recommends a model, wards adopt it, and it is told how many did."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import GoodModel
from commitments.services.shared_models import (
    Adoption,
    adopt_model,
    recommend_model,
    withdraw_recommendation,
)
from tests.factories.commitments import CampaignFactory, GoodModelFactory
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.wards import (
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def verifier(province):
    return member(province, Role.PROVINCE_VERIFIER)


@pytest.fixture
def model(province):
    return GoodModelFactory(
        campaign=CampaignFactory(ward=WardFactory(parent=province)),
        results="Ít vụ hơn.",
        note="Ghi chú nội bộ của phường",
    )


@pytest.fixture
def recommended(model, admin):
    return recommend_model(actor=admin, model=model, why="Dễ làm theo.")


@pytest.fixture
def here(province):
    return CampaignFactory(ward=WardFactory(parent=province))


@pytest.fixture
def officer(here):
    return member(here.ward)


def adopted(officer, campaign, source, **kwargs):
    return adopt_model(
        actor=officer,
        campaign=campaign,
        source=source,
        adoption=Adoption(started_on=TODAY, **kwargs),
    )


class TestRecommending:
    @pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN])
    def test_people_of_the_province_do(self, model, province, role):
        actor = member(province, role)
        row = recommend_model(actor=actor, model=model, why=" Dễ làm theo. ")
        assert row.recommended_at is not None
        assert (row.recommended_by, row.recommended_why) == (actor, "Dễ làm theo.")

    def test_the_wards_own_people_do_not(self, model):
        with pytest.raises(PermissionDenied):
            recommend_model(
                actor=member(model.campaign.ward, Role.WARD_LEADER),
                model=model,
                why="Hay.",
            )

    def test_another_province_does_not(self, model):
        with pytest.raises(PermissionDenied):
            recommend_model(
                actor=member(UnitFactory(), Role.PROVINCE_ADMIN),
                model=model,
                why="Hay.",
            )

    def test_not_without_a_word(self, model, admin):
        with pytest.raises(RuleViolation) as refusal:
            recommend_model(actor=admin, model=model, why="  ")
        assert (refusal.value.code, refusal.value.field) == ("why_missing", "why")

    def test_not_what_has_ended(self, model, admin):
        model.started_on = TODAY - dt.timedelta(9)
        model.ended_on = TODAY - dt.timedelta(1)
        model.save()
        with pytest.raises(RuleViolation) as refusal:
            recommend_model(actor=admin, model=model, why="Hay.")
        assert refusal.value.code == "model_ended"

    def test_it_is_taken_back(self, recommended, admin):
        row = withdraw_recommendation(actor=admin, model=recommended)
        assert (row.recommended_at, row.recommended_why) == (None, "")
        with pytest.raises(RuleViolation) as refusal:
            withdraw_recommendation(actor=admin, model=row)
        assert refusal.value.code == "not_recommended"

    def test_both_are_trailed_in_the_wards_chain(self, recommended, admin):
        withdraw_recommendation(actor=admin, model=recommended)
        told = TrailEntry.objects.filter(chain__unit=recommended.campaign.ward)
        assert list(told.order_by("seq").values_list("action", flat=True))[-2:] == [
            "model_recommended",
            "model_unrecommended",
        ]


class TestAdopting:
    def test_a_row_of_its_own_with_its_places(self, recommended, here, officer):
        groups = [ParticipatingUnitFactory(ward=here.ward) for _ in range(2)]
        row = adopted(officer, here, recommended, led_by=groups[0], units=groups)
        assert row.campaign == here
        assert row.adopted_from == recommended
        assert (row.name, row.results) == (recommended.name, "")
        places = row.places.order_by("pk")
        assert [place.unit for place in places] == groups
        assert {place.since for place in places} == {TODAY}
        assert not places.filter(is_origin=True).exists()

    def test_once_a_year(self, recommended, here, officer):
        adopted(officer, here, recommended)
        with pytest.raises(RuleViolation) as refusal:
            adopted(officer, here, recommended)
        assert refusal.value.code == "adopted_already"

    def test_only_what_is_recommended(self, model, here, officer):
        with pytest.raises(RuleViolation) as refusal:
            adopted(officer, here, model)
        assert refusal.value.code == "not_recommended"

    def test_only_from_the_own_province(self, recommended):
        foreign = CampaignFactory()
        with pytest.raises(RuleViolation) as refusal:
            adopted(member(foreign.ward), foreign, recommended)
        assert refusal.value.code == "not_recommended"

    def test_not_the_own_model(self, recommended):
        with pytest.raises(RuleViolation) as refusal:
            adopted(
                member(recommended.campaign.ward), recommended.campaign, recommended
            )
        assert refusal.value.code == "own_model"

    def test_not_with_another_wards_unit(self, recommended, here, officer):
        with pytest.raises(RuleViolation) as refusal:
            adopted(officer, here, recommended, units=[ParticipatingUnitFactory()])
        assert (refusal.value.code, refusal.value.field) == ("other_ward", "units")

    def test_not_from_tomorrow(self, recommended, here, officer):
        with pytest.raises(RuleViolation) as refusal:
            adopt_model(
                actor=officer,
                campaign=here,
                source=recommended,
                adoption=Adoption(started_on=TODAY + dt.timedelta(1)),
            )
        assert refusal.value.code == "in_future"

    def test_not_in_a_closed_year(self, recommended, here, officer):
        here.closed_at = timezone.now()
        here.save()
        with pytest.raises(RuleViolation) as refusal:
            adopted(officer, here, recommended)
        assert refusal.value.code == "campaign_closed"

    def test_it_stays_when_the_recommendation_is_taken_back(
        self, recommended, here, officer, admin
    ):
        row = adopted(officer, here, recommended)
        withdraw_recommendation(actor=admin, model=recommended)
        assert GoodModel.objects.get(pk=row.pk).adopted_from == recommended


class TestPages:
    @pytest.fixture
    def url(self, province):
        return f"/p/{province.slug}/models/"

    def page(self, client, person, url):
        client.force_login(person)
        response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    def test_a_ward_of_the_province_sees_it(self, client, officer, url, recommended):
        page = self.page(client, officer, url)
        assert recommended.name in page
        assert "Dễ làm theo." in page

    def test_but_nothing_the_ward_keeps_to_itself(
        self, client, officer, url, recommended
    ):
        assert "Ghi chú nội bộ" not in self.page(client, officer, url)

    def test_what_is_not_recommended_is_the_provinces_to_see(
        self, client, officer, verifier, url, model
    ):
        assert model.name not in self.page(client, officer, f"{url}?show=all")
        assert model.name in self.page(client, verifier, f"{url}?show=all")
        assert model.name not in self.page(client, verifier, url)

    def test_the_count_is_shown_to_all_the_names_to_the_province(
        self, client, officer, verifier, url, recommended, here
    ):
        adopted(officer, here, recommended)
        other = member(WardFactory(parent=here.ward.parent))
        page = self.page(client, other, url)
        assert 'data-adopted="1"' in page
        assert str(here.ward) not in page
        assert str(here.ward) in self.page(client, verifier, url)

    def test_the_count_is_shown_on_the_model(
        self, client, officer, verifier, recommended, here
    ):
        adopted(officer, here, recommended)
        campaign = recommended.campaign
        page = self.page(
            client,
            verifier,
            f"/w/{campaign.ward.slug}/{campaign.year}/models/{recommended.pk}/",
        )
        assert 'data-adopted="1"' in page

    def test_the_adopted_one_names_where_it_came_from(
        self, client, officer, recommended, here
    ):
        row = adopted(officer, here, recommended)
        page = self.page(
            client, officer, f"/w/{here.ward.slug}/{here.year}/models/{row.pk}/"
        )
        assert str(recommended.campaign.ward) in page

    @pytest.mark.parametrize("looked_at", [-1, 1])
    def test_it_is_adopted_into_todays_year_whichever_was_looked_at(
        self, client, province, url, recommended, looked_at
    ):
        ward = WardFactory(parent=province)
        for distance in (-1, 0, 1):
            an_evaluation(ward=ward, criteria_set=a_set({}), year=TODAY.year + distance)
        client.force_login(member(ward))
        client.get(f"/w/{ward.slug}/{TODAY.year + looked_at}/")
        page = client.get(url).content.decode()
        adopting = f"/w/{ward.slug}/{TODAY.year}/models/adopt/{recommended.pk}/"
        assert f'href="{adopting}"' in page

    def test_the_adopting_wards_follow_the_count_without_a_gap(
        self, client, officer, verifier, url, recommended, here
    ):
        adopted(officer, here, recommended)
        page = self.page(client, verifier, url)
        assert re.search(r"1 \S[^<]*\S: <a href=\"/w/", page)

    def test_another_province_is_not_there(self, client, url, recommended):
        for person in (
            member(UnitFactory(), Role.PROVINCE_ADMIN),
            member(WardFactory()),
        ):
            client.force_login(person)
            assert client.get(url).status_code == 404

    def test_a_ward_has_no_such_page(self, client, officer, here):
        client.force_login(officer)
        assert client.get(f"/p/{here.ward.slug}/models/").status_code == 404

    def test_adopting_over_the_page(self, client, officer, recommended, here):
        group = ParticipatingUnitFactory(ward=here.ward)
        client.force_login(officer)
        url = f"/w/{here.ward.slug}/{here.year}/models/adopt/{recommended.pk}/"
        assert client.get(url).status_code == 200
        response = client.post(
            url, {"started_on": f"{TODAY:%d/%m/%Y}", "units": [group.pk]}
        )
        row = GoodModel.objects.get(adopted_from=recommended)
        assert response.url.endswith(f"/models/{row.pk}/")
        assert row.places.get().unit == group

    def test_a_refusal_keeps_what_was_typed(self, client, officer, recommended, here):
        adopted(officer, here, recommended)
        client.force_login(officer)
        url = f"/w/{here.ward.slug}/{here.year}/models/adopt/{recommended.pk}/"
        response = client.post(url, {"started_on": f"{TODAY:%d/%m/%Y}"})
        assert response.status_code == 422
        assert f"{TODAY:%d/%m/%Y}" in response.content.decode()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("started_on", ""), ("started_on", "31/02/2026"), ("led_by", "x"),
         ("units", ["x"]), ("units", ["999999"])],
    )  # fmt: skip
    def test_bad_input(self, client, officer, recommended, here, field, value):
        client.force_login(officer)
        url = f"/w/{here.ward.slug}/{here.year}/models/adopt/{recommended.pk}/"
        data = {"started_on": f"{TODAY:%d/%m/%Y}"} | {field: value}
        response = client.post(url, data)
        assert response.status_code == 422
        assert response.context["form"].errors[field]

    def test_a_model_that_is_not_recommended_cannot_be_adopted(
        self, client, officer, model, here
    ):
        client.force_login(officer)
        url = f"/w/{here.ward.slug}/{here.year}/models/adopt/{model.pk}/"
        assert client.get(url).status_code == 404

    def test_queries_do_not_follow_models_or_adoptions(
        self, client, verifier, admin, url, province, recommended
    ):
        client.force_login(verifier)
        counts = []
        for more in (1, 6):
            for _ in range(more):
                one = GoodModelFactory(
                    campaign=CampaignFactory(ward=WardFactory(parent=province))
                )
                recommend_model(actor=admin, model=one, why="Hay.")
                there = CampaignFactory(ward=WardFactory(parent=province))
                adopted(member(there.ward), there, one)
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 12
