"""Pages of directives, funding and good models over HTTP: what was typed is kept."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Directive, FundingLine, GoodModel, ModelPlace
from tests.factories.commitments import (
    DirectiveFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    MeetingFactory,
    ModelPlaceFactory,
    OutsideBodyFactory,
)
from tests.factories.criteria import an_evaluation
from tests.factories.wards import ParticipatingUnitFactory, member
from tests.security.matrix import a_place
from tests.security.test_random_forms import fields_of, something
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def campaign():
    return an_evaluation({}, {}).campaign


@pytest.fixture
def home(campaign):
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


@pytest.fixture
def staff(client, campaign):
    user = member(campaign.ward)
    client.force_login(user)
    return user


@pytest.fixture
def foreign():
    """Another ward's rows, one of every kind."""
    return an_evaluation({}).campaign


def typed(day):
    return f"{day:%d/%m/%Y}"


LINE = {"purpose": "Tuyên truyền", "source": "ward", "estimated": "148.500.000"}
MODEL = {"name": "Tổ tự quản", "description": "Cùng giữ.", "started_on": typed(TODAY)}


# --- Sent, and shown --------------------------------------------------------------


def test_a_directive_is_written_down_once_for_a_double_click(client, home, staff):
    data = {"text_vi": "Rà soát camera", "form_key": "one"}
    answers = [client.post(f"{home}directives/new/", data) for _ in range(2)]

    given = Directive.objects.get()
    assert {answer["Location"] for answer in answers} == {
        f"{home}directives/{given.pk}/"
    }


def test_what_a_person_of_the_province_writes_down_comes_from_above(
    client, campaign, home
):
    client.force_login(member(campaign.ward.parent, Role.PROVINCE_VERIFIER))

    client.post(
        f"{home}directives/new/",
        {"text_vi": "Nhân rộng", "giver_position": "Phó Giám đốc", "origin": "own"},
    )

    assert Directive.objects.get().origin == "above"


def test_a_contributor_is_offered_the_own_unit_only(client, campaign, home):
    unit = ParticipatingUnitFactory(ward=campaign.ward, name="Tổ dân phố của mình")
    other = ParticipatingUnitFactory(ward=campaign.ward, name="Tổ dân phố khác")
    client.force_login(
        member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
    )

    page = client.get(f"{home}directives/new/").content.decode()
    answer = client.post(
        f"{home}directives/new/", {"text_vi": "x", "responsible_unit": other.pk}
    )

    assert unit.name in page
    assert other.name not in page
    assert answer.status_code == 422


def test_funding_is_shown_with_dots_and_comma(client, campaign, home, staff):
    FundingLineFactory(
        campaign=campaign, estimated=200_000_000, allocated=165_000_000, spent=1
    )

    for page in ("funding/", "funding/print/"):
        html = client.get(f"{home}{page}").content.decode()
        assert "200.000.000" in html
        assert "82,5%" in html


def test_a_removed_line_and_its_reason_stay_to_be_seen(client, campaign, home, staff):
    line = FundingLineFactory(campaign=campaign, purpose="Ghi thử")

    client.post(f"{home}funding/{line.pk}/remove/", {"reason": "Ghi nhầm dòng."})

    html = client.get(f"{home}funding/").content.decode()
    assert "Ghi nhầm dòng." in html
    assert client.get(f"{home}funding/{line.pk}/edit/").status_code == 404


def test_a_place_added_stands_on_the_page_of_the_model(client, campaign, home, staff):
    model = GoodModelFactory(campaign=campaign)

    client.post(
        f"{home}models/{model.pk}/places/new/",
        {"name": "Chợ phường", "since": typed(TODAY)},
    )

    assert "Chợ phường" in client.get(f"{home}models/{model.pk}/").content.decode()


@pytest.mark.parametrize("page", ["directives/", "funding/", "models/"])
def test_an_empty_list_says_what_it_is_for_and_offers_the_first(
    client, home, staff, page
):
    html = client.get(f"{home}{page}").content.decode()

    assert f'href="{home}{page}new/"' in html
    assert "ws-empty" in html


@pytest.mark.parametrize("page", ["directives/", "funding/", "models/"])
def test_a_closed_year_offers_nothing_to_write(client, campaign, home, staff, page):
    campaign.closed_at = timezone.now()
    campaign.save()

    assert f"{home}{page}new/" not in client.get(f"{home}{page}").content.decode()
    assert client.get(f"{home}{page}new/").status_code == 403


