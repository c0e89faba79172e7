"""The province's screens: queue, a criterion, returns, conclusion, decision."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from criteria.models import CriterionDecision, Evaluation, Evidence, Recognition
from criteria.services.verification import recognise
from tests.factories.criteria import (
    a_set,
    an_evaluation,
    assessment_of,
    decide,
    decided,
    recognised,
    returned,
    submitted,
    supported,
    verified,
    verifying,
)
from tests.factories.wards import TESTS, UnitFactory, WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def province():
    return UnitFactory(name="Tỉnh Mẫu")


@pytest.fixture
def evaluation(province):
    ward = WardFactory(name="Phường Đức Ninh", parent=province)
    return an_evaluation({}, {}, {"measured": True}, {"mandatory": True}, ward=ward)


@pytest.fixture
def verifier(province, client):
    user = member(province, Role.PROVINCE_VERIFIER, position="Cán bộ thẩm định")
    client.force_login(user)
    return user


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN, position="Quản trị Công an tỉnh")


def at(name, evaluation, *more):
    campaign = evaluation.campaign
    return reverse(f"criteria:{name}", args=[campaign.ward.slug, campaign.year, *more])


def state(evaluation):
    return Evaluation.objects.get(pk=evaluation.pk).state


def posted(evaluation, number=1, **data):
    """What the decision bar sends."""
    version = assessment_of(evaluation, number).version
    return {"version": version, "review": "accepted", "reason": "", **data}


# --- The queue --------------------------------------------------------------------


def queue(client, **asked):
    return client.get(reverse("criteria:verification-queue"), asked).context


def test_the_queue_holds_what_was_submitted_in_the_province(
    client, verifier, province, evaluation
):
    an_evaluation({}, ward=WardFactory(parent=province))  # still open
    submitted(an_evaluation({}))  # of another province
    submitted(evaluation)

    (row,) = queue(client)["rows"]

    assert (row.evaluation, row.self_met, row.looked, row.days) == (evaluation, 4, 0, 0)


def test_the_queue_is_searched_without_diacritics(
    client, verifier, province, evaluation
):
    submitted(evaluation)
    submitted(an_evaluation({}, ward=WardFactory(name="Phường Khác", parent=province)))

    assert [row.evaluation for row in queue(client, q="duc ninh")["rows"]] == [
        evaluation
    ]
    assert not queue(client, q="dong hoi")["rows"]


def test_the_queue_is_grouped_by_who_has_to_act(client, verifier, province):
    for make in (verified, verifying, submitted, recognised):
        make(an_evaluation({}, ward=WardFactory(parent=province)))

    found = queue(client)

    groups = ["waiting", "verifying", "verified", "concluded"]
    assert [row.group for row in found["rows"]] == groups
    counts = {group.code: group.count for group in found["groups"]}
    assert counts == {"": 4, "returned": 0, **dict.fromkeys(groups, 1)}
    assert [row.group for row in queue(client, show="verified")["rows"]] == ["verified"]


def test_the_queue_is_narrowed_to_a_year(client, verifier, evaluation):
    submitted(evaluation)
    year = evaluation.campaign.year

    assert len(queue(client, year=str(year))["rows"]) == 1
    assert not queue(client, year=str(year - 1))["rows"]
    assert len(queue(client, year="nonsense")["rows"]) == 1


def test_days_are_counted_while_the_ward_waits(client, verifier, evaluation):
    submitted(evaluation)
    long_ago = timezone.now() - dt.timedelta(days=9)
    Evaluation.objects.update(submitted_at=long_ago)
    assert queue(client)["rows"][0].days == 9
    Evaluation.objects.update(state="returned")
    assert queue(client)["rows"][0].days is None


def test_the_queue_is_paged(client, verifier, province):
    for _ in range(21):
        submitted(an_evaluation({}, ward=WardFactory(parent=province)))

    assert len(queue(client)["rows"]) == 20
    assert len(queue(client, page="2")["rows"]) == 1


def test_people_of_a_province_start_at_the_queue(client, verifier):
    assert client.get("/").url == reverse("criteria:verification-queue")


# --- Who gets in ------------------------------------------------------------------

PAGES = [
    ("verification-overview", ()),
    ("verification-work", (1,)),
    ("verification-returns", ()),
    ("verification-conclude", ()),
]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_a_verifier_of_another_province_finds_nothing(client, evaluation, name, more):
    verifying(evaluation)
    client.force_login(member(UnitFactory(), Role.PROVINCE_VERIFIER))

    assert client.get(at(name, evaluation, *more)).status_code == 404
    form = posted(evaluation)
    assert client.post(at("verification-work", evaluation, 1), form).status_code == 404
    assert not CriterionDecision.objects.exists()


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_the_wards_people_are_told_no(client, evaluation, name, more):
    verifying(evaluation)
    client.force_login(member(evaluation.campaign.ward, Role.WARD_LEADER))

    assert client.get(at(name, evaluation, *more)).status_code == 403
    form = posted(evaluation)
    assert client.post(at("verification-work", evaluation, 1), form).status_code == 403


def test_a_membership_that_ended_this_morning_lets_nobody_in(
    client, verifier, evaluation
):
    verifying(evaluation)
    assert client.get(at("verification-overview", evaluation)).status_code == 200
    verifier.memberships.update(valid_to=TODAY - dt.timedelta(days=1))

    form = posted(evaluation)
    assert client.post(at("verification-work", evaluation, 1), form).status_code == 404
    assert client.get(reverse("criteria:verification-queue")).status_code == 403
    assert not CriterionDecision.objects.exists()


# --- Beginning --------------------------------------------------------------------


def test_looking_begins_nothing_the_button_does(client, verifier, evaluation):
    submitted(evaluation)
    client.get(at("verification-overview", evaluation))
    client.get(at("verification-work", evaluation, 2))
    assert state(evaluation) == "submitted"

    answer = client.post(at("verification-start", evaluation))

    assert answer.url == at("verification-work", evaluation, 1)
    assert state(evaluation) == "verifying"


def test_beginning_at_a_criterion_stays_there(client, verifier, evaluation):
    submitted(evaluation)
    answer = client.post(at("verification-start", evaluation), {"number": "3"})
    assert answer.url == at("verification-work", evaluation, 3)


def test_a_year_that_was_not_submitted_is_not_begun(client, verifier, evaluation):
    answer = client.post(at("verification-start", evaluation), follow=True)
    assert state(evaluation) == "open"
    assert len(answer.context["messages"]) == 1


# --- One criterion ----------------------------------------------------------------


def test_accepting_leads_to_the_next_not_looked_at(client, verifier, evaluation):
    verifying(evaluation)
    decide(evaluation, 2)

    answer = client.post(at("verification-work", evaluation, 1), posted(evaluation))

    assert answer.url == at("verification-work", evaluation, 3)
    row = assessment_of(evaluation, 1)
    assert (row.review, row.verified_result) == ("accepted", "met")


def test_after_the_last_the_overview_follows(client, verifier, evaluation):
    verifying(evaluation)
    for number in (1, 2, 3):
        decide(evaluation, number)

    form = posted(evaluation, 4)
    answer = client.post(at("verification-work", evaluation, 4), form)

    assert answer.url == at("verification-overview", evaluation)


def test_adjusting_takes_result_and_reason(client, verifier, evaluation):
    verifying(evaluation)
    form = posted(evaluation, review="adjusted", result="not_met", reason="Thiếu 2.")

    client.post(at("verification-work", evaluation, 1), form)

    row = assessment_of(evaluation, 1)
    assert (row.verified_result, row.verified_points) == ("not_met", 0)
    assert row.review_reason == "Thiếu 2."


def test_points_of_a_proportional_criterion_are_typed(client, verifier, province):
    ward = WardFactory(parent=province)
    year = an_evaluation({"measured": True, "rule": "proportional"}, ward=ward)
    verifying(year)
    address = at("verification-work", year, 1)
    adjusted = {"review": "adjusted", "result": "not_met", "reason": "Thiếu 2."}

    refused = client.post(address, posted(year, points="2,555", **adjusted))
    assert refused.status_code == 422
    assert "points" in refused.context["form"].errors
    client.post(address, posted(year, points="1,5", **adjusted))

    assert assessment_of(year, 1).verified_points == 150


def test_returning_without_a_reason_is_refused_beside_the_field(
    client, verifier, evaluation
):
    verifying(evaluation)
    form = posted(evaluation, review="returned")

    answer = client.post(at("verification-work", evaluation, 1), form)

    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert re.search(r'value="returned"[^>]*checked', answer.content.decode())
    assert assessment_of(evaluation, 1).review == "pending"


def test_what_was_typed_stays_when_no_decision_was_chosen(client, verifier, evaluation):
    verifying(evaluation)
    form = posted(evaluation, review="", reason="Báo cáo ghi 1.167 hồ sơ.")

    answer = client.post(at("verification-work", evaluation, 1), form)

    assert answer.status_code == 422
    assert "Báo cáo ghi 1.167 hồ sơ." in answer.content.decode()


def test_the_own_record_is_not_decided_and_the_bar_says_so(
    client, verifier, evaluation
):
    supported(evaluation, 1, recorded_by=verifier)
    verifying(evaluation)
    address = at("verification-work", evaluation, 1)

    page = client.get(address)
    assert page.context["work"].is_own
    assert 'name="review"' not in page.content.decode()
    assert client.post(address, posted(evaluation)).status_code == 422
    assert assessment_of(evaluation, 1).review == "pending"


def test_two_verifiers_never_overwrite_each_other(client, verifier, evaluation, admin):
    verifying(evaluation)
    form = posted(evaluation, review="returned", reason="Bổ sung biên bản.")
    decide(evaluation, 1, "adjusted", result="not_met", reason="Thiếu số.", actor=admin)
    address = at("verification-work", evaluation, 1)

    answer = client.post(address, form)

    assert answer.status_code == 409
    assert answer.context["conflict"].who == "Quản trị Công an tỉnh"
    html = answer.content.decode()
    assert "Bổ sung biên bản." in html
    assert "Thiếu số." in html
    assert assessment_of(evaluation, 1).review == "adjusted"
    # Having seen both, the second sends again what stands in the form.
    again = form | {"version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert assessment_of(evaluation, 1).review == "returned"


def test_a_second_tab_on_a_state_already_left_changes_nothing(
    client, verifier, evaluation
):
    decided(evaluation)
    form = posted(evaluation, review="returned", reason="Bổ sung.")
    found = Evaluation.objects.get(pk=evaluation.pk)
    data = {"version": found.version}
    client.post(at("verification-conclude", evaluation), data)

    answer = client.post(at("verification-work", evaluation, 1), form)

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert assessment_of(evaluation, 1).review == "accepted"


def test_the_same_bar_sent_twice_decides_once(client, verifier, evaluation):
    verifying(evaluation)
    form = posted(evaluation, form_key="once")
    answers = [
        client.post(at("verification-work", evaluation, 1), form) for _ in range(2)
    ]
    assert answers[0].url == answers[1].url
    assert CriterionDecision.objects.count() == 1


def test_a_criterion_that_is_none_is_not_found(client, verifier, evaluation):
    verifying(evaluation)
    assert client.get(at("verification-work", evaluation, 99)).status_code == 404


def test_a_re_check_is_marked_then_kept_then_decided(client, verifier, evaluation):
    verifying(evaluation)
    address = at("verification-work", evaluation, 1)
    client.post(address, posted(evaluation, review="recheck"))
    page = client.get(address).content.decode()
    assert 'name="recheck_on"' in page

    found = {
        "version": assessment_of(evaluation, 1).version,
        "recheck_on": f"{TODAY:%d/%m/%Y}",
        "result": "not_met",
        "finding": "Sổ trực chưa đủ.",
    }
    kept = client.post(at("verification-recheck", evaluation, 1), found)
    assert kept.url == address
    row = assessment_of(evaluation, 1)
    assert (row.self_result, row.recheck_result, row.verified_result) == (
        "met",
        "not_met",
        "",
    )
    assert "Sổ trực chưa đủ." in client.get(address).content.decode()


def test_a_re_check_in_the_future_is_refused_and_the_words_stay(
    client, verifier, evaluation
):
    verifying(evaluation)
    decide(evaluation, 1, "recheck")
    found = {
        "version": assessment_of(evaluation, 1).version,
        "recheck_on": f"{TODAY + dt.timedelta(days=1):%d/%m/%Y}",
        "result": "met",
        "finding": "Sổ trực chưa đủ.",
    }

    answer = client.post(at("verification-recheck", evaluation, 1), found)

    assert answer.status_code == 422
    assert "recheck_on" in answer.context["recheck"].errors
    assert "Sổ trực chưa đủ." in answer.content.decode()


def test_a_reference_only_criterion_shows_number_and_date_and_no_thread(
    client, verifier, province
):
    year = an_evaluation({"reference_only": True}, ward=WardFactory(parent=province))
    verifying(year)

    html = client.get(at("verification-work", year, 1)).content.decode()

    assert "QĐ-UBND" in html
    assert 'id="comments"' not in html


# --- Cross-checks -----------------------------------------------------------------


def checks(client, evaluation, number=1):
    return (
        client.get(at("verification-work", evaluation, number)).context["work"].checks
    )


def test_a_date_outside_the_period_stands_out(client, verifier, evaluation):
    before = evaluation.campaign.period_start - dt.timedelta(days=40)
    supported(evaluation, 1, fact_on=before, title="Báo cáo cũ")
    verifying(evaluation)

    different = [one for one in checks(client, evaluation) if not one.holds]

    assert any("Báo cáo cũ" in one.words for one in different)


def test_kinds_of_evidence_that_are_missing_stand_out(client, verifier, evaluation):
    verifying(evaluation)
    different = [one.words for one in checks(client, evaluation) if not one.holds]
    assert sum("Báo cáo" in words or "Quyết định" in words for words in different) == 2


def test_work_done_late_stands_out(client, verifier, evaluation):
    verifying(evaluation)
    row = assessment_of(evaluation, 1)
    row.due_on = row.first_fact_on - dt.timedelta(days=3)
    row.save()

    (late,) = [
        one
        for one in checks(client, evaluation)
        if f"{row.due_on:%d/%m/%Y}" in one.words
    ]

    assert not late.holds


def test_the_year_before_stands_beside_the_claim(client, verifier, province):
    ward = WardFactory(parent=province)
    criteria_set = a_set({"measured": True})
    year = TODAY.year
    old = an_evaluation(criteria_set=criteria_set, ward=ward, year=year - 1)
    verified(old)
    now = an_evaluation(criteria_set=criteria_set, ward=ward)
    verifying(now)

    facts = client.get(at("verification-work", now, 1)).context["work"].facts

    assert str(year - 1) in facts[-1].label


def test_criteria_to_be_read_beside_it_are_shown(client, verifier, province):
    ward = WardFactory(parent=province)
    year = verifying(an_evaluation({"shown_with": [2]}, {}, ward=ward))

    for number, other in ((1, 2), (2, 1)):
        work = client.get(at("verification-work", year, number)).context["work"]
        assert [line.row.number for line in work.beside] == [other]


# --- Returns ----------------------------------------------------------------------


def with_a_return(evaluation):
    decided(evaluation)
    decide(evaluation, 2, "returned", reason="Bổ sung biên bản.")
    return Evaluation.objects.get(pk=evaluation.pk)


def test_returns_go_back_together_with_a_due_date(client, verifier, evaluation):
    found = with_a_return(evaluation)
    address = at("verification-returns", evaluation)
    assert "Bổ sung biên bản." in client.get(address).content.decode()
    due = TODAY + dt.timedelta(days=14)

    client.post(address, {"version": found.version, "due_on": f"{due:%d/%m/%Y}"})

    assert state(evaluation) == "returned"
    assert assessment_of(evaluation, 2).due_on == due


@pytest.mark.parametrize("due", ["", "31/02/2026", "01/01/2020"])
def test_returns_with_a_bad_day_are_refused(client, verifier, evaluation, due):
    found = with_a_return(evaluation)
    form = {"version": found.version, "due_on": due}

    answer = client.post(at("verification-returns", evaluation), form)

    assert answer.status_code == 422
    assert "due_on" in answer.context["form"].errors
    assert state(evaluation) == "verifying"


def test_returns_from_a_page_of_an_older_version_are_looked_at_again(
    client, verifier, evaluation
):
    found = with_a_return(evaluation)
    due = f"{TODAY:%d/%m/%Y}"
    form = {"version": found.version - 1, "due_on": due}
    address = at("verification-returns", evaluation)

    answer = client.post(address, form)

    assert answer.status_code == 422
    assert state(evaluation) == "verifying"
    again = {"version": answer.context["form"]["version"].value(), "due_on": due}
    assert client.post(address, again).status_code == 302


def test_what_is_with_the_ward_is_read_only(client, verifier, evaluation):
    returned(evaluation, 2)
    html = client.get(at("verification-returns", evaluation)).content.decode()
    assert "Bổ sung biên bản." in html
    assert 'name="due_on"' not in html


# --- Conclusion -------------------------------------------------------------------


def test_the_conclusion_sets_the_results_side_by_side(client, verifier, evaluation):
    decided(evaluation)
    decide(evaluation, 4, "adjusted", result="not_met", reason="Thiếu số.")

    page = client.get(at("verification-conclude", evaluation)).context["conclusion"]

    assert (page.total.own.met, page.total.verified.met) == (4, 3)
    assert [line.row.number for line in page.differing] == [4]
    assert [line.row.number for line in page.mandatory_failed] == [4]
    assert page.eligible is False


def test_concluding_leads_to_the_decision(client, verifier, evaluation):
    found = decided(evaluation)
    answer = client.post(
        at("verification-conclude", evaluation), {"version": found.version}
    )
    assert answer.url == at("recognition", evaluation)
    assert state(evaluation) == "verified"


def test_an_undecided_criterion_keeps_the_year_open(client, verifier, evaluation):
    found = verifying(evaluation)
    decide(evaluation, 1)
    form = {"version": found.version}

    answer = client.post(at("verification-conclude", evaluation), form)

    assert answer.status_code == 422
    assert state(evaluation) == "verifying"


# --- Recognition and reopening ----------------------------------------------------


def paper(found, **changes):
    return {
        "version": found.version,
        "is_recognised": "yes",
        "deciding_body": "Giám đốc Công an tỉnh",
        "number": "1234/QĐ-CAT",
        "decided_on": f"{TODAY:%d/%m/%Y}",
        "reason": "",
        **changes,
    }


def test_a_recognition_is_recorded_and_the_ward_reads_it(client, verifier, evaluation):
    found = verified(evaluation)
    client.post(at("recognition", evaluation), paper(found))
    assert state(evaluation) == "recognised"

    client.force_login(member(evaluation.campaign.ward))
    html = client.get(at("recognition", evaluation)).content.decode()

    assert "1234/QĐ-CAT" in html
    assert "<form class" not in html.split("<main")[-1]


def test_before_the_conclusion_the_ward_reads_no_result(client, evaluation):
    verifying(evaluation)
    decide(evaluation, 1, "adjusted", result="not_met", reason="Chưa công bố.")
    client.force_login(member(evaluation.campaign.ward))

    html = client.get(at("recognition", evaluation)).content.decode()

    assert "Chưa công bố." not in html


def test_a_number_used_twice_is_said_beside_the_field(
    client, verifier, province, evaluation
):
    other = verified(an_evaluation({}, ward=WardFactory(parent=province)))
    recognise(
        actor=TESTS,
        evaluation=other,
        version=other.version,
        is_recognised=True,
        deciding_body="Giám đốc Công an tỉnh",
        number="1234/QĐ-CAT",
        decided_on=TODAY,
    )
    found = verified(evaluation)

    answer = client.post(at("recognition", evaluation), paper(found))

    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors
    assert 'value="1234/QĐ-CAT"' in answer.content.decode()
    assert state(evaluation) == "verified"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_recognised", ""),
        ("is_recognised", "perhaps"),
        ("deciding_body", "  "),
        ("number", ""),
        ("decided_on", "31/02/2026"),
        ("decided_on", f"{TODAY + dt.timedelta(days=1):%d/%m/%Y}"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    client, verifier, evaluation, field, value
):
    found = verified(evaluation)
    answer = client.post(at("recognition", evaluation), paper(found, **{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Recognition.objects.exists()


def test_a_refusal_without_a_reason_is_said_beside_the_field(
    client, verifier, evaluation
):
    found = verified(evaluation)
    form = paper(found, is_recognised="no")
    answer = client.post(at("recognition", evaluation), form)
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors


def test_the_wards_leader_records_no_decision(client, evaluation):
    found = verified(evaluation)
    client.force_login(member(evaluation.campaign.ward, Role.WARD_LEADER))
    assert client.post(at("recognition", evaluation), paper(found)).status_code == 403


def test_reopening_keeps_and_shows_the_decision_it_voids(client, admin, evaluation):
    found = recognised(evaluation)
    client.force_login(admin)
    address = at("evaluation-reopen", evaluation)
    refused = client.post(address, {"version": found.version, "reason": " "})
    assert refused.status_code == 422

    client.post(address, {"version": found.version, "reason": "Sai số liệu."})

    assert state(evaluation) == "verifying"
    html = client.get(at("recognition", evaluation)).content.decode()
    assert "Sai số liệu." in html


def test_a_verifier_does_not_reopen(client, verifier, evaluation):
    found = recognised(evaluation)
    form = {"version": found.version, "reason": "Sai số liệu."}
    assert client.post(at("evaluation-reopen", evaluation), form).status_code == 403


# --- The ward's own pages afterwards ----------------------------------------------


def test_the_wards_pages_show_the_verified_result_beside_its_own(client, evaluation):
    decided(evaluation)
    decide(evaluation, 1, "adjusted", result="not_met", reason="Thiếu số.")
    found = Evaluation.objects.get(pk=evaluation.pk)
    client.force_login(member(evaluation.campaign.ward.parent, Role.PROVINCE_ADMIN))
    client.post(at("verification-conclude", evaluation), {"version": found.version})
    client.force_login(member(evaluation.campaign.ward))

    board = client.get(at("dashboard", evaluation)).context["board"]
    page = client.get(at("criterion-detail", evaluation, 1))

    assert (board.score.met, board.own.met, board.sheet.basis) == (3, 4, "verified")
    assert [row.met for row in board.rows] == [False, True, True, True]
    assert 'data-verified="not_met"' in page.content.decode()
    assert page.context["page"].own.met
    assert not page.context["page"].row.met


def test_the_verifier_sees_that_claim_and_papers_are_as_submitted(
    client, verifier, evaluation
):
    evaluation = verifying(evaluation)
    page = client.get(at("verification-work", evaluation, 1))
    assert "Khớp bản đã nộp" in page.content.decode()


def test_the_verifier_sees_what_was_corrected_after_submission(
    client, verifier, evaluation
):
    own = supported(evaluation, 1)
    evaluation = verifying(evaluation)
    Evidence.objects.filter(pk=own.pk).update(number="99/BC-UBND")
    corrected = client.get(at("verification-work", evaluation, 1)).content.decode()
    untouched = client.get(at("verification-work", evaluation, 2)).content.decode()
    assert "Đã đổi sau khi nộp" in corrected
    assert "99/BC-UBND" in corrected
    assert "Đã đổi sau khi nộp" not in untouched


# --- Words -------------------------------------------------------------------------


def test_reopening_without_a_reason_is_told_in_the_services_words(
    client, admin, evaluation
):
    found = recognised(evaluation)
    client.force_login(admin)
    answer = client.post(
        at("evaluation-reopen", evaluation), {"version": found.version, "reason": " "}
    )
    assert answer.context["form"].errors["reason"] == ["Nêu lý do mở lại."]


def test_a_step_already_left_is_announced_by_its_state_alone(
    client, verifier, evaluation
):
    found = decided(evaluation)
    answer = client.post(
        at("verification-conclude", evaluation), {"version": found.version - 1}
    )
    html = answer.content.decode()

    assert answer.status_code == 422
    assert answer.context["form"].moved in html
    assert "Chưa lưu được" not in html


def test_sums_before_the_conclusion_are_not_headed_as_final(
    client, verifier, evaluation
):
    verifying(evaluation)
    address = at("verification-conclude", evaluation)
    final = '<h2 class="ws-label" id="verdict-title">Kết quả thẩm định</h2>'
    assert final not in client.get(address).content.decode()


def test_a_day_that_is_the_only_one_is_said_as_one(client, verifier, evaluation):
    found = verified(evaluation)
    form = paper(found, decided_on=f"{TODAY + dt.timedelta(days=1):%d/%m/%Y}")
    answer = client.post(at("recognition", evaluation), form)
    (said,) = answer.context["form"].errors["decided_on"]
    assert said.count(f"{TODAY:%d/%m/%Y}") == 1
