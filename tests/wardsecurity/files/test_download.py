"""The guarded download."""

import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.files import StoredFileFactory, ooxml, pdf, picture
from tests.factories.wards import WardFactory, member
from wardsecurity.files.models import StoredFile
from wardsecurity.permissions import Role
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def ward() -> AdministrativeUnit:
    return WardFactory()


@pytest.fixture
def officer_client(ward: AdministrativeUnit, client: Client) -> Client:
    client.force_login(member(ward))
    return client


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def addresses(row: StoredFile) -> list[str]:
    return [row.get_absolute_url(), reverse("files:preview", args=[row.pk])]


def test_pdf_opens_in_the_browser(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, content=pdf("x"), name="Nghị quyết 15.pdf")
    response = officer_client.get(row.get_absolute_url())
    assert body(response) == pdf("x")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(row.size)
    assert response["Content-Disposition"] == (
        "inline; filename*=utf-8''Ngh%E1%BB%8B%20quy%E1%BA%BFt%2015.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "sandbox" not in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]
    assert "immutable" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


def test_picture_is_shown_in_a_sandbox(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, kind="jpeg", content=picture())
    response = officer_client.get(row.get_absolute_url())
    assert response["Content-Disposition"].startswith("inline;")
    assert response["Content-Security-Policy"].endswith("; sandbox")
    assert body(response) == picture()


def test_office_file_is_saved(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, kind="docx", content=ooxml(), name='a"b\\.docx')
    response = officer_client.get(row.get_absolute_url())
    assert response["Content-Disposition"] == r'attachment; filename="a\"b\\.docx"'
    assert response["Content-Security-Policy"].endswith("; sandbox")
    body(response)


def test_preview_is_shown(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, preview=picture())
    response = officer_client.get(row.preview_url)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Security-Policy"].endswith("; sandbox")
    assert body(response) == picture()


def test_file_without_preview_has_none(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward)
    assert row.preview_url == ""
    assert officer_client.get(addresses(row)[1]).status_code == 404


def test_name_in_the_address_decides_nothing(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, name="a.pdf")
    address = reverse("files:download", args=[row.pk, "x.html"])
    response = officer_client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="a.pdf"'
    body(response)


@pytest.mark.parametrize("name", ["a?b#c.pdf", "100%.pdf", "preview", "a;b.pdf"])
def test_any_name_makes_an_address(name: str, ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, name=name, preview=picture())
    response = officer_client.get(row.get_absolute_url())
    assert response.status_code == 200
    body(response)


def test_known_file_is_not_sent_again(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward)
    first = officer_client.get(row.get_absolute_url())
    body(first)
    again = officer_client.get(
        row.get_absolute_url(), headers={"if-none-match": first["ETag"]}
    )
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]


def test_file_is_not_packed_on_its_way(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward)
    response = officer_client.get(
        row.get_absolute_url(), headers={"accept-encoding": "gzip"}
    )
    assert response["Content-Length"] == str(row.size)
    assert body(response).startswith(b"%PDF-")


def test_other_wards_file_does_not_exist(officer_client) -> None:
    row = StoredFileFactory(preview=picture())
    for address in addresses(row):
        assert officer_client.get(address).status_code == 404


def test_other_wards_file_does_not_exist_even_when_known(officer_client) -> None:
    """The conditional request of an outsider tells nothing either."""
    row = StoredFileFactory()
    response = officer_client.get(
        row.get_absolute_url(), headers={"if-none-match": f'"{row.sha256}"'}
    )
    assert response.status_code == 404


def test_province_reads_its_wards_files(ward, client) -> None:
    row = StoredFileFactory(unit=ward, preview=picture())
    client.force_login(member(ward.parent, Role.PROVINCE_VERIFIER))
    for address in addresses(row):
        response = client.get(address)
        assert response.status_code == 200
        body(response)


def test_signed_out_is_asked_to_sign_in(ward, client) -> None:
    row = StoredFileFactory(unit=ward, preview=picture())
    for address in addresses(row):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "head"])
def test_only_get(method: str, ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward, preview=picture())
    for address in addresses(row):
        assert getattr(officer_client, method)(address).status_code == 405


def test_lost_file_is_404_and_logged(ward, officer_client, caplog) -> None:
    row = StoredFileFactory(unit=ward, missing=True)
    with caplog.at_level(logging.ERROR, "wardsecurity.files"):
        assert officer_client.get(row.get_absolute_url()).status_code == 404
    assert row.sha256 in caplog.text


def test_download_takes_one_query_of_its_own(ward, officer_client) -> None:
    row = StoredFileFactory(unit=ward)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        body(officer_client.get(row.get_absolute_url()))
    own = [query for query in queries if "files_storedfile" in query["sql"]]
    assert len(own) == 1
