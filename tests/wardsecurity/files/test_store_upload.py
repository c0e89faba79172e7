"""Keeping an upload, from the form to the disk and the row."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from tests.factories.files import (
    StoredFileFactory,
    jpeg_with_everything,
    ooxml,
    pdf,
    picture,
    sha256,
    upload,
)
from tests.factories.wards import WardFactory, member
from tests.wardsecurity.files.samples import BAD, GOOD, Bad, Good, png_of
from wardsecurity.errors import RuleViolation
from wardsecurity.files import isolation, services, storage
from wardsecurity.files.findings import Refused
from wardsecurity.files.kinds import KINDS, MAX_SIZE
from wardsecurity.files.models import FileKind, StoredFile
from wardsecurity.files.selectors import find_same, list_files
from wardsecurity.files.services import store_upload
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]

WHOLE_WAY = ["pdf", "jpeg_full_of_metadata", "heic", "docx", "ods", "pdf_named_docx"]
REFUSED = [
    "empty",
    "one_byte_too_large",
    "60_MB",
    "exe_named_pdf",
    "docx_locked",
    "docm",
    "zip_bomb",
    "pdf_and_zip",
    "jpeg_cut",
    "png_bomb",
]


@pytest.fixture
def ward() -> AdministrativeUnit:
    return WardFactory()


def on_disk(row: StoredFile) -> Path:
    return storage.file_path(row.unit_id, row.sha256)


@pytest.mark.parametrize("sample", [GOOD[name] for name in WHOLE_WAY], ids=WHOLE_WAY)
def test_file_is_kept(sample: Good, ward: AdministrativeUnit) -> None:
    content = sample.content()
    row = store_upload(unit=ward, upload=upload(content, sample.name))
    row.refresh_from_db()
    row.full_clean()
    kept = on_disk(row).read_bytes()
    assert (row.unit, row.kind) == (ward, sample.kind)
    assert row.content_type == KINDS[sample.kind].content_type
    assert row.name == f"a{KINDS[sample.kind].extensions[0]}"
    assert (row.original_sha256, row.original_size) == (sha256(content), len(content))
    assert (row.sha256, row.size) == (sha256(kept), len(kept))
    assert row.is_image == (row.width is not None) == (row.kind == "jpeg")
    assert row.pages == (2 if row.kind == "pdf" else None)
    assert row.has_preview == (row.kind in ("pdf", "jpeg"))
    assert row.has_preview == storage.preview_path(ward.pk, row.sha256).exists()


@pytest.mark.parametrize("sample", [BAD[name] for name in REFUSED], ids=REFUSED)
def test_refusal_names_the_file_and_leaves_nothing(
    sample: Bad, ward: AdministrativeUnit, evidence_root: Path
) -> None:
    with pytest.raises(RuleViolation) as refusal, translation.override("en"):
        store_upload(unit=ward, upload=upload(sample.content(), "Ảnh/a.xyz"))
    assert (refusal.value.code, refusal.value.field) == (sample.code, "files")
    assert refusal.value.message.startswith("a.xyz ")
    assert "%" not in refusal.value.message
    assert not StoredFile.objects.exists()
    assert not [path for path in evidence_root.rglob("*") if path.is_file()]


def test_every_refusal_has_its_sentence() -> None:
    with translation.override("en"):
        sentences = {
            services.violation(Refused(sample.code, sample.reason), "a.pdf").message
            for sample in BAD.values()
        }
    verdicts = {(sample.code, sample.reason) for sample in BAD.values()}
    assert len(sentences) == len(verdicts)
    assert "a.pdf is larger than 50 MB." in " ".join(sentences)


# --- Size and memory --------------------------------------------------------------


def test_exactly_50_MiB_is_taken_in_flat_memory(ward: AdministrativeUnit) -> None:
    class Sent:
        """An upload that Django streamed to a file."""

        name = "a.pdf"

        def chunks(self):
            content = pdf(size=MAX_SIZE)
            tracemalloc.start()  # what the client sent is not ours to count
            for start in range(0, MAX_SIZE, 65_536):
                yield content[start : start + 65_536]

    try:
        row = store_upload(unit=ward, upload=Sent())
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert row.size == MAX_SIZE == on_disk(row).stat().st_size
    assert peak < 20 * 1024 * 1024


def test_huge_picture_costs_the_server_nothing(ward: AdministrativeUnit) -> None:
    """100 megapixels are decoded in the workbench's process, not in this one."""
    content = png_of(10_000, 10_000)
    tracemalloc.start()
    try:
        store_upload(unit=ward, upload=upload(content))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


# --- The same bytes again ---------------------------------------------------------


def test_same_bytes_are_kept_once(ward: AdministrativeUnit) -> None:
    first = store_upload(unit=ward, upload=upload(pdf(), "first.pdf"))
    again = store_upload(unit=ward, upload=upload(pdf(), "again.pdf"))
    assert again == first
    assert again.name == "first.pdf"
    assert again.last_sent_at > first.last_sent_at


def test_own_download_sent_back_is_recognised(ward: AdministrativeUnit) -> None:
    first = store_upload(unit=ward, upload=upload(jpeg_with_everything(), "a.jpg"))
    downloaded = on_disk(first).read_bytes()
    assert sha256(downloaded) != first.original_sha256
    assert store_upload(unit=ward, upload=upload(downloaded, "b.jpg")) == first


