"""Word, Excel, PowerPoint and OpenDocument: look inside, unpack next to nothing.

The files are never rewritten (decision 0004). All reading is bounded: the directory of
the archive, then the few small parts that say what the document is.
"""

import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

from wardsecurity.files.findings import Findings, Refused, damaged

MAX_READ = 2 * 1024 * 1024  # bytes of the archive's directory, or of a part read
MAX_ENTRIES = 10_000
MAX_UNPACKED = 1024**3  # bytes of all entries together
_HEAD = 64 * 1024  # bytes in which a main part shows its first element

_OOXML = "application/vnd.openxmlformats-officedocument"
# The main part's content type → kind, and its first element.
_OOXML_MAIN = {
    f"{_OOXML}.wordprocessingml.document.main+xml": ("docx", "document"),
    f"{_OOXML}.spreadsheetml.sheet.main+xml": ("xlsx", "workbook"),
    f"{_OOXML}.presentationml.presentation.main+xml": ("pptx", "presentation"),
}
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_TYPES = "[Content_Types].xml"
_MANIFEST = "META-INF/manifest.xml"
_UNSAFE_PATH = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")

Element = tuple[str, dict[str, str]]  # local name, attributes


class _ShortReads(FileIO):
    """A file that hands out little at a time, whatever its directory claims."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:  # "all the rest": the tail, when opening
            size = MAX_READ
        if size > MAX_READ:
            raise Refused("file_archive_bomb")
        return super().read(size)


def inspect_office(path: Path) -> Findings:
    """Return what the document is.

    Raises Refused "file_macros", "file_encrypted", "file_archive_bomb",
    "file_polyglot", "file_damaged", or "file_type_refused" with the reason archive,
    program or other_document.
    """
    try:
        with _ShortReads(path) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_shape(entries, archive.start_dir)
            _check_ends(path, archive)
            return Findings(_kind_of(archive, entries), path.name)
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        OSError,  # a seek to nowhere
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
        ValueError,
        zlib.error,
    ):
        damaged()


def inspect_ole(path: Path) -> None:
    """Refuse: an encrypted document of today, or an Office file of before 2007."""
    mark = "EncryptedPackage".encode("utf-16-le")
    held = b""
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            if mark in held + chunk:
                raise Refused("file_encrypted")
            held = chunk[-len(mark) :]
    raise Refused("file_type_refused", "old_office")


# --- The archive ------------------------------------------------------------------


def _check_shape(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Refuse bombs, overlaps, doubles, encryption and paths that lead outside."""
    if len(entries) > MAX_ENTRIES:
        raise Refused("file_archive_bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("file_encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if (
        unpacked > MAX_UNPACKED
        or _swells(unpacked, packed, above=64, times=100)
        or any(_swells(e.file_size, e.compress_size, above=8) for e in entries)
    ):
        raise Refused("file_archive_bomb")
    names = {entry.filename.lower() for entry in entries}
    if not entries or len(names) != len(entries):
        damaged()
    reached = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < reached:
            raise Refused("file_archive_bomb")  # two entries share their bytes
        reached = entry.header_offset + 30 + entry.compress_size
        if (
            _UNSAFE_PATH.search(entry.filename)
            or stat.S_ISLNK(entry.external_attr >> 16)
            or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            # Deflate never grows by more than this: the stated size is a lie.
            or entry.compress_size > entry.file_size * 1.01 + 1024
        ):
            damaged()
    if reached > directory_at:
        damaged()


def _swells(unpacked: int, packed: int, *, above: int, times: int = 200) -> bool:
    """Whether more than `above` MiB come out of `times` as few bytes."""
    return unpacked > above * 1024 * 1024 and unpacked > times * max(packed, 1)


def _check_ends(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a second file before, after or around the document."""
    with path.open("rb") as file:
        head = file.read(1024)
        size = file.seek(0, 2)
        file.seek(max(size - 0xFFFF - 22, 0))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06") + 22 + len(archive.comment)
    if (
        b"%PDF-" in head
        or min(entry.header_offset for entry in archive.infolist())
        or tail[end:].strip(b"\0\r\n ")
    ):
        raise Refused("file_polyglot")


# --- What the document is ---------------------------------------------------------


def _kind_of(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if _TYPES in names:
        return _ooxml_kind(archive, names)
    if "mimetype" in names:
        return _odf_kind(archive, names)
    is_program = names & {"META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex"}
    raise Refused("file_type_refused", "program" if is_program else "archive")


def _ooxml_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Follow the package's own signs: relationships → main part → content type."""
    overrides: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for name, attributes in _elements(_read(archive, _TYPES)):
        content_type = attributes.get("ContentType", "")
        if name == "Override":
            overrides[attributes.get("PartName", "").lower()] = content_type
        elif name == "Default":
            defaults[attributes.get("Extension", "").lower()] = content_type
    _refuse_ooxml_macros({*overrides.values(), *defaults.values()}, names)
    target = _main_part(archive)
    content_type = overrides.get(
        f"/{target}".lower(),
        defaults.get(posixpath.splitext(target)[1][1:].lower(), ""),
    )
    if content_type not in _OOXML_MAIN:
        raise Refused("file_type_refused", "other_document")
    kind, first = _OOXML_MAIN[content_type]
    _expect_first(archive, target, first)
    return kind


def _refuse_ooxml_macros(content_types: set[str], names: set[str]) -> None:
    signs = " ".join([*content_types, *names]).lower()
    if any(sign in signs for sign in ("macroenabled", "vbaproject", "macrosheet")):
        raise Refused("file_macros")


def _main_part(archive: zipfile.ZipFile) -> str:
    """Return the path of the part that is the document."""
    for name, attributes in _elements(_read(archive, "_rels/.rels")):
        if name == "Relationship" and attributes.get("Type", "").endswith(
            "/relationships/officeDocument"
        ):
            return posixpath.normpath(unquote(attributes["Target"]).lstrip("/"))
    raise Refused("file_type_refused", "other_document")


def _odf_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    with archive.open("mimetype") as part:
        kind = _ODF.get(part.read(100).strip())
    if "encrypted-package" in names:
        raise Refused("file_encrypted")
    if kind is None:
        raise Refused("file_type_refused", "other_document")
    if any(
        name.startswith(("Basic/", "Scripts/")) and not name.endswith("/")
        for name in names
    ):
        raise Refused("file_macros")
    for name, _attributes in _elements(_read(archive, _MANIFEST)):
        if name == "encryption-data":
            raise Refused("file_encrypted")
    _expect_first(archive, "content.xml", "document-content")
    return kind


# --- Parts ------------------------------------------------------------------------


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a whole small part."""
    if archive.getinfo(name).file_size > MAX_READ:
        raise Refused("file_archive_bomb")
    with archive.open(name) as part:
        return part.read(MAX_READ)


def _expect_first(archive: zipfile.ZipFile, name: str, local_name: str) -> None:
    """Hold a main part to its first element, reading 64 KiB of it at most."""
    with archive.open(name) as part:
        first = next(_elements(part.read(_HEAD), whole=False), ("", {}))
    if first[0] != local_name:
        damaged()


def _elements(data: bytes, *, whole: bool = True) -> Iterator[Element]:
    """Yield the elements of an XML part. A document that declares entities is refused.

    Raises expat.ExpatError.
    """
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name.rpartition(" ")[2], attributes))

    def doctype(
        _name: str, _system: str | None, _public: str | None, has_subset: bool
    ) -> None:
        if has_subset:
            damaged()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(data, whole)
    yield from found
