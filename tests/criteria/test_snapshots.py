"""Decision snapshots: taken once, never changed, and whatever moves is named."""

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from criteria.models import DecisionSnapshot, Evidence, SnapshotKind
from criteria.selectors.snapshot_content import text_hash
from criteria.selectors.snapshots import (
    changed_since,
    compare_snapshot,
    content_of,
    latest_snapshot,
)
from criteria.services.snapshots import take_snapshot
from tests.criteria.deciding import PROVINCE, a_decided_year, snapshot_of
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.files import pdf
from wardsecurity.append_only import AppendOnlyError
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.services import canonical, digest
from wardsecurity.files.models import StoredFile
from wardsecurity.files.storage import file_path

pytestmark = pytest.mark.django_db


def test_nothing_differs_where_nothing_was_touched():
    evaluation, snapshot = a_decided_year()

    assert compare_snapshot(snapshot) == []
    assert changed_since(evaluation) == []


@pytest.mark.parametrize("size", [1, 9])
def test_taking_and_comparing_cost_the_same_whatever_the_size(size):
    evaluation, snapshot = a_decided_year(size * 3, evidence=size)

    with CaptureQueriesContext(connection) as taking:
        snapshot_of(evaluation)
    with CaptureQueriesContext(connection) as comparing:
        compare_snapshot(snapshot)
    with CaptureQueriesContext(connection) as page:
        changed_since(evaluation)

    savepoints = sum("SAVEPOINT" in one["sql"] for one in taking)
    assert len(taking) - savepoints <= 10
    assert len(comparing) <= 5
    assert len(page) <= 3


def test_a_snapshot_is_neither_changed_nor_deleted():
    _evaluation, snapshot = a_decided_year()

    snapshot.content = "{}"
    with pytest.raises(AppendOnlyError):
        snapshot.save()
    with pytest.raises(AppendOnlyError):
        snapshot.delete()
    with pytest.raises(AppendOnlyError):
        DecisionSnapshot.objects.update(content="{}")
    with pytest.raises(AppendOnlyError):
        DecisionSnapshot.objects.bulk_update([snapshot], ["content"])
    with pytest.raises(AppendOnlyError):
        DecisionSnapshot.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_outside_a_transaction_is_refused():
    evaluation = an_evaluation({})
    with pytest.raises(TransactionManagementError):
        take_snapshot(
            evaluation=evaluation, kind=SnapshotKind.SUBMITTED, mandate=PROVINCE
        )


def test_the_content_is_canonical_and_says_what_was_decided():
    evaluation, snapshot = a_decided_year()
    content = content_of(snapshot)

    assert canonical(content) == snapshot.content
    assert digest(snapshot.content) == snapshot.sha256
    assert content["set"]["version"] == evaluation.criteria_set.version
    assert content["recognition"]["number"] == "120/QĐ-UBND"
    first = content["criteria"][0]
    assert (first["self_result"], first["verified_points"]) == ("met", 300)
    stored = StoredFile.objects.get()
    (file,) = first["evidence"][0]["files"]
    assert (file["sha256"], file["size"]) == (stored.sha256, stored.size)
    assert content["sums"]["categories"]["N1"]["met"] == 1


def test_free_text_is_kept_as_a_hash_only():
    evaluation = an_evaluation({})
    evaluation.assessments.update(explanation="Không có hộ nào.")
    snapshot = snapshot_of(evaluation, SnapshotKind.SUBMITTED)

    assert "hộ nào" not in snapshot.content
    assert content_of(snapshot)["criteria"][0]["explanation"] == text_hash(
        "Không có hộ nào."
    )


def test_its_hash_stands_in_the_trail():
    _evaluation, snapshot = a_decided_year()
    entry = TrailEntry.objects.get(action="snapshot_taken")

    assert snapshot.sha256 in entry.payload
    assert entry.post == "Thẩm định viên"


def test_the_head_is_the_trails_last_entry_before_it():
    _evaluation, snapshot = a_decided_year()
    entry = TrailEntry.objects.get(action="snapshot_taken")

    assert content_of(snapshot)["trail"] == {
        "seq": entry.seq - 1,
        "hash": entry.prev_hash,
    }


def test_what_the_province_writes_is_no_change_beneath_a_submission():
    evaluation = an_evaluation({}, {})
    supported(evaluation, 1)
    snapshot = snapshot_of(evaluation, SnapshotKind.SUBMITTED)
    row = assessment_of(evaluation)
    row.review, row.verified_result, row.verified_points = "accepted", "met", 300
    row.save()
    evaluation.state = "verifying"
    evaluation.save()

    assert compare_snapshot(snapshot) == []


def test_a_later_claim_is_a_change_beneath_a_submission():
    evaluation = an_evaluation({}, {})
    snapshot = snapshot_of(evaluation, SnapshotKind.SUBMITTED)
    evaluation.assessments.filter(criterion__number=1).update(choice="met")

    (told,) = compare_snapshot(snapshot)

    assert told.number == 1


def test_an_undecided_year_asks_nothing(django_assert_num_queries):
    evaluation = an_evaluation({})

    with django_assert_num_queries(0):
        assert changed_since(evaluation) == []


def test_a_decision_without_a_snapshot_says_so():
    evaluation = an_evaluation({})
    evaluation.state = "recognised"
    evaluation.save()

    assert len(changed_since(evaluation)) == 1


def test_a_revision_of_evidence_is_flagged():
    evaluation, _snapshot = a_decided_year()
    evidence = Evidence.objects.get()
    evidence.title, evidence.version = "Quyết định (đã đính chính)", 2
    evidence.save()

    wheres = [one.where for one in changed_since(evaluation)]

    assert any(where.endswith(gettext("revision")) for where in wheres)


def test_the_latest_is_the_one_compared():
    evaluation, first = a_decided_year()
    evaluation.assessments.filter(criterion__number=1).update(verified_points=0)
    again = snapshot_of(evaluation)

    assert latest_snapshot(evaluation).pk == again.pk != first.pk
    assert changed_since(evaluation) == []
    assert compare_snapshot(first) != []


def test_files_are_read_only_when_asked(evidence_root):
    _evaluation, snapshot = a_decided_year(content=pdf(), kind="pdf")
    assert compare_snapshot(snapshot, check_files=True) == []
    stored = StoredFile.objects.get()
    file_path(stored.unit_id, stored.sha256).write_bytes(b"khac")

    assert compare_snapshot(snapshot) == []
    found = compare_snapshot(snapshot, check_files=True)
    assert {one.number for one in found} == {1, 2}
    assert all("QĐ.pdf" in one.where for one in found)

    file_path(stored.unit_id, stored.sha256).unlink()
    assert len(compare_snapshot(snapshot, check_files=True)) == 2
