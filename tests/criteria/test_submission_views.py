"""The submission page over HTTP: blocks with links, a confirmed step, the way back."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import Assessment, Evaluation
from criteria.selectors.submission import submission_check
from criteria.services.assessments import Entry, save_assessment
from criteria.services.evidence import Facts, record_evidence
from criteria.services.measures import confirm_measure
from tests.factories.commitments import records_of
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    ready,
    returned,
    submitted,
    supported,
    verified,
    verifying,
)
from tests.factories.wards import (
    TESTS,
    MembershipFactory,
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.permissions import Role
from wardsecurity.wards.models import Membership

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def home_of(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


def page_of(response):
    return response.content.decode()


@pytest.fixture
def enter(client):
    """Sign in as a role of a year's ward; answer with its submission's address."""

    def signed_in(evaluation, role=Role.WARD_LEADER, **kwargs):
        client.force_login(member(evaluation.campaign.ward, role, **kwargs))
        return f"{home_of(evaluation)}submit/"

    return signed_in


def claim(evaluation, number, choice, explanation=""):
    row = assessment_of(evaluation, number)
    save_assessment(
        actor=TESTS,
        assessment=row,
        version=row.version,
        entry=Entry(choice, explanation=explanation),
    )


def checks(found, user=None):
    user = user or member(found.campaign.ward, Role.WARD_LEADER)
    check = submission_check(user=user, evaluation=found)
    return check, {
        one.code: [line.row.number for line in one.lines]
        for one in (*check.blocks, *check.warnings)
    }


# --- What blocks and what warns -----------------------------------------------------


def test_each_kind_of_block_names_its_criteria():
    found = an_evaluation({}, {}, {"measured": True}, {})
    claim(found, 2, "met")
    row = assessment_of(found, 3)
    save_assessment(
        actor=TESTS, assessment=row, version=row.version, entry=Entry(value=1)
    )
    claim(found, 4, "not_met", "Chưa tổ chức.")
    check, named = checks(found)
    assert [one.code for one in check.blocks] == [
        "not_assessed",
        "unsupported",
        "unexplained",
    ]
    assert (named["not_assessed"], named["unsupported"]) == ([1], [2])
    assert named["unexplained"] == [3]
    assert not check.may_submit


def test_a_paper_by_number_stands_for_the_explanation_it_needs():
    found = an_evaluation({"reference_only": True})
    claim(found, 1, "not_met")
    assert checks(found)[1]["unexplained"] == [1]
    supported(found, 1)
    assert checks(found)[0].blocks == []


def test_what_only_warns_does_not_block():
    found = ready(an_evaluation({"mandatory": True}, {}))
    claim(found, 1, "not_met", "Chưa ra mắt.")
    Assessment.objects.update(due_on=TODAY - DAY)
    check, named = checks(found)
    assert check.may_submit
    assert (named["mandatory"], named["overdue"]) == ([1], [1])
    assert named["no_threshold"] == []


def test_a_figure_that_moved_since_it_was_confirmed_warns():
    found = an_evaluation({"measure_source": "good_models.running"})
    records = records_of(
        found.campaign, ParticipatingUnitFactory(ward=found.campaign.ward)
    )
    confirm_measure(actor=member(found.campaign.ward), assessment=assessment_of(found))
    assert "measure_moved" not in checks(found)[1]
    type(records.good_model).objects.update(ended_on=TODAY - DAY)
    assert checks(found)[1]["measure_moved"] == [1]


def test_a_return_without_an_answer_warns_until_it_is_answered():
    found = returned(an_evaluation({}, {}), 1)
    assert checks(found)[1]["unanswered"] == [1]
    claim(found, 1, "not_met", "Bổ sung giải trình.")
    assert "unanswered" not in checks(found)[1]


def test_evidence_recorded_since_is_an_answer_too():
    found = returned(an_evaluation({}, {}), 1)
    record_evidence(
        actor=TESTS,
        ward=found.campaign.ward,
        assessments=[assessment_of(found, 1)],
        facts=Facts("document", "Biên bản bổ sung", TODAY, number="9/BB"),
    )
    check, _named = checks(found)
    assert [one.answered for one in check.returns] == [True]


def test_of_a_returned_year_only_the_returned_block():
    found = returned(an_evaluation({}, {}), 1)
    Assessment.objects.update(self_result="not_assessed")
    assert checks(found)[1]["not_assessed"] == [1]


# --- The page ---------------------------------------------------------------------


def test_a_block_leads_to_the_place_that_clears_it(client, enter):
    found = an_evaluation({}, {})
    claim(found, 2, "met")
    page = page_of(client.get(enter(found)))
    assert f'href="{home_of(found)}criteria/1/#assess"' in page
    assert f'href="{home_of(found)}criteria/2/#evidence"' in page
    assert "?confirm" not in page


def test_the_leader_confirms_and_submits(client, enter):
    found = ready(an_evaluation({}, {}))
    address = enter(found, position="Chủ tịch UBND")
    assert "?confirm" in page_of(client.get(address))
    asked = page_of(client.get(f"{address}?confirm=1"))
    assert Evaluation.objects.get().state == "open"
    version = re.search(r'name="version" value="(\d+)"', asked)[1]
    response = client.post(address, {"version": version, "form_key": "k1"}, follow=True)
    assert Evaluation.objects.get().state == "submitted"
    assert "Chủ tịch UBND" in page_of(response)


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.COMMITTEE_MEMBER])
def test_others_read_and_get_no_button(client, enter, role):
    found = ready(an_evaluation({}))
    address = enter(found, role)
    for page in (address, f"{address}?confirm=1"):
        response = client.get(page)
        assert response.status_code == 200
        assert 'name="version"' not in page_of(response)
    assert client.post(address, {"version": 1}).status_code == 403


def test_a_forged_post_of_a_blocked_year_is_refused_with_the_reasons(client, enter):
    found = an_evaluation({}, {})
    response = client.post(enter(found), {"version": found.version})
    assert response.status_code == 422
    assert 'role="alert"' in page_of(response)
    assert 'data-check="not_assessed"' in page_of(response)
    assert Evaluation.objects.get().state == "open"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_forged_version_is_no_server_error(client, enter, version):
    found = ready(an_evaluation({}))
    response = client.post(enter(found), {"version": version})
    assert response.status_code in (409, 422)
    assert Evaluation.objects.get().state == "open"


def test_the_second_tab_is_told_who_submitted_and_when(client, enter):
    found = ready(an_evaluation({}))
    address = enter(found, position="Chủ tịch UBND")
    client.post(address, {"version": 1, "form_key": "k1"})
    response = client.post(address, {"version": 1, "form_key": "k2"})
    assert response.status_code == 409
    alert = re.search(r'role="alert".*?</div>\s*</div>', page_of(response), re.S)[0]
    assert "Chủ tịch UBND" in alert
    assert Evaluation.objects.get().round == 1


def test_a_double_click_submits_once(client, enter):
    found = ready(an_evaluation({}))
    address = enter(found)
    for _click in range(2):
        response = client.post(address, {"version": 1, "form_key": "k1"})
        assert response.status_code == 302
    assert Evaluation.objects.get().round == 1


def test_a_membership_that_ended_this_morning_finds_nothing(client, enter):
    found = ready(an_evaluation({}))
    address = enter(found)
    Membership.objects.update(valid_to=TODAY - DAY)
    assert client.get(address).status_code == 404
    assert client.post(address, {"version": 1}).status_code == 404


def test_a_leader_of_another_ward_finds_nothing(client):
    found = ready(an_evaluation({}))
    client.force_login(member(WardFactory(), Role.WARD_LEADER))
    assert client.get(f"{home_of(found)}submit/").status_code == 404


def test_a_leader_who_became_staff_this_morning_submits_nothing(client):
    found = ready(an_evaluation({}))
    ended = MembershipFactory(
        unit=found.campaign.ward, role=Role.WARD_LEADER, valid_to=TODAY - DAY
    )
    MembershipFactory(user=ended.user, unit=found.campaign.ward, valid_from=TODAY)
    client.force_login(ended.user)
    assert client.post(f"{home_of(found)}submit/", {"version": 1}).status_code == 403


# --- Afterwards -------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [submitted, verifying, verified], ids=["submitted", "verifying", "verified"]
)
def test_afterwards_the_pages_say_it_was_submitted_and_offer_no_form(
    client, enter, make
):
    found = make(an_evaluation({}, {}))
    enter(found)
    for page in ("", "criteria/1/", "submit/"):
        text = page_of(client.get(f"{home_of(found)}{page}"))
        assert f"{timezone.localtime(found.submitted_at):%d/%m/%Y}" in text
        assert 'name="choice"' not in text
        assert "evidence/new/" not in text


def test_the_page_lists_what_was_returned_with_reason_and_new_date(client, enter):
    found = returned(an_evaluation({}, {}), 2, due_on=TODAY + 7 * DAY)
    text = page_of(client.get(enter(found)))
    assert "Bổ sung biên bản." in text
    assert f"{TODAY + 7 * DAY:%d/%m/%Y}" in text


def test_a_returned_criterion_says_why_and_alone_offers_its_form(client, enter):
    found = returned(an_evaluation({}, {}), 2)
    enter(found, Role.WARD_STAFF)
    one = page_of(client.get(f"{home_of(found)}criteria/2/"))
    assert "Bổ sung biên bản." in one
    assert 'name="choice"' in one
    other = page_of(client.get(f"{home_of(found)}criteria/1/"))
    assert "Bổ sung biên bản." not in other
    assert 'name="choice"' not in other


def test_my_work_shows_the_returned_criteria_and_nothing_else(client, enter):
    found = returned(an_evaluation({}, {}, {}), 2, due_on=TODAY + 7 * DAY)
    Assessment.objects.filter(criterion__number=3).update(self_result="not_met")
    enter(found, Role.WARD_STAFF)
    client.get(home_of(found))
    text = page_of(client.get("/"))
    assert re.findall(r'class="ws-item"\s+data-criterion="(\d+)"', text) == ["2"]
    assert "Bổ sung biên bản." in text
    assert f"{TODAY + 7 * DAY:%d/%m/%Y}" in text
    assert '<span class="ws-count">1</span>' in text


def test_while_the_province_looks_my_work_is_empty(client, enter):
    found = verifying(an_evaluation({}, {}))
    Assessment.objects.update(self_result="not_met", due_on=TODAY - DAY)
    enter(found, Role.WARD_STAFF)
    client.get(home_of(found))
    assert 'class="ws-item"' not in page_of(client.get("/"))


def test_recording_first_offers_the_returned_criteria_only(client, enter):
    found = returned(an_evaluation({}, {}), 2)
    enter(found, Role.WARD_STAFF)
    text = page_of(client.get(f"{home_of(found)}evidence/new/"))
    assert re.findall(r'name="criteria"\s+value="(\d+)"', text) == ["2"]


# --- Cost -------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "returned"])
def test_the_queries_do_not_grow_with_criteria_or_evidence(client, enter, state):
    counts = []
    for size in (2, 9):
        found = an_evaluation(*[{}] * size)
        if state == "returned":
            returned(found, *range(1, size + 1))
        for number in range(1, size + 1):
            supported(found, number)
        address = enter(found)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20
