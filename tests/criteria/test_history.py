"""The history of a criterion in words, complete and for ever."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import Result
from criteria.selectors.criterion_page import get_criterion_page
from criteria.selectors.history import items_of, whole_history
from criteria.selectors.history_words import words_for
from criteria.services.assessments import Entry
from criteria.services.decisions import decide_criterion
from criteria.services.evidence import unlink_evidence, withdraw_evidence
from criteria.services.recognition import recognise, reopen
from criteria.services.submission import submit_evaluation
from criteria.services.verification import (
    conclude_verification,
    send_returns,
    start_verification,
)
from tests.criteria.test_assessments import assess
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.selectors import Told
from wardsecurity.audit.words import ACTION_WORDS
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def verified():
    """A year of two criteria, returned once, answered, decided, recognised, reopened.

    Gives the evaluation and the verifier.
    """
    evaluation = an_evaluation({}, {})
    ward = evaluation.campaign.ward
    staff = member(ward, position="Công chức Văn phòng")
    leader = member(ward, Role.WARD_LEADER, position="Chủ tịch UBND phường")
    verifier = member(ward.parent, Role.PROVINCE_VERIFIER, position="Thẩm định viên")
    admin = member(ward.parent, Role.PROVINCE_ADMIN, position="Trưởng phòng")
    supported(evaluation, 1, 2)
    for number in (1, 2):
        assess(evaluation, Entry("met"), number=number, actor=staff)

    def fresh():
        evaluation.refresh_from_db()
        return {"evaluation": evaluation, "version": evaluation.version}

    def decide(number, **kwargs):
        row = assessment_of(evaluation, number)
        decide_criterion(actor=verifier, assessment=row, version=row.version, **kwargs)

    submit_evaluation(actor=leader, **fresh())
    start_verification(actor=verifier, evaluation=evaluation)
    decide(1, review="returned", reason="Bổ sung biên bản.")
    decide(
        2,
        review="recheck",
        result="met",
        finding="Đã xem tại chỗ.",
        recheck_on=TODAY,
    )
    decide(2, review="accepted")
    send_returns(actor=verifier, due_on=TODAY + dt.timedelta(days=9), **fresh())
    submit_evaluation(actor=leader, **fresh())
    start_verification(actor=verifier, evaluation=evaluation)
    decide(1, review="adjusted", result="not_met", reason="Biên bản thiếu chữ ký.")
    conclude_verification(actor=verifier, **fresh())
    recognise(
        actor=admin,
        is_recognised=False,
        deciding_body="UBND tỉnh",
        number="120/QĐ-UBND",
        decided_on=TODAY,
        reason="Chưa đủ ngưỡng.",
        **fresh(),
    )
    reopen(actor=admin, reason="Ghi nhầm ngày.", **fresh())
    return evaluation, verifier


def told(evaluation, user, number):
    """What the whole history of a criterion says, oldest first."""
    row = assessment_of(evaluation, number)
    entries = whole_history(user=user, assessment=row)
    return list(reversed(items_of(user=user, assessment=row, entries=entries)))


def actions(evaluation, user, number):
    """The actions it holds, oldest first."""
    row = assessment_of(evaluation, number)
    entries = whole_history(user=user, assessment=row)
    return [entry.action for entry in entries][::-1]


def test_every_step_stands_in_it(verified):
    evaluation, user = verified

    assert [a for a in actions(evaluation, user, 1) if a != "snapshot_taken"] == [
        "evaluation_opened",
        "criterion_assessed",
        "evaluation_submitted",
        "verification_started",
        "criterion_decided",
        "returns_sent",
        "evaluation_submitted",
        "verification_started",
        "criterion_decided",
        "verification_concluded",
        "evaluation_not_recognised",
        "evaluation_reopened",
    ]


def test_a_decision_says_before_after_reason_and_post(verified):
    evaluation, user = verified
    decided = [one for one in told(evaluation, user, 1) if "thiếu chữ ký" in one.what]

    (one,) = decided
    assert one.who == "Thẩm định viên"
    assert one.what.count("→") == 1
    assert str(Result.NOT_MET.label) in one.what


def test_a_return_says_why_and_until_when(verified):
    evaluation, user = verified
    said = " / ".join(one.what for one in told(evaluation, user, 1))

    assert "Bổ sung biên bản." in said
    assert f"{TODAY + dt.timedelta(days=9):%d/%m/%Y}" in said


def test_a_recheck_says_when_and_what_was_found(verified):
    evaluation, user = verified
    said = [
        one.what for one in told(evaluation, user, 2) if "Đã xem tại chỗ" in one.what
    ]

    (one,) = said
    assert f"{TODAY:%d/%m/%Y}" in one


def test_the_other_criterion_does_not_hear_of_it(verified):
    evaluation, user = verified
    said = " / ".join(one.what for one in told(evaluation, user, 2))

    assert "thiếu chữ ký" not in said


def test_the_recognition_and_its_reopening_are_told(verified):
    evaluation, user = verified
    *_others, recognised, _snapshot, reopened = [
        one.what for one in told(evaluation, user, 1)
    ]

    assert "120/QĐ-UBND" in recognised
    assert "Chưa đủ ngưỡng." in recognised
    assert "Ghi nhầm ngày." in reopened


def test_no_sentence_is_left_as_a_code(verified):
    evaluation, user = verified
    said = [one.what for one in told(evaluation, user, 1)]

    assert not any("_" in one for one in said), said


def test_evidence_taken_off_since_stays_in_it():
    evaluation = an_evaluation({}, {})
    staff = member(evaluation.campaign.ward)
    paper = supported(evaluation, 1, 2, title="Biên bản cũ")
    row = assessment_of(evaluation, 1)
    unlink_evidence(actor=staff, assessment=row, evidence=paper)
    withdraw_evidence(actor=staff, evidence=paper, reason="Nhầm.")

    said = [one.what for one in told(evaluation, staff, 1)]

    assert sum("Biên bản cũ" in one for one in said) == 2


def test_the_page_of_the_criterion_holds_the_years_steps_too(verified):
    evaluation, user = verified
    page = get_criterion_page(
        user=user, evaluation=evaluation, assessment=assessment_of(evaluation, 1)
    )

    assert any("120/QĐ-UBND" in one.what for one in page.history)


@pytest.mark.parametrize("action", sorted(ACTION_WORDS))
def test_any_action_reads_as_words(action):
    """Also those of other records: the trail page tells them all."""
    about = {
        **{"result": "met", "value": None, "due_on": "2026-05-01", "kind": "document"},
        **{"review": "accepted", "points": 300, "source": "good_models.running"},
        **{"base": None, "round": 1, "met": 3, "applicable": 4, "criteria": [1, 2]},
        **{"decided_on": "2026-05-01", "sha256": "a" * 64},
    }
    told = Told(TrailEntry(action=action, target="Tên"), about, about, {})

    if action == "measure_confirmed":
        told.after["value"] = 1
    assert words_for(told)
    assert action not in words_for(told)


def test_a_long_history_is_paged_at_the_same_cost(client):
    evaluation = an_evaluation({})
    staff = member(evaluation.campaign.ward)
    client.force_login(staff)
    campaign = evaluation.campaign
    address = f"/w/{campaign.ward.slug}/{campaign.year}/criteria/1/history/"

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            response = client.get(address)
        assert response.status_code == 200
        return len(seen), response.content.decode()

    assess(evaluation, Entry("met"), number=1, actor=staff)
    before, _text = queries()
    for _ in range(60):
        assess(evaluation, Entry("met"), number=1, actor=staff)
    after, text = queries()

    assert after == before <= 14
    assert text.count("<strong>") == 50
    second = client.get(f"{address}?page=2").content.decode()
    assert second.count("<strong>") == 12


def test_a_criterion_that_is_not_there_has_no_history(client):
    evaluation = an_evaluation({})
    client.force_login(member(evaluation.campaign.ward))
    campaign = evaluation.campaign
    home = f"/w/{campaign.ward.slug}/{campaign.year}/criteria/"

    assert client.get(f"{home}9/history/").status_code == 404
