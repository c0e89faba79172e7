"""check_files: what is lost is told, what is left behind goes."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from criteria.models import EvidenceFile
from tests.factories.criteria import EvidenceFactory
from tests.factories.files import StoredFileFactory, pdf, picture, upload
from tests.factories.wards import WardFactory
from wardsecurity.files import services, storage
from wardsecurity.files.models import StoredFile
from wardsecurity.files.selectors import find_unused
from wardsecurity.files.services import store_upload, sweep_leftovers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]

DAY = dt.timedelta(days=1)


def age(*paths: Path) -> None:
    """Make files two days old."""
    then = (timezone.now() - 2 * DAY).timestamp()
    for path in paths:
        os.utime(path, (then, then))


def everything_under(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def used(row: StoredFile) -> StoredFile:
    """A row that evidence refers to."""
    evidence = EvidenceFactory(ward=row.unit)
    EvidenceFile.objects.create(evidence=evidence, stored=row, name=row.name)
    return row


def test_sound_store_is_reported_so(capsys) -> None:
    StoredFileFactory(preview=picture())
    call_command("check_files")
    assert capsys.readouterr().out == "Bản ghi nào cũng có tệp.\n"


def test_empty_store_is_sound(evidence_root: Path, capsys) -> None:
    evidence_root.rmdir()
    call_command("check_files", "--sweep")
    assert "Bản ghi nào cũng có tệp" in capsys.readouterr().out


def test_missing_corrupt_and_orphan_are_told_apart(capsys) -> None:
    gone = StoredFileFactory(missing=True)
    changed, orphan = StoredFileFactory(), StoredFileFactory()
    storage.file_path(changed.unit_id, changed.sha256).write_bytes(pdf("other"))
    orphan_path = storage.file_path(orphan.unit_id, orphan.sha256)
    orphan.delete()
    with pytest.raises(CommandError, match="2 tệp"):
        call_command("check_files")
    out = capsys.readouterr().out
    assert f"missing file={gone.pk} " in out
    assert f"corrupt file={changed.pk} " in out
    assert f"orphan path={orphan_path}" in out


def test_sweep_removes_old_leftovers_only(evidence_root: Path) -> None:
    kept = used(StoredFileFactory(preview=picture()))
    orphan = StoredFileFactory(preview=picture())
    young = StoredFileFactory()
    cut_off = evidence_root / storage.INCOMING / "upload"
    cut_off.mkdir(parents=True)
    (cut_off / "original").write_bytes(b"half")
    age(*everything_under(evidence_root), cut_off)
    age(storage.file_path(kept.unit_id, kept.sha256))
    young_path = storage.file_path(young.unit_id, young.sha256)
    young_path.touch()
    orphan.delete()
    young.delete()

    swept = sweep_leftovers(older_than=DAY)

    assert swept == services.Swept(workspaces=1, unused=0, orphans=2)
    assert set(everything_under(evidence_root)) == {
        storage.file_path(kept.unit_id, kept.sha256),
        storage.preview_path(kept.unit_id, kept.sha256),
        young_path,
    }
    assert not cut_off.exists()


def test_rows_of_forms_never_finished_go_with_their_files(evidence_root: Path) -> None:
    before = timezone.now() - 2 * DAY
    abandoned = StoredFileFactory(last_sent_at=before)
    wanted = used(StoredFileFactory(last_sent_at=before))
    fresh = StoredFileFactory()
    age(*everything_under(evidence_root))
    assert sweep_leftovers(older_than=DAY).unused == 1
    assert set(StoredFile.objects.all()) == {wanted, fresh}
    assert not storage.file_path(abandoned.unit_id, abandoned.sha256).exists()
    assert len(everything_under(evidence_root)) == 2


def test_bytes_that_two_rows_share_stay(evidence_root: Path) -> None:
    ward = WardFactory()
    first = StoredFileFactory(unit=ward)
    shared = storage.file_path(ward.pk, first.sha256)
    used(StoredFileFactory(unit=ward, sha256=first.sha256, missing=True))
    first.delete()
    age(*everything_under(evidence_root))
    sweep_leftovers(older_than=DAY)
    assert shared.exists()


def test_rolled_back_upload_is_swept(monkeypatch, evidence_root: Path) -> None:
    def died(**kwargs: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(StoredFile.objects, "get_or_create", died)
        with pytest.raises(ZeroDivisionError):
            store_upload(unit=WardFactory(), upload=upload(pdf()))
    age(*everything_under(evidence_root))
    call_command("check_files", "--sweep")
    assert everything_under(evidence_root) == []


def test_file_sent_anew_is_young(evidence_root: Path) -> None:
    """A sweep between the file and its row leaves the upload alone."""
    ward = WardFactory()
    row = store_upload(unit=ward, upload=upload(pdf()))
    path = storage.file_path(ward.pk, row.sha256)
    age(*everything_under(evidence_root))
    row.delete()  # an orphan of long ago, and now its bytes come again
    store_upload(unit=ward, upload=upload(pdf()))
    StoredFile.objects.all().delete()  # not committed yet
    sweep_leftovers(older_than=DAY)
    assert path.exists()


def test_upload_under_way_is_never_swept() -> None:
    with pytest.raises(ValueError, match="at least"):
        sweep_leftovers(older_than=dt.timedelta(minutes=59))
    with pytest.raises(CommandError, match="từ 1 giờ trở lên"):
        call_command("check_files", "--sweep", "--older-than", "0.5")


def test_whoever_refers_to_files_keeps_them() -> None:
    """A new model with a file needs no line here, only PROTECT on its foreign key."""
    assert (
        EvidenceFile._meta.get_field("stored").remote_field.on_delete is models.PROTECT
    )
    relations = {one.related_model for one in StoredFile._meta.related_objects}
    assert EvidenceFile in relations
    used(StoredFileFactory())
    assert not find_unused(before=timezone.now() + DAY).exists()
