"""What was sent is written and hashed once, on its way in."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import RequestFactory

from tests.factories.files import pdf, picture, sha256, upload
from tests.factories.wards import WardFactory
from wardsecurity.errors import RuleViolation
from wardsecurity.files import storage
from wardsecurity.files.arrivals import sha256_of
from wardsecurity.files.kinds import MAX_SIZE
from wardsecurity.files.models import StoredFile
from wardsecurity.files.services import store_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def arrived():
    """`arrived(content)`: an upload as a view finds it in request.FILES."""
    requests = []

    def arrived(content):
        request = RequestFactory().post("/", {"files": upload(content)})
        requests.append(request)
        return request.FILES["files"]

    yield arrived
    for request in requests:
        request.close()


@pytest.fixture
def by_hand():
    """A temporary file that no request brought."""
    sent = TemporaryUploadedFile("a.pdf", "application/pdf", 10, None)
    yield sent
    sent.close()


def disk_file(row):
    return storage.file_path(row.unit_id, row.sha256)


@pytest.mark.parametrize("size", [1, 64 * 1024, 3 * 1024 * 1024 + 1])
def test_a_file_knows_its_hash_when_it_arrives(arrived, size):
    content = os.urandom(size)

    sent = arrived(content)

    assert sent.sha256 == sha256(content)
    assert sent.read() == content


def test_the_hash_is_not_worked_out_again(arrived, monkeypatch):
    sent = arrived(pdf())
    monkeypatch.setattr(sent, "chunks", lambda *args: pytest.fail("read once more"))

    assert sha256_of(sent) == sha256(pdf())


def test_the_hash_of_any_upload_leaves_it_to_be_read_again():
    sent = upload(pdf())

    assert sha256_of(sent) == sha256(pdf())
    assert sent.read() == pdf()


def test_what_arrived_is_kept_without_being_copied(ward, arrived, monkeypatch):
    sent = arrived(pdf())
    arrived_as = Path(sent.temporary_file_path()).stat().st_ino
    monkeypatch.setattr(sent, "chunks", lambda *args: pytest.fail("copied"))
    monkeypatch.setattr(storage, "fingerprint_of", lambda _: pytest.fail("read"))

    row = store_upload(unit=ward, upload=sent)

    assert disk_file(row).stat().st_ino == arrived_as
    assert disk_file(row).read_bytes() == pdf()
    assert (row.sha256, row.size) == (sha256(pdf()), len(pdf()))


def test_it_stays_when_the_request_ends(ward, arrived):
    sent = arrived(pdf())
    row = store_upload(unit=ward, upload=sent)

    sent.close()

    assert disk_file(row).read_bytes() == pdf()


def test_what_was_written_last_is_kept_too(ward, by_hand):
    """Whoever fills a temporary file by hand need not flush it."""
    content = pdf()
    by_hand.file.write(content)

    row = store_upload(unit=ward, upload=by_hand)

    assert row.original_sha256 == sha256(content)
    assert disk_file(row).read_bytes() == content


def test_from_another_disk_it_is_copied(ward, arrived, monkeypatch):
    def elsewhere(self, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", elsewhere)
    sent = arrived(pdf())

    row = store_upload(unit=ward, upload=sent)

    assert disk_file(row).read_bytes() == pdf()
    assert row.original_sha256 == sha256(pdf())


@pytest.mark.parametrize("size", [0, MAX_SIZE + 1])
def test_the_size_is_that_on_the_disk(ward, by_hand, size, evidence_root):
    by_hand.file.truncate(size)

    with pytest.raises(RuleViolation) as refusal:
        store_upload(unit=ward, upload=by_hand)

    assert refusal.value.code in ("file_empty", "file_too_large")
    assert not StoredFile.objects.exists()
    assert not [path for path in evidence_root.rglob("*") if path.is_file()]


def test_a_picture_that_arrived_is_stripped_as_any(ward, arrived):
    row = store_upload(unit=ward, upload=arrived(picture(exif=b"Exif\0\0GPS")))

    assert row.sha256 != row.original_sha256
    assert b"GPS" not in disk_file(row).read_bytes()


@pytest.mark.parametrize("content", [pdf(), picture()])
@pytest.mark.parametrize("how", ["arrived", "in memory"])
def test_only_our_own_account_reads_what_is_kept(ward, arrived, content, how):
    send = arrived if how == "arrived" else upload
    row = store_upload(unit=ward, upload=send(content))

    kept = disk_file(row), storage.preview_path(row.unit_id, row.sha256)
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
