"""The way from submission to decision: what each step asks, writes and leaves alone."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from criteria.models import (
    Assessment,
    CriterionDecision,
    DecisionSnapshot,
    Evaluation,
    Recognition,
    Result,
)
from criteria.selectors.scores import score_as_json
from criteria.services.assessments import Entry, save_assessment
from criteria.services.verification import (
    EvaluationMoved,
    VerificationConflict,
    conclude_verification,
    decide_criterion,
    recognise,
    reopen,
    send_returns,
    start_verification,
    submit_evaluation,
)
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    decide,
    decided,
    ready,
    recognised,
    returned,
    submitted,
    supported,
    verified,
    verifying,
)
from tests.factories.wards import TESTS, MembershipFactory, WardFactory, member
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.audit.services import verify_chain
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
PROPORTIONAL = {"percentage": True, "rule": "proportional"}


def verifier_of(evaluation, **kwargs):
    return member(evaluation.campaign.ward.parent, Role.PROVINCE_VERIFIER, **kwargs)


def admin_of(evaluation):
    return member(evaluation.campaign.ward.parent, Role.PROVINCE_ADMIN)


def leader_of(evaluation):
    return member(evaluation.campaign.ward, Role.WARD_LEADER, position="Chủ tịch")


def code_of(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


def reviews(evaluation):
    rows = Assessment.objects.filter(evaluation=evaluation).order_by("pk")
    return list(rows.values_list("review", flat=True))


# --- Submitting -------------------------------------------------------------------


def test_submitting_counts_the_round_and_says_who():
    found = ready(an_evaluation({}, {}))
    leader = leader_of(found)
    done = submit_evaluation(actor=leader, evaluation=found, version=found.version)
    assert (done.state, done.round, done.version) == ("submitted", 1, 2)
    assert (done.submitted_by, done.submitted_post) == (leader, "Chủ tịch")
    assert reviews(found) == ["pending", "pending"]


def test_the_self_result_freezes_at_the_score_day():
    found = submitted(an_evaluation({}))
    row = assessment_of(found)
    assert row.scored_on == min(TODAY, found.campaign.period_end)


def test_after_the_period_the_score_day_is_its_last_day():
    found = submitted(
        an_evaluation(
            {}, year=TODAY.year - 1, period_end=dt.date(TODAY.year - 1, 11, 14)
        )
    )
    assert assessment_of(found).scored_on == dt.date(TODAY.year - 1, 11, 14)


def test_on_submitting_again_only_what_was_returned_moves():
    found = returned(an_evaluation({}, {}), 2)
    Assessment.objects.filter(evaluation=found, criterion__number=1).update(
        scored_on=TODAY - 9 * DAY
    )
    again = submitted(found)
    assert again.round == 2
    assert assessment_of(again, 1).scored_on == TODAY - 9 * DAY
    assert assessment_of(again, 2).scored_on == min(TODAY, again.campaign.period_end)
    assert reviews(again) == ["accepted", "pending"]
    assert assessment_of(again, 2).review_reason == ""


def test_only_a_leader_submits():
    found = ready(an_evaluation({}))
    for role in (Role.WARD_STAFF, Role.COMMITTEE_MEMBER):
        with pytest.raises(PermissionDenied):
            submit_evaluation(
                actor=member(found.campaign.ward, role),
                evaluation=found,
                version=found.version,
            )
    with pytest.raises(PermissionDenied):
        submit_evaluation(
            actor=admin_of(found), evaluation=found, version=found.version
        )


def test_a_leader_whose_post_ended_yesterday_submits_nothing():
    found = ready(an_evaluation({}))
    former = MembershipFactory(
        unit=found.campaign.ward, role=Role.WARD_LEADER, valid_to=TODAY - DAY
    ).user
    with pytest.raises(PermissionDenied):
        submit_evaluation(actor=former, evaluation=found, version=found.version)


@pytest.mark.parametrize("claim", ["", "met"], ids=["nothing", "no-evidence"])
def test_what_blocks_is_refused_and_nothing_moves(claim):
    found = an_evaluation({}, {})
    row = assessment_of(found, 2)
    if claim:
        save_assessment(
            actor=TESTS, assessment=row, version=row.version, entry=Entry(claim)
        )
    code = code_of(
        submit_evaluation, actor=TESTS, evaluation=found, version=found.version
    )
    assert code == "submission_blocked"
    again = Evaluation.objects.get(pk=found.pk)
    assert (again.state, again.round) == ("open", 0)
    assert reviews(found) == ["none", "none"]


def test_the_refusal_names_the_criteria():
    found = ready(an_evaluation({}, {}, {}))
    Assessment.objects.filter(criterion__number=2).update(choice="")
    with pytest.raises(RuleViolation) as refusal:
        submit_evaluation(actor=TESTS, evaluation=found, version=found.version)
    assert refusal.value.message.rstrip(".").endswith(" 2")


def test_not_met_with_an_explanation_is_submitted():
    found = ready(an_evaluation({}, {}))
    row = assessment_of(found, 2)
    save_assessment(
        actor=TESTS,
        assessment=row,
        version=row.version,
        entry=Entry("not_met", explanation="Chưa tổ chức ra mắt."),
    )
    assert submitted(found).self_met == 1


def test_overdue_and_mandatory_failed_only_warn():
    found = ready(an_evaluation({"mandatory": True}))
    row = assessment_of(found)
    save_assessment(
        actor=TESTS,
        assessment=row,
        version=row.version,
        entry=Entry("not_met", explanation="Chưa có."),
    )
    Assessment.objects.update(due_on=TODAY - 9 * DAY)
    assert submitted(found).self_mandatory_failed == 1


def test_after_the_submission_nothing_is_overdue():
    found = ready(an_evaluation({}))
    row = assessment_of(found)
    save_assessment(
        actor=TESTS,
        assessment=row,
        version=row.version,
        entry=Entry("not_met", explanation="Chưa có."),
    )
    Assessment.objects.update(due_on=TODAY - 9 * DAY)
    assert submitted(found).self_overdue == 0


def test_a_second_tab_is_told_the_state_and_who():
    found = ready(an_evaluation({}))
    submit_evaluation(actor=leader_of(found), evaluation=found, version=found.version)
    with pytest.raises(EvaluationMoved) as moved:
        submit_evaluation(
            actor=leader_of(found), evaluation=found, version=found.version
        )
    assert moved.value.code == "evaluation_moved"
    assert "Chủ tịch" in moved.value.message
    assert moved.value.current.state == "submitted"


def test_a_page_of_another_version_does_not_submit():
    found = ready(an_evaluation({}))
    assert (
        code_of(submit_evaluation, actor=TESTS, evaluation=found, version=7)
        == "evaluation_moved"
    )


def test_a_closed_campaign_is_not_submitted():
    found = ready(an_evaluation({}))
    found.campaign.closed_at = timezone.now()
    found.campaign.save()
    assert (
        code_of(submit_evaluation, actor=TESTS, evaluation=found, version=1)
        == "campaign_closed"
    )


def test_a_submission_is_kept_in_a_snapshot():
    found = submitted(an_evaluation({}))
    kept = DecisionSnapshot.objects.get(evaluation=found)
    assert (kept.kind, kept.round) == ("submitted", 1)


# --- Taking up --------------------------------------------------------------------


def test_the_first_look_takes_a_year_up_and_the_second_is_no_step():
    found = submitted(an_evaluation({}))
    verifier = verifier_of(found)
    taken = start_verification(actor=verifier, evaluation=found)
    assert taken.state == "verifying"
    again = start_verification(actor=verifier, evaluation=found)
    assert again.version == taken.version


def test_an_open_year_is_not_taken_up():
    found = an_evaluation({})
    assert (
        code_of(start_verification, actor=TESTS, evaluation=found) == "evaluation_moved"
    )


def test_a_verifier_of_another_province_does_not_verify():
    found = verifying(an_evaluation({}))
    stranger = member(WardFactory().parent, Role.PROVINCE_VERIFIER)
    with pytest.raises(PermissionDenied):
        decide(found, 1, actor=stranger)
    with pytest.raises(PermissionDenied):
        start_verification(actor=stranger, evaluation=found)


# --- Deciding ---------------------------------------------------------------------


def test_accepting_takes_the_wards_own_result():
    found = verifying(an_evaluation({}))
    row = decide(found, 1, actor=verifier_of(found))
    assert (row.review, row.verified_result, row.verified_points) == (
        "accepted",
        "met",
        300,
    )
    assert Evaluation.objects.get(pk=found.pk).verified_met == 1


def test_before_a_decision_the_verified_points_are_null():
    found = verifying(an_evaluation({}, {}))
    decide(found, 1)
    found = Evaluation.objects.get(pk=found.pk)
    shown = [one["verified_points"] for one in score_as_json(found)["criteria"]]
    assert shown == [3, None]


def test_adjusting_changes_the_verified_result_and_leaves_the_wards():
    found = verifying(an_evaluation({}))
    row = decide(found, 1, "adjusted", result="not_met", reason="Biên bản thiếu dấu.")
    assert (row.verified_result, row.verified_points) == ("not_met", 0)
    assert (row.self_result, row.self_points) == ("met", 300)


def test_part_of_the_points_of_a_proportional_criterion():
    found = verifying(an_evaluation(PROPORTIONAL))
    row = decide(
        found, 1, "adjusted", result="not_met", points=137, reason="Tính lại mẫu số."
    )
    assert (row.verified_result, row.verified_points) == ("not_met", 137)


@pytest.mark.parametrize(
    ("points", "result"), [(300, "met"), (0, "not_met")], ids=["all", "none"]
)
def test_points_alone_say_the_result(points, result):
    found = verifying(an_evaluation({}))
    Assessment.objects.update(
        self_result="not_met" if points else "met", self_points=0 if points else 300
    )
    row = decide(found, 1, "adjusted", points=points, reason="Lý do.")
    assert row.verified_result == result


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"result": "not_met"}, "reason_missing"),
        ({"result": "not_met", "reason": "  "}, "reason_missing"),
        ({"reason": "Vì sao"}, "result_missing"),
        ({"result": "met", "reason": "Vì sao"}, "nothing_adjusted"),
        ({"result": "not_assessed", "reason": "Vì sao"}, "result_unknown"),
        ({"result": "rất tốt", "reason": "Vì sao"}, "result_unknown"),
        ({"points": 301, "reason": "Vì sao"}, "points_out_of_range"),
        ({"points": -1, "reason": "Vì sao"}, "points_out_of_range"),
        ({"points": 150, "reason": "Vì sao"}, "points_follow_result"),
        (
            {"result": "not_applicable", "points": 9, "reason": "Vì sao"},
            "points_follow_result",
        ),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(fields, code):
    found = verifying(an_evaluation({}))
    assert code_of(decide, found, 1, "adjusted", **fields) == code
    assert CriterionDecision.objects.count() == 0


def test_met_never_takes_part_of_the_points():
    found = verifying(an_evaluation(PROPORTIONAL))
    code = code_of(
        decide, found, 1, "adjusted", result="met", points=100, reason="Vì sao"
    )
    assert code == "points_follow_result"


def test_returning_without_a_reason_is_refused():
    found = verifying(an_evaluation({}))
    assert code_of(decide, found, 1, "returned") == "reason_missing"


def test_a_decision_of_no_known_kind_is_refused():
    found = verifying(an_evaluation({}))
    for review in ("pending", "none", "maybe"):
        assert code_of(decide, found, 1, review) == "review_unknown"


def test_what_is_not_claimed_is_not_accepted():
    found = verifying(an_evaluation({}))
    Assessment.objects.update(self_result=Result.NOT_ASSESSED)
    assert code_of(decide, found, 1) == "not_assessed"


def test_returning_takes_back_an_earlier_acceptance():
    found = verifying(an_evaluation({}))
    decide(found, 1)
    row = decide(found, 1, "returned", reason="Thiếu trang 2.")
    assert (row.verified_result, row.verified_points) == ("", None)
    assert Evaluation.objects.get(pk=found.pk).verified_met == 0


def test_every_look_adds_a_decision_and_none_is_changed():
    found = verifying(an_evaluation({}))
    verifier = verifier_of(found, position="Thẩm định viên")
    decide(found, 1, actor=verifier)
    decide(found, 1, "returned", reason="Thiếu trang 2.", actor=verifier)
    kept = CriterionDecision.objects.order_by("pk")
    assert [(one.review, one.result, one.points) for one in kept] == [
        ("accepted", "met", 300),
        ("returned", "", None),
    ]
    assert {one.decided_post for one in kept} == {"Thẩm định viên"}
    assert {one.round for one in kept} == {1}


def test_two_verifiers_never_overwrite_each_other():
    found = verifying(an_evaluation({}))
    seen = assessment_of(found)
    decide(found, 1)
    with pytest.raises(VerificationConflict) as conflict:
        decide_criterion(
            actor=verifier_of(found),
            assessment=seen,
            version=seen.version,
            review="returned",
            reason="Thiếu.",
        )
    assert conflict.value.current.review == "accepted"
    assert assessment_of(found).review == "accepted"


def test_a_year_not_in_verification_takes_no_decision():
    found = submitted(an_evaluation({}))
    assert code_of(decide, found, 1) == "evaluation_moved"


# --- Re-check on site ---------------------------------------------------------------


def test_a_recheck_is_ordered_and_its_finding_kept_apart():
    found = verifying(an_evaluation({}))
    row = decide(found, 1, "recheck", reason="Xem tại nơi ra mắt mô hình.")
    assert (row.review, row.recheck_result) == ("recheck", "")
    row = decide(
        found,
        1,
        "recheck",
        result="not_met",
        finding="Mô hình đã ngừng.",
        recheck_on=TODAY,
    )
    assert (row.recheck_result, row.recheck_points) == ("not_met", 0)
    assert (row.recheck_finding, row.recheck_on) == ("Mô hình đã ngừng.", TODAY)
    row = decide(found, 1, "adjusted", result="not_met", reason="Theo phúc tra.")
    assert (row.self_result, row.verified_result, row.recheck_result) == (
        "met",
        "not_met",
        "not_met",
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"result": "met"}, "finding_missing"),
        ({"result": "met", "finding": "Đã xem."}, "recheck_day_missing"),
        (
            {"result": "met", "finding": "Đã xem.", "recheck_on": TODAY + DAY},
            "recheck_in_future",
        ),
        (
            {"result": "met", "finding": "Đã xem.", "recheck_on": dt.date(2001, 1, 1)},
            "recheck_before_period",
        ),
        ({"finding": "Đã xem.", "recheck_on": TODAY}, "result_missing"),
    ],
)
def test_half_a_finding_is_refused(fields, code):
    found = verifying(an_evaluation({}))
    assert code_of(decide, found, 1, "recheck", **fields) == code


def test_accepting_against_the_finding_says_why():
    found = verifying(an_evaluation({}))
    decide(found, 1, "recheck", result="not_met", finding="Đã ngừng.", recheck_on=TODAY)
    assert code_of(decide, found, 1) == "reason_missing"
    row = decide(found, 1, reason="Đã khôi phục ngày hôm sau.")
    assert row.verified_result == "met"


def test_accepting_other_points_than_were_found_says_why():
    found = an_evaluation(PROPORTIONAL)
    row = assessment_of(found)
    save_assessment(
        actor=TESTS,
        assessment=row,
        version=row.version,
        entry=Entry(value=1, base=2, explanation="Đang làm."),
    )
    supported(found, 1)
    found = verifying(found)
    own = assessment_of(found)
    assert (own.self_result, own.self_points > 0) == ("not_met", True)
    seen = {"finding": "Đã xem.", "recheck_on": TODAY}
    decide(found, 1, "recheck", result="not_met", points=0, **seen)
    assert code_of(decide, found, 1) == "reason_missing"
    decide(found, 1, "recheck", result="not_met", points=own.self_points, **seen)
    assert decide(found, 1).verified_points == own.self_points


def test_what_a_recheck_found_does_not_outlive_what_it_looked_at():
    found = verifying(an_evaluation({}, {}))
    seen = {"result": "not_met", "finding": "Đã ngừng.", "recheck_on": TODAY}
    for number in (1, 2):
        decide(found, number, "recheck", **seen)
    decide(found, 2, reason="Đã khôi phục.")
    sent = send_returns(
        actor=TESTS,
        evaluation=looked_at(found),
        version=found.version,
        due_on=TODAY,
    )
    submitted(sent)
    row, kept = assessment_of(found, 1), assessment_of(found, 2)
    assert (row.recheck_result, row.recheck_points) == ("", None)
    assert (row.recheck_finding, row.recheck_on) == ("", None)
    assert (kept.recheck_result, kept.recheck_on) == ("not_met", TODAY)
    first = CriterionDecision.objects.filter(assessment=row).earliest("pk")
    assert (first.review, first.result, first.points) == ("recheck", "not_met", 0)
    assert first.reason == "Đã ngừng."
    told = TrailEntry.objects.filter(action="criterion_decided", target_id=row.pk)
    after = json.loads(told.earliest("pk").payload)["after"]
    assert after["recheck_on"] == TODAY.isoformat()


# --- Returning --------------------------------------------------------------------


def test_returns_go_together_with_a_new_due_date_and_move_again():
    found = returned(an_evaluation({}, {}, {}), 1, 3, due_on=TODAY + 5 * DAY)
    assert found.state == "returned"
    first, second = assessment_of(found, 1), assessment_of(found, 2)
    assert (first.due_on, first.scored_on) == (TODAY + 5 * DAY, None)
    assert second.review == "accepted"
    assert second.scored_on is not None
    assert second.due_on != TODAY + 5 * DAY


def looked_at(found):
    decide(found, 1, "returned", reason="Thiếu.")
    found.refresh_from_db()
    return found


@pytest.mark.parametrize(("days", "code"), [(-1, "due_in_past"), (91, "due_too_late")])
def test_a_new_due_date_is_within_ninety_days(days, code):
    found = looked_at(verifying(an_evaluation({})))
    refused = code_of(
        send_returns,
        actor=TESTS,
        evaluation=found,
        version=found.version,
        due_on=TODAY + days * DAY,
    )
    assert refused == code


def test_a_new_due_date_may_lie_after_the_period():
    last = TODAY - DAY
    found = verifying(
        an_evaluation({}, period_start=dt.date(TODAY.year - 1, 1, 2), period_end=last)
    )
    looked_at(found)
    send_returns(
        actor=TESTS,
        evaluation=found,
        version=found.version,
        due_on=TODAY + 3 * DAY,
    )
    assert assessment_of(found).due_on == TODAY + 3 * DAY


def test_returns_wait_until_every_criterion_was_looked_at():
    found = looked_at(verifying(an_evaluation({}, {})))
    act = {"actor": TESTS, "evaluation": found, "version": found.version}
    assert code_of(send_returns, due_on=TODAY, **act) == "not_looked_at"
    decide(found, 2, "recheck")
    assert send_returns(due_on=TODAY, **act).state == "returned"
    assert assessment_of(found, 2).review == "recheck"


def test_there_is_nothing_to_send_back():
    found = decided(an_evaluation({}))
    code = code_of(
        send_returns,
        actor=TESTS,
        evaluation=found,
        version=found.version,
        due_on=TODAY,
    )
    assert code == "nothing_returned"


# --- Concluding -------------------------------------------------------------------


@pytest.mark.parametrize("review", ["returned", "recheck"])
def test_a_year_with_an_undecided_criterion_is_not_concluded(review):
    found = verifying(an_evaluation({}, {}))
    decide(found, 1)
    act = {"actor": TESTS, "evaluation": found, "version": found.version}
    assert code_of(conclude_verification, **act) == "undecided"
    decide(found, 2, review, reason="Vì sao.")
    assert code_of(conclude_verification, **act) == "undecided"


def test_concluding_says_who_and_takes_a_snapshot():
    found = decided(an_evaluation({}))
    verifier = verifier_of(found, position="Trưởng phòng")
    done = conclude_verification(
        actor=verifier, evaluation=found, version=found.version
    )
    assert (done.state, done.verified_by, done.verified_post) == (
        "verified",
        verifier,
        "Trưởng phòng",
    )
    assert done.snapshots.filter(kind="verified").count() == 1


# --- The decision -----------------------------------------------------------------


def recognition(found, **fields):
    return recognise(
        actor=TESTS,
        evaluation=found,
        version=found.version,
        **{
            "is_recognised": True,
            "deciding_body": "Giám đốc Công an tỉnh",
            "number": "12/QĐ-CAT",
            "decided_on": TODAY,
            **fields,
        },
    )


def test_recognition_closes_the_campaign():
    found = recognised(an_evaluation({}))
    assert found.state == "recognised"
    assert found.campaign.closed_at is not None
    assert found.snapshots.filter(kind="concluded").count() == 1


def test_a_refusal_is_recorded_with_its_reason():
    found = verified(an_evaluation({}))
    made = recognition(found, is_recognised=False, reason="Chưa đủ ngưỡng.")
    assert made.reason == "Chưa đủ ngưỡng."
    assert Evaluation.objects.get(pk=found.pk).state == "not_recognised"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"is_recognised": False}, "reason_missing"),
        ({"deciding_body": " "}, "body_missing"),
        ({"number": ""}, "number_missing"),
        ({"number": "9" * 61}, "too_long"),
        ({"decided_on": TODAY + DAY}, "decided_in_future"),
        ({"decided_on": TODAY - DAY}, "decided_before_submission"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(fields, code):
    found = verified(an_evaluation({}))
    assert code_of(recognition, found, **fields) == code
    assert Recognition.objects.count() == 0
    assert Evaluation.objects.get(pk=found.pk).state == "verified"


def test_a_number_is_used_once_by_a_body_of_one_province():
    ward = WardFactory()
    beside = WardFactory(parent=ward.parent)
    recognition(verified(an_evaluation({}, ward=ward)))
    other = verified(an_evaluation({}, ward=beside))
    with pytest.raises(RuleViolation) as refusal:
        recognition(other, number="  12/QĐ-CAT ")
    assert (refusal.value.code, refusal.value.field) == ("number_used", "number")
    assert recognition(other, deciding_body="Chủ tịch UBND tỉnh").pk


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"number": "12/QĐ-CAT"}, {"number": "Số 12/qđ - cat"}),
        (
            {"deciding_body": "Uỷ ban nhân dân  tỉnh"},
            {"deciding_body": "UBND tỉnh"},
        ),
    ],
    ids=["number", "body"],
)
def test_a_used_number_spelled_otherwise_is_used_all_the_same(first, second):
    ward = WardFactory()
    beside = WardFactory(parent=ward.parent)
    recognition(verified(an_evaluation({}, ward=ward)), **first)
    other = verified(an_evaluation({}, ward=beside))
    assert code_of(recognition, other, **second) == "number_used"


def test_the_database_keeps_a_number_once_and_wants_its_keys():
    made = recognition(verified(an_evaluation({})))
    other = verified(an_evaluation({}, ward=WardFactory(parent=made.authority)))
    again = Recognition(
        evaluation=other,
        authority=made.authority,
        is_recognised=True,
        deciding_body="Giám đốc CA tỉnh",
        number="12 QĐ CAT",
        decided_on=TODAY,
        year=made.year,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    again.body_key = again.number_key = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Recognition.objects.bulk_create([again])


def test_the_same_number_in_another_province_is_another_decision():
    recognition(verified(an_evaluation({})))
    assert recognition(verified(an_evaluation({}))).pk


def test_recognising_a_ward_that_is_not_eligible_says_why():
    found = verifying(an_evaluation({"mandatory": True}))
    decide(found, 1, "adjusted", result="not_met", reason="Chưa ra mắt.")
    found = conclude_verification(actor=TESTS, evaluation=found, version=found.version)
    assert code_of(recognition, found) == "reason_missing"
    assert recognition(found, reason="Theo Quyết định riêng.").pk


# --- Reopening --------------------------------------------------------------------


def test_reopening_keeps_every_decision_and_voids_the_recognition():
    found = recognised(an_evaluation({}, {}))
    admin = admin_of(found)
    done = reopen(
        actor=admin, evaluation=found, version=found.version, reason="Khiếu nại."
    )
    assert (done.state, done.campaign.closed_at) == ("verifying", None)
    assert done.verified_at is None
    assert reviews(found) == ["accepted", "accepted"]
    assert CriterionDecision.objects.count() == 2
    voided = Recognition.objects.get()
    assert voided.voided_at is not None
    assert voided.voided_reason == "Khiếu nại."


def test_a_voided_number_may_be_used_again():
    found = recognised(an_evaluation({}), number="12/QĐ-CAT")
    reopen(actor=TESTS, evaluation=found, version=found.version, reason="Sửa.")
    found = Evaluation.objects.get(pk=found.pk)
    found = conclude_verification(actor=TESTS, evaluation=found, version=found.version)
    assert recognition(found).pk


def test_only_an_admin_of_the_province_reopens():
    found = verified(an_evaluation({}))
    for actor in (verifier_of(found), leader_of(found)):
        with pytest.raises(PermissionDenied):
            reopen(
                actor=actor, evaluation=found, version=found.version, reason="Vì sao."
            )


def test_reopening_says_why():
    found = verified(an_evaluation({}))
    code = code_of(
        reopen, actor=TESTS, evaluation=found, version=found.version, reason=" "
    )
    assert code == "reason_missing"


def test_what_is_not_concluded_is_not_reopened():
    found = decided(an_evaluation({}))
    code = code_of(
        reopen, actor=TESTS, evaluation=found, version=found.version, reason="Vì sao."
    )
    assert code == "evaluation_moved"


# --- The trail --------------------------------------------------------------------


def test_the_way_stands_whole_in_the_trail():
    found = recognised(an_evaluation({}))
    chain = TrailChain.objects.get(unit=found.campaign.ward)
    assert list(verify_chain(chain)) == []
    told = TrailEntry.objects.filter(chain=chain).order_by("seq")
    steps = [one.action for one in told if one.action != "snapshot_taken"]
    assert steps[-5:] == [
        "evaluation_submitted",
        "verification_started",
        "criterion_decided",
        "verification_concluded",
        "evaluation_recognised",
    ]