def test_other_ward_keeps_its_own(ward: AdministrativeUnit) -> None:
    first = store_upload(unit=ward, upload=upload(pdf()))
    other = store_upload(unit=WardFactory(), upload=upload(pdf()))
    assert other != first
    assert on_disk(other) != on_disk(first)
    assert find_same(unit=WardFactory(), original_sha256=first.sha256) is None


def test_lost_file_is_healed(ward: AdministrativeUnit) -> None:
    first = store_upload(unit=ward, upload=upload(picture(), "a.jpg"))
    on_disk(first).unlink()
    again = store_upload(unit=ward, upload=upload(picture(), "a.jpg"))
    assert again == first
    assert on_disk(again).exists()


def test_row_raced_in_by_another_is_returned(
    ward: AdministrativeUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = StoredFileFactory(unit=ward, content=pdf("race"))
    monkeypatch.setattr(services, "find_same", lambda **kwargs: None)
    assert store_upload(unit=ward, upload=upload(pdf("race"))).pk == rival.pk
    assert StoredFile.objects.count() == 1


def test_database_holds_one_row_per_unit_and_bytes(ward: AdministrativeUnit) -> None:
    row = StoredFileFactory(unit=ward)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFileFactory(unit=ward, original_sha256=row.original_sha256)


# --- The order of writing ---------------------------------------------------------


@pytest.mark.parametrize("sent", [upload(pdf()), upload(picture(), "a.jpg")])
def test_file_is_flushed_once_and_in_place_before_its_row(
    ward: AdministrativeUnit, monkeypatch: pytest.MonkeyPatch, sent: UploadedFile
) -> None:
    steps = []
    flush, rename = storage.flush, Path.rename

    def flushed(path: Path) -> None:
        steps.append(("flush", path.name))
        flush(path)

    def renamed(path: Path, target: Path) -> Path:
        steps.append(("rename", target.name))
        return rename(path, target)

    def watched(execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            steps.append(("insert", ""))
        return execute(sql, params, many, context)

    monkeypatch.setattr(storage, "flush", flushed)
    monkeypatch.setattr(Path, "rename", renamed)
    with connection.execute_wrapper(watched):
        row = store_upload(unit=ward, upload=sent)
    kept = row.original_sha256 == row.sha256
    assert steps[-4:] == [
        ("rename", row.sha256),
        ("rename", f"{row.sha256}.preview.jpg"),
        ("flush", row.sha256[:2]),
        ("insert", ""),
    ]
    files = [name for what, name in steps[:-4] if what == "flush"]
    assert files.count("original" if kept else "kept") == 1
    assert files.count("preview.jpg") == 1
    assert "rename" not in [what for what, _name in steps[:-4]]


def test_failing_row_leaves_an_orphan_and_no_row(
    ward: AdministrativeUnit, monkeypatch: pytest.MonkeyPatch, evidence_root: Path
) -> None:
    class Died(Exception):
        pass

    def died(**kwargs: object) -> None:
        raise Died

    monkeypatch.setattr(StoredFile.objects, "get_or_create", died)
    with pytest.raises(Died):
        store_upload(unit=ward, upload=upload(pdf()))
    assert not StoredFile.objects.exists()
    assert list((evidence_root / storage.INCOMING).iterdir()) == []
    assert (evidence_root / str(ward.pk)).is_dir()


def test_rolled_back_caller_leaves_no_row(ward: AdministrativeUnit) -> None:
    def recorded_and_failed() -> None:
        store_upload(unit=ward, upload=upload(pdf()))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        recorded_and_failed()
    assert not StoredFile.objects.exists()


# --- What the process apart answers -----------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b'{"kind": "pdf", "kept": "original", "pages": 1}\n', "pdf"),
        (b'{"kind": "pdf", "kept": "orig', None),
        (b"", None),
    ],
)
def test_crash_after_the_verdict_costs_the_preview_only(
    answer: bytes, kind: str | None
) -> None:
    if kind:
        assert isolation._verdict(answer).kind == kind
    else:
        with pytest.raises(Refused, match="file_damaged"):
            isolation._verdict(answer)


def test_full_disk_is_told_as_such() -> None:
    with pytest.raises(OSError, match="space"):
        isolation._verdict(b'{"fault": 28}\n')


# --- Selectors --------------------------------------------------------------------


def test_files_come_in_the_order_asked_for() -> None:
    ward = WardFactory()
    first, second = StoredFileFactory(unit=ward), StoredFileFactory(unit=ward)
    foreign = StoredFileFactory()
    user = member(ward)
    asked = [second.pk, foreign.pk, first.pk, second.pk]
    found = list_files(user=user, unit=ward, pks=asked)
    assert [row.pk for row in found] == [second.pk, first.pk]
    assert list_files(user=member(foreign.unit), unit=ward, pks=asked) == []


def test_kinds_of_the_model_are_those_of_the_workbench() -> None:
    assert set(FileKind.values) == set(KINDS)


def test_docx_is_kept_byte_for_byte(ward: AdministrativeUnit) -> None:
    row = store_upload(unit=ward, upload=upload(ooxml(), "a.docx"))
    assert row.sha256 == row.original_sha256