# --- Refused, and kept ------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "data", "field"),
    [
        ("directives/new/", {"text_vi": ""}, "text_vi"),
        (
            "directives/new/",
            {"text_vi": "x", "given_on": typed(TODAY + DAY)},
            "given_on",
        ),
        ("directives/new/", {"text_vi": "x", "due_on": "31/02/2026"}, "due_on"),
        ("funding/new/", LINE | {"estimated": "148,5"}, "estimated"),
        ("funding/new/", LINE | {"estimated": "5 triệu"}, "estimated"),
        ("funding/new/", LINE | {"allocated": "9" * 20}, "allocated"),
        ("funding/new/", LINE | {"spent": "9" * 16}, "spent"),
        ("funding/new/", LINE | {"source": "lottery"}, "source"),
        ("models/new/", MODEL | {"started_on": typed(TODAY + DAY)}, "started_on"),
        ("models/new/", MODEL | {"name": ""}, "name"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(
    client, home, staff, page, data, field
):
    answer = client.post(f"{home}{page}", data)

    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    for name, value in data.items():
        assert form[name].value() == value
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not any(
        model.objects.exists() for model in (Directive, FundingLine, GoodModel)
    )


@pytest.mark.parametrize(
    ("page", "data", "field", "make"),
    [
        ("directives/new/", {"text_vi": "x"}, "responsible_unit", "unit"),
        ("directives/new/", {"text_vi": "x"}, "meeting", "meeting"),
        ("funding/new/", LINE, "document", "document"),
        ("models/new/", MODEL, "led_by", "unit"),
        ("models/new/", MODEL, "documents", "document"),
    ],
)
@pytest.mark.parametrize("whose", ["another ward's", "nobody's"])
def test_a_row_of_another_ward_is_refused_like_an_unknown_one(
    client, home, staff, foreign, page, data, field, make, whose
):
    makers = {
        "unit": lambda: ParticipatingUnitFactory(ward=foreign.ward),
        "meeting": lambda: MeetingFactory(campaign=foreign),
        "document": lambda: DocumentFactory(campaign=foreign),
    }
    pk = makers[make]().pk if whose == "another ward's" else 10**9

    answer = client.post(f"{home}{page}", data | {field: pk})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_body_of_another_ward_is_refused(client, campaign, home, foreign):
    client.force_login(member(campaign.ward.parent, Role.PROVINCE_ADMIN))
    body = OutsideBodyFactory(ward=foreign.ward)
    data = {"text_vi": "x", "giver_position": "Phó Giám đốc", "giver_body": body.pk}

    answer = client.post(f"{home}directives/new/", data)

    assert list(answer.context["form"].errors) == ["giver_body"]


def test_another_wards_rows_are_not_there(client, campaign, home, staff, foreign):
    model = GoodModelFactory(campaign=foreign)
    place = ModelPlaceFactory(model=model)
    own = GoodModelFactory(campaign=campaign)
    directive = DirectiveFactory(campaign=foreign)
    line = FundingLineFactory(campaign=foreign)

    for page in (
        f"directives/{directive.pk}/",
        f"directives/{directive.pk}/edit/",
        f"directives/{directive.pk}/follow/",
        f"directives/{directive.pk}/criteria/",
        f"funding/{line.pk}/edit/",
        f"funding/{line.pk}/remove/",
        f"models/{model.pk}/",
        f"models/{model.pk}/places/{place.pk}/end/",
        f"models/{own.pk}/places/{place.pk}/end/",
        f"directives/{10**30}/",
    ):
        assert client.get(f"{home}{page}").status_code == 404, page


@pytest.mark.parametrize("status", ["done", "reported", "nonsense", ""])
def test_a_step_that_is_not_offered_is_refused(client, campaign, home, staff, status):
    row = DirectiveFactory(campaign=campaign)

    answer = client.post(
        f"{home}directives/{row.pk}/follow/",
        {"status": status, "outcome": "Đã làm.", "version": 1},
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["status"]
    assert answer.context["form"]["outcome"].value() == "Đã làm."


def test_who_decides_above_is_offered_no_report(client, campaign, home):
    row = DirectiveFactory(
        campaign=campaign, above=True, status="reported", outcome="Đã làm."
    )
    client.force_login(member(campaign.ward.parent, Role.PROVINCE_VERIFIER))

    form = client.get(f"{home}directives/{row.pk}/follow/").context["form"]

    assert [code for code, _ in form.fields["status"].choices] == [
        "done",
        "in_progress",
        "dropped",
    ]
    assert not {"outcome", "proof"} & set(form.fields)


# --- Two people at once -----------------------------------------------------------


def conflicts(campaign):
    """Rows at version 2, and what somebody who opened version 1 sends."""
    directive = DirectiveFactory(campaign=campaign, version=2, text_vi="Bản đã lưu")
    line = FundingLineFactory(campaign=campaign, version=2, purpose="Bản đã lưu")
    model = GoodModelFactory(campaign=campaign, version=2, name="Bản đã lưu")
    return {
        f"directives/{directive.pk}/edit/": {"text_vi": "Bản đang nhập"},
        f"directives/{directive.pk}/follow/": {
            "status": "in_progress",
            "outcome": "Bản đang nhập",
        },
        f"funding/{line.pk}/edit/": LINE | {"purpose": "Bản đang nhập"},
        f"models/{model.pk}/edit/": MODEL | {"name": "Bản đang nhập"},
    }


@pytest.mark.parametrize("place", range(4))
def test_the_second_of_two_sees_both_versions_and_may_save(
    client, campaign, home, staff, place
):
    page, data = list(conflicts(campaign).items())[place]

    answer = client.post(f"{home}{page}", data | {"version": 1})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Bản đang nhập" in html
    if "follow" not in page:
        assert "Bản đã lưu" in html
    assert answer.context["form"]["version"].value() == "2"
    assert client.post(f"{home}{page}", data | {"version": 2}).status_code == 302


# --- Queries ----------------------------------------------------------------------


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200
    return len(seen)


def many(campaign, count):
    """Rows of every kind, each with all it may refer to."""
    for _ in range(count):
        unit = ParticipatingUnitFactory(ward=campaign.ward)
        document = DocumentFactory(campaign=campaign, issuer_unit=unit)
        meeting = MeetingFactory(campaign=campaign)
        body = OutsideBodyFactory(ward=campaign.ward)
        row = {"campaign": campaign, "responsible_unit": unit, "meeting": meeting}
        directive = DirectiveFactory(
            **row, giver_body=body, outcome_document=document, due_on=TODAY - DAY
        )
        line = FundingLineFactory(campaign=campaign, document=document)
        FundingLineFactory(campaign=campaign, removed_at=timezone.now())
        model = GoodModelFactory(campaign=campaign, led_by=unit)
        model.documents.add(document)
        for place in ModelPlaceFactory.create_batch(3, model=model):
            place.unit = ParticipatingUnitFactory(ward=campaign.ward)
            place.save()
    return {"directive": directive.pk, "line": line.pk, "model": model.pk}


PAGES = {
    "directives/": 8,
    "directives/?show=overdue": 8,
    "directives/new/": 11,
    "directives/{directive}/": 12,
    "directives/{directive}/edit/": 12,
    "directives/{directive}/follow/": 12,
    "funding/": 10,
    "funding/print/": 8,
    "funding/{line}/edit/": 10,
    "models/": 10,
    "models/{model}/": 12,
    "models/{model}/edit/": 12,
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.WARD_LEADER, Role.UNIT_CONTRIBUTOR])
def test_queries_are_the_same_for_one_row_and_for_thirty(client, page, role):
    def seen_with(count):
        campaign = an_evaluation({}, {}).campaign
        names = many(campaign, count)
        seat = {}
        if role == Role.UNIT_CONTRIBUTOR:
            if "funding/{" in page:
                return 0  # not theirs to change
            unit = Directive.objects.get(pk=names["directive"]).responsible_unit
            seat = {"participating_unit": unit}
        client.force_login(member(campaign.ward, role, **seat))
        home = f"/w/{campaign.ward.slug}/{campaign.year}/"
        return queries(client, f"{home}{page.format(**names)}")

    assert seen_with(1) == seen_with(30) <= PAGES[page] + 1


# --- Anything at all --------------------------------------------------------------

FORMS = [
    "directives/new/",
    "directives/{directive}/edit/",
    "directives/{directive}/follow/",
    "directives/{directive}/criteria/",
    "funding/new/",
    "funding/{line}/edit/",
    "funding/{line}/remove/",
    "models/new/",
    "models/{model}/edit/",
    "models/{model}/places/new/",
    "models/{model}/places/{place}/end/",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_post_is_a_fault_of_the_server(client, evidence_root, form):
    here = a_place()
    names = {
        "directive": here.records.directive.pk,
        "line": here.records.funding_line.pk,
        "model": here.records.good_model.pk,
        "place": here.records.model_place.pk,
    }
    where = f"/w/{here.ward.slug}/{TODAY.year}/{form.format(**names)}"
    client.force_login(member(here.ward, Role.WARD_LEADER))
    fields, offered = fields_of(client.get(where).content.decode())
    assert fields, "a form without fields"
    chance = random.Random(form)
    for _ in range(40):
        sent = {
            name: something(chance, name, offered)
            for name in fields
            if chance.random() < 0.8
        }
        answer = client.post(where, sent)
        assert answer.status_code in (302, 403, 404, 409, 422), sent


def test_a_place_that_ended_is_not_ended_again(client, campaign, home, staff):
    model = GoodModelFactory(campaign=campaign)
    place = ModelPlaceFactory(model=model, until=TODAY)

    answer = client.post(
        f"{home}models/{model.pk}/places/{place.pk}/end/", {"until": typed(TODAY)}
    )

    assert answer.status_code == 422
    assert ModelPlace.objects.get().until == TODAY
