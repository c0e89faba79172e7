"""Names are shown as the officer knows them, and harm nobody."""

import unicodedata

import pytest

from wardsecurity.files.names import MAX_NAME, display_name, named_as


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Nghị quyết 15.pdf", "Nghị quyết 15.pdf"),
        (unicodedata.normalize("NFD", "Nghị quyết.pdf"), "Nghị quyết.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\canbo\\Ảnh 1.jpg", "Ảnh 1.jpg"),
        ("/", "tệp"),
        ("..", "tệp"),
        ("", "tệp"),
        (None, "tệp"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x\x00.pdf", "aSet-Cookie: x.pdf"),
        ("báo cáo \u202efdp.exe", "báo cáo fdp.exe"),
        ("  a \t b  .pdf ", "a b .pdf"),
        ("đường\u200b dẫn.pdf", "đường dẫn.pdf"),
        ('"quoted"; filename=x.exe', '"quoted"; filename=x.exe'),
    ],
)
def test_name_is_cleaned(raw: str | None, shown: str) -> None:
    cleaned = display_name(raw)
    if shown == "tệp":  # in whatever language is on
        assert cleaned in {"tệp", "file", "Tệp"}
    else:
        assert cleaned == shown


def test_long_name_keeps_its_extension() -> None:
    cleaned = display_name("ư" * 300 + ".docx")
    assert len(cleaned) == MAX_NAME
    assert cleaned.endswith("…" + ".docx")
    assert len(display_name("x" * 300)) == MAX_NAME
    assert len(display_name("x." + "y" * 300)) <= MAX_NAME


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("a.pdf", "pdf", "a.pdf"),
        ("a.PDF", "pdf", "a.PDF"),
        ("a.jpeg", "jpeg", "a.jpeg"),
        ("a.docx", "pdf", "a.pdf"),
        ("IMG_0001.HEIC", "jpeg", "IMG_0001.jpg"),
        ("a.exe", "pdf", "a.exe.pdf"),
        ("Báo cáo quý 1.2023", "pdf", "Báo cáo quý 1.2023.pdf"),
        ("a", "xlsx", "a.xlsx"),
    ],
)
def test_extension_tells_the_content(name: str, kind: str, shown: str) -> None:
    assert named_as(name, kind) == shown


def test_corrected_name_is_not_too_long() -> None:
    assert len(named_as("x" * 200, "docx")) == MAX_NAME
