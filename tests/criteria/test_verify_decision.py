"""manage.py verify_decision: exit codes and words."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from criteria.services.verification import reopen
from tests.criteria.deciding import a_decided_year
from tests.factories.criteria import (
    an_evaluation,
    decide,
    recognised,
    returned,
    verified,
)
from tests.factories.files import pdf
from tests.factories.wards import TESTS
from wardsecurity.files.models import StoredFile
from wardsecurity.files.storage import file_path

pytestmark = pytest.mark.django_db


def check(evaluation, *options):
    """What it prints, and its exit code."""
    out = io.StringIO()
    at = [evaluation.campaign.ward.slug, str(evaluation.campaign.year)]
    try:
        call_command("verify_decision", *at, *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


@pytest.fixture
def decided(evidence_root):
    """A decided year whose evidence has a real file."""
    evaluation, _snapshot = a_decided_year(content=pdf(), kind="pdf")
    return evaluation


def test_an_untouched_decision_is_whole(decided):
    said, code = check(decided)

    assert code == 0
    assert decided.snapshots.get().sha256 in said


def test_a_changed_row_is_told_in_words(decided):
    decided.assessments.filter(criterion__number=2).update(verified_points=1)

    said, code = check(decided)

    assert code == 1
    assert said.startswith("Tiêu chí 2: ")
    assert "3 → 0,01" in said


def test_changed_bytes_are_found(decided):
    stored = StoredFile.objects.get()
    file_path(stored.unit_id, stored.sha256).write_bytes(b"khac")

    said, code = check(decided)

    assert code == 1
    assert stored.sha256[:12] in said


def test_json_holds_nothing_else(decided):
    decided.assessments.filter(criterion__number=2).update(verified_points=1)

    said, code = check(decided, "--json")
    found = json.loads(said)

    assert code == 1
    assert (found["intact"], found["kind"]) == (False, "concluded")
    assert [one["criterion"] for one in found["differences"]] == [2]


def test_json_of_a_whole_decision(decided):
    said, code = check(decided, "--json")

    assert code == 0
    assert json.loads(said)["intact"] is True


def test_a_year_nobody_decided_is_another_exit_code():
    assert check(an_evaluation({})) == ("", 2)


def test_an_unknown_ward_is_another_exit_code():
    with pytest.raises(CommandError) as refused:
        call_command("verify_decision", "khong-co", "2026")
    assert refused.value.returncode == 2


# --- What lawfully moved on ---------------------------------------------------------


def reopened(evaluation):
    """A year put back into verification."""
    reopen(
        actor=TESTS,
        evaluation=evaluation,
        version=evaluation.version,
        reason="Sai số liệu.",
    )
    return evaluation


@pytest.mark.parametrize("concluded", [recognised, verified])
def test_a_reopened_year_is_told_as_reopened_and_whole(concluded):
    evaluation = reopened(concluded(an_evaluation({}, {})))

    said, code = check(evaluation)

    assert code == 0
    assert "Sai số liệu." in said.splitlines()[0]


def test_new_decisions_in_a_reopened_year_are_no_change():
    evaluation = reopened(recognised(an_evaluation({}, {})))
    decide(evaluation, 2, "adjusted", result="not_met", reason="Thiếu số.")

    assert check(evaluation)[1] == 0


def test_what_changes_beneath_a_reopened_year_is_still_found():
    evaluation = reopened(recognised(an_evaluation({}, {})))
    evaluation.assessments.filter(criterion__number=2).update(self_points=1)

    said, code = check(evaluation, "--json")
    found = json.loads(said)

    assert code == 1
    assert [one["criterion"] for one in found["differences"]] == [2]
    assert "Sai số liệu." in found["reopened"]


def test_a_recognition_that_lives_on_in_a_reopened_year_is_found():
    evaluation = reopened(recognised(an_evaluation({})))
    evaluation.recognitions.update(voided_at=None, voided_reason="", voided_post="")

    assert check(evaluation)[1] == 1


def test_a_year_moved_back_without_the_trail_is_a_change():
    evaluation = recognised(an_evaluation({}))
    type(evaluation).objects.filter(pk=evaluation.pk).update(state="verifying")

    assert check(evaluation)[1] == 1


def test_what_the_ward_does_on_a_returned_criterion_is_no_change():
    evaluation = returned(an_evaluation({}, {}), 1)
    evaluation.assessments.filter(criterion__number=1).update(
        choice="not_met", self_result="not_met", self_points=0, explanation="Chưa xong."
    )
    evaluation.assessments.get(criterion__number=1).evidence_links.all().delete()

    assert check(evaluation)[1] == 0


@pytest.mark.parametrize(
    ("number", "field", "value"), [(2, "self_points", 1), (1, "max_points", 700)]
)
def test_what_changes_beneath_a_returned_year_is_still_found(number, field, value):
    evaluation = returned(an_evaluation({}, {}), 1)
    evaluation.assessments.filter(criterion__number=number).update(**{field: value})

    said, code = check(evaluation, "--json")

    assert code == 1
    assert [one["criterion"] for one in json.loads(said)["differences"]] == [number]
