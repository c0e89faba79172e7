"""Good models: where they run since when, and when one counts as replicated."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import GoodModel, ModelPlace
from commitments.selectors.good_models import (
    get_model_list,
    is_replicated,
    is_running,
)
from commitments.services.edits import EditConflict
from commitments.services.good_models import (
    ModelFacts,
    PlaceFacts,
    add_place,
    change_model,
    end_place,
    record_model,
)
from tests.factories.commitments import (
    CampaignFactory,
    DocumentFactory,
    GoodModelFactory,
    ModelPlaceFactory,
)
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
BEGAN = TODAY - 10 * DAY


@pytest.fixture
def campaign():
    return CampaignFactory(period_start=TODAY - 200 * DAY, period_end=TODAY + 100 * DAY)


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def model(campaign):
    return GoodModelFactory(campaign=campaign, started_on=BEGAN)


@pytest.fixture
def unit(campaign):
    return ParticipatingUnitFactory(ward=campaign.ward)


def facts(**changes):
    said = {"name": "Tổ tự quản", "description": "Cùng giữ.", "started_on": BEGAN}
    return ModelFacts(**said | changes)


def refused(refusal):
    return refusal.value.code, refusal.value.field


def test_what_is_recorded_has_its_documents_and_its_trail(staff, campaign):
    documents = DocumentFactory.create_batch(2, campaign=campaign)

    model = record_model(
        actor=staff, campaign=campaign, facts=facts(), documents=documents
    )

    assert set(model.documents.all()) == set(documents)
    assert TrailEntry.objects.get(action="model_recorded").target_id == model.pk


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"name": " "}, ("name_missing", "name")),
        ({"description": ""}, ("description_missing", "description")),
        ({"started_on": TODAY + DAY}, ("in_future", "started_on")),
        ({"ended_on": TODAY + DAY}, ("in_future", "ended_on")),
        ({"ended_on": BEGAN - DAY}, ("ended_before_start", "ended_on")),
        ({"led_by": ParticipatingUnitFactory}, ("other_ward", "led_by")),
    ],
)
def test_what_is_refused_writes_nothing(staff, campaign, changes, outcome):
    changes = {name: one() if callable(one) else one for name, one in changes.items()}

    with pytest.raises(RuleViolation) as refusal:
        record_model(actor=staff, campaign=campaign, facts=facts(**changes))

    assert refused(refusal) == outcome
    assert not GoodModel.objects.exists()


def test_a_document_of_another_year_is_refused(staff, campaign):
    with pytest.raises(RuleViolation) as refusal:
        record_model(
            actor=staff,
            campaign=campaign,
            facts=facts(),
            documents=[DocumentFactory()],
        )

    assert refused(refusal) == ("other_campaign", "documents")


def test_a_contributor_keeps_models_the_own_unit_leads(campaign, unit):
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
    own = record_model(actor=person, campaign=campaign, facts=facts(led_by=unit))
    add_place(actor=person, model=own, facts=PlaceFacts(BEGAN, unit))
    anothers = GoodModelFactory(campaign=campaign)

    for act in (
        lambda: record_model(actor=person, campaign=campaign, facts=facts()),
        lambda: change_model(actor=person, model=own, version=1, facts=facts()),
        lambda: add_place(
            actor=person, model=anothers, facts=PlaceFacts(TODAY, name="Chợ")
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("act", ["record", "change", "add", "end"])
def test_a_closed_year_takes_nothing(staff, campaign, model, act):
    place = ModelPlaceFactory(model=model)
    campaign.closed_at = timezone.now()
    campaign.save()

    acts = {
        "record": lambda: record_model(actor=staff, campaign=campaign, facts=facts()),
        "change": lambda: change_model(
            actor=staff, model=model, version=1, facts=facts()
        ),
        "add": lambda: add_place(
            actor=staff, model=model, facts=PlaceFacts(TODAY, name="Chợ")
        ),
        "end": lambda: end_place(actor=staff, place=place, until=TODAY),
    }

    with pytest.raises(RuleViolation) as refusal:
        acts[act]()

    assert refusal.value.code == "campaign_closed"


def test_an_old_version_is_a_conflict(staff, model):
    change_model(actor=staff, model=model, version=1, facts=facts())

    with pytest.raises(EditConflict):
        change_model(actor=staff, model=model, version=1, facts=facts())


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"started_on": BEGAN + 5 * DAY}, ("place_before_start", "started_on")),
        ({"ended_on": BEGAN + 3 * DAY}, ("place_after_end", "ended_on")),
    ],
)
def test_the_time_of_a_model_holds_that_of_its_places(staff, model, changes, outcome):
    ModelPlaceFactory(model=model, since=BEGAN + 4 * DAY)

    with pytest.raises(RuleViolation) as refusal:
        change_model(actor=staff, model=model, version=1, facts=facts(**changes))

    assert refused(refusal) == outcome


# --- Places -----------------------------------------------------------------------


def test_a_place_is_a_unit_or_has_a_name(staff, model, unit):
    add_place(actor=staff, model=model, facts=PlaceFacts(TODAY, unit))
    add_place(actor=staff, model=model, facts=PlaceFacts(TODAY, name="Chợ phường"))

    assert [str(place) for place in model.places.all()] == [unit.name, "Chợ phường"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"name": " "}, ("place_missing", "unit")),
        ({"unit": ParticipatingUnitFactory}, ("other_ward", "unit")),
        ({"name": "Chợ", "since": BEGAN - DAY}, ("place_before_start", "since")),
        ({"name": "Chợ", "since": TODAY + DAY}, ("in_future", "since")),
    ],
)
def test_a_place_that_is_refused(staff, model, said, outcome):
    said = {name: one() if callable(one) else one for name, one in said.items()}

    with pytest.raises(RuleViolation) as refusal:
        add_place(actor=staff, model=model, facts=PlaceFacts(**{"since": TODAY} | said))

    assert refused(refusal) == outcome
    assert not ModelPlace.objects.exists()


def test_a_place_begins_on_the_first_day_of_the_model_at_the_earliest(staff, model):
    place = add_place(actor=staff, model=model, facts=PlaceFacts(BEGAN, name="Chợ"))

    assert place.since == model.started_on


def test_a_model_that_has_ended_goes_to_no_new_place(staff, campaign):
    model = GoodModelFactory(campaign=campaign, started_on=BEGAN, ended_on=BEGAN + DAY)

    with pytest.raises(RuleViolation) as refusal:
        add_place(actor=staff, model=model, facts=PlaceFacts(TODAY, name="Chợ"))

    assert refused(refusal) == ("place_after_end", "since")


def test_a_model_began_in_one_place(staff, model):
    first = PlaceFacts(BEGAN, name="Chợ", is_origin=True)
    add_place(actor=staff, model=model, facts=first)

    with pytest.raises(RuleViolation) as refusal:
        add_place(
            actor=staff,
            model=model,
            facts=PlaceFacts(TODAY, name="Bến xe", is_origin=True),
        )

    assert refused(refusal) == ("second_origin", "is_origin")


def test_a_unit_is_a_place_again_once_it_ended_there(staff, model, unit):
    place = add_place(actor=staff, model=model, facts=PlaceFacts(BEGAN, unit))
    with pytest.raises(RuleViolation) as refusal:
        add_place(actor=staff, model=model, facts=PlaceFacts(TODAY, unit))
    assert refused(refusal) == ("place_twice", "unit")

    end_place(actor=staff, place=place, until=TODAY - DAY)
    add_place(actor=staff, model=model, facts=PlaceFacts(TODAY, unit))

    assert model.places.count() == 2


@pytest.mark.parametrize(
    ("until", "code"),
    [(BEGAN - DAY, "ended_before_start"), (TODAY + DAY, "in_future")],
)
def test_a_place_ends_between_its_beginning_and_today(staff, model, until, code):
    place = ModelPlaceFactory(model=model, since=BEGAN)

    with pytest.raises(RuleViolation) as refusal:
        end_place(actor=staff, place=place, until=until)

    assert refused(refusal) == (code, "until")


def test_a_place_ends_once(staff, model):
    place = ModelPlaceFactory(model=model)
    end_place(actor=staff, place=place, until=TODAY)

    with pytest.raises(RuleViolation) as refusal:
        end_place(actor=staff, place=place, until=TODAY)

    assert refused(refusal) == ("place_ended", "until")


# --- Counting ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "is_origin", "counts"),
    [
        (0, False, True),  # the first and the last day of the period count
        (300, False, True),
        (-1, False, False),
        (301, False, False),
        (50, True, False),
    ],
)
def test_a_model_is_replicated_by_a_new_place_within_the_period(
    campaign, since, is_origin, counts
):
    place = ModelPlace(
        since=campaign.period_start + since * DAY, is_origin=is_origin, name="Chợ"
    )

    assert is_replicated([place], campaign) == counts


@pytest.mark.parametrize(
    ("ended", "runs"), [(None, True), (TODAY, True), (TODAY - DAY, False)]
)
def test_a_model_runs_up_to_its_last_day(ended, runs):
    assert is_running(GoodModel(started_on=BEGAN, ended_on=ended), TODAY) == runs


def test_the_list_counts_what_runs_and_what_was_replicated(staff, campaign, model):
    ModelPlaceFactory(model=model, is_origin=True)
    ModelPlaceFactory(model=model, name="Bến xe")
    GoodModelFactory(campaign=campaign, started_on=BEGAN, ended_on=BEGAN)

    models = get_model_list(user=staff, campaign=campaign)

    assert (models.running, models.replicated) == (1, 1)
    assert [card.running_in for card in models.cards] == [2, 0]
