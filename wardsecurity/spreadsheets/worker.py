"""The process in which a stranger's workbook is opened (isolation.py starts it).

No Django, no secrets, bounded time and memory. One line of JSON on stdout:

    {"refused": code, "reason": reason}
    {"sheets": [{"name", "rows": [[number, [[column, type, value], ...]], ...],
                 "merged": ["A1:B2"], "rows_seen": n, "is_cut": bool}], "links": bool}
"""

import datetime as dt
import json
import re
import resource
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from wardsecurity.files.findings import Refused
from wardsecurity.files.office import inspect_office, inspect_ole
from wardsecurity.files.sniffing import sniff

CPU_SECONDS = 20
MEMORY = 768 * 1024 * 1024  # bytes
WRITTEN = 64 * 1024 * 1024  # bytes of the answer

MOST_UNPACKED = 100 * 1024 * 1024  # bytes of all parts together
MOST_SHEETS = 50
MOST_ROWS = 10_000  # with something in them, in one sheet
LAST_ROW = 100_000  # looked at: below lie rows that are only formatted
MOST_COLUMNS = 200
MOST_TEXT = 8_000_000  # characters of all cells

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')
_CHUNK = 1024 * 1024


def read(path: Path) -> dict[str, Any]:
    """Return every filled cell. Raises Refused."""
    kind = sniff(path)
    if kind == "ole":
        inspect_ole(path)
    if kind != "zip":
        raise Refused("file_type_refused", kind)
    found = inspect_office(path).kind
    if found != "xlsx":
        raise Refused("file_type_refused", found)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise Refused("file_archive_bomb")
        _refuse_declarations(archive)
        links = any(one.filename.startswith("xl/externalLinks/") for one in entries)
        book = openpyxl.load_workbook(path, read_only=True, data_only=False)
        if len(book.worksheets) > MOST_SHEETS:
            raise Refused("workbook_too_large")
        sheets = [_sheet(archive, sheet) for sheet in book.worksheets]
    texts = sum(
        len(cell[2]) for sheet in sheets for row in sheet["rows"] for cell in row[1]
    )
    if texts > MOST_TEXT:
        raise Refused("workbook_too_large")
    return {"sheets": sheets, "links": links}


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """No part of a workbook declares entities: a few of them unfold to gigabytes."""
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            held = b""
            while chunk := part.read(_CHUNK):
                if b"<!DOCTYPE" in held + chunk:
                    raise Refused("file_damaged")
                held = chunk[-9:]


def _sheet(archive: zipfile.ZipFile, sheet: Any) -> dict[str, Any]:
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    rows = []
    seen, is_cut = 0, False
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            is_cut = True
            break
        filled = [
            [column, *_cell(cell)]
            for column, cell in enumerate(cells[:MOST_COLUMNS], start=1)
            if cell.value is not None and str(cell.value).strip()
        ]
        if filled:
            seen += 1
            if seen > MOST_ROWS:
                is_cut = True
                break
            rows.append([number, filled])
    return {
        "name": sheet.title,
        "rows": rows,
        "rows_seen": seen,
        "is_cut": is_cut,
        "merged": _merged(archive, sheet._worksheet_path),
    }


def _cell(cell: Any) -> tuple[str, str]:
    """A cell's type and its value as text."""
    value = cell.value
    match value:
        case _ if cell.data_type == "f":
            return "f", str(getattr(value, "text", value) or "=")
        case bool():
            return "b", "1" if value else ""
        case int() | float():
            if "%" in (cell.number_format or ""):
                return "p", f"{value * 100:.15g}"
            return "n", str(value) if isinstance(value, int) else f"{value:.15g}"
        case dt.datetime() | dt.date():
            return "d", value.isoformat()[:10]
        case dt.time() | dt.timedelta():
            return "s", str(value)
    return ("e" if cell.data_type == "e" else "s"), str(value)


def _merged(archive: zipfile.ZipFile, path: str) -> list[str]:
    """Ranges of merged cells, of which all but the first are empty."""
    found: list[str] = []
    held = b""
    with archive.open(path.lstrip("/")) as part:
        while chunk := part.read(_CHUNK):
            text = held + chunk
            found.extend(one.decode() for one in _MERGED.findall(text))
            held = text[text.rfind(b"<") :][-1024:]
            if len(found) > 1000:
                break
    return found[:1000]


def set_limits() -> None:
    """Bound what this process may take. Not to be taken back."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read the file named on the command line and tell what is in it."""
    set_limits()
    warnings.simplefilter("ignore")
    try:
        answer = read(Path(sys.argv[1]))
    except Refused as refused:
        answer = {"refused": refused.code, "reason": refused.reason}
    except MemoryError:
        answer = {"refused": "workbook_too_large", "reason": ""}
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        answer = {"refused": "file_damaged", "reason": ""}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
