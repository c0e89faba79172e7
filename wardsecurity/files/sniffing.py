"""Tell by the first bytes which parser decides. A name or a sent type says nothing."""

from pathlib import Path

from wardsecurity.files.findings import Refused

HEAD = 4096  # bytes looked at

_PICTURES = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
}
# How the first bytes of common refused files begin, and what an official calls them.
_REFUSED = {
    "program": (
        b"MZ",
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"!<arch>",
        b"dex\n",
        b"\x4c\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
        b"#!",
        b"<?php",
        b"@echo",
    ),
    "archive": (
        b"PK\x05\x06",
        b"PK\x07\x08",
        b"Rar!",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
        b"MSCF",
    ),
    "recording": (
        b"ID3",
        b"\xff\xfb",
        b"\xff\xf3",
        b"OggS",
        b"fLaC",
        b"\x1aE\xdf\xa3",
        b"FLV",
        b"#!AMR",
        b"MThd",
        b"RIFF",  # what is not WebP: AVI, WAVE
    ),
    "picture": (
        b"GIF8",
        b"BM",
        b"II*\x00",
        b"MM\x00*",
        b"\x00\x00\x01\x00",
        b"8BPS",
        b"\x00\x00\x00\x0cjP  ",
        b"\x00\x00\x00\x0cJXL ",
        b"\xff\x0a",
    ),
    "old_office": (b"{\\rtf",),
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}


def sniff(path: Path) -> str:
    """Return which parser decides: pdf, jpeg, png, webp, heic, zip or ole.

    Raises Refused "file_type_refused" with the reason program, web_page, drawing,
    archive, recording, picture, old_office, text or unknown; "file_polyglot" when a
    PDF does not begin at the first byte.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    for start, kind in _PICTURES.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if b"%PDF-" in head[:1024]:
        raise Refused("file_polyglot", "pdf")
    raise Refused("file_type_refused", _describe(head))


def is_kept_as_sent(path: Path) -> bool:
    """Whether a file of this beginning is kept as it came, if it is kept at all."""
    try:
        return sniff(path) in ("pdf", "zip")
    except Refused:
        return False


def _by_brand(head: bytes) -> str:
    """Tell a HEIC photo from the films and pictures that share its container."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, size - 3, 4)} | {major}
    if major in _HEIC_BRANDS or (
        major in {b"mif1", b"msf1", b"miaf"} and brands & _HEIC_BRANDS
    ):
        return "heic"
    known = brands & {b"avif", b"avis", b"mif1", b"crx "}
    raise Refused("file_type_refused", "picture" if known else "recording")


def _describe(head: bytes) -> str:
    """Return what the refused file is, in the words of refusals.py."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith(b"<"):
        return "drawing"
    if b"<html" in text or b"<script" in text or text.startswith(b"<!doctype html"):
        return "web_page"
    for reason, starts in _REFUSED.items():
        if head.lower().startswith(tuple(start.lower() for start in starts)):
            return reason
    if head[257:262] == b"ustar":
        return "archive"
    return "text" if _is_text(head) else "unknown"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        # A letter may be cut in two at the end of the head.
        head[:-4].decode() if len(head) == HEAD else head.decode()
    except UnicodeDecodeError:
        return False
    return True
