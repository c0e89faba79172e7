"""manage.py verify_decision: exit codes and words."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.criteria.deciding import a_decided_year
from tests.factories.criteria import an_evaluation
from tests.factories.files import pdf
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
