"""Official papers as PDF: typst sets layout/paper.typ from a description.

What people typed reaches typst as JSON only, never as source, so nothing in it is
obeyed; the template's folder is the root, so nothing outside it is read. Each call
compiles afresh and keeps nothing: memory stays flat.
"""

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno
import typst

from wardsecurity.papers.description import (
    DRAFT,
    MOTTO,
    NATION,
    PARTY,
    RECIPIENTS,
    Block,
    NumberedList,
    Paper,
    Paragraph,
    Table,
)
from wardsecurity.papers.fonts import BODY_PT, FACES

LAYOUT = Path(__file__).parent / "layout"
_LONG_WORD = re.compile(r"\S{25}(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"


def render_pdf(papers: Sequence[Paper], *, title: str) -> bytes:
    """Return one PDF of the papers, each from page 1 on a page of its own.

    About 30 ms and 30 KB for one, linear in their number.
    """
    content = {
        "title": title,
        "faces": FACES,
        "size": BODY_PT,
        "words": {
            "nation": NATION,
            "motto": MOTTO,
            "party": PARTY,
            "draft": DRAFT,
            "recipients": RECIPIENTS,
        },
        "papers": [_data_of(paper) for paper in papers],
    }
    return typst.compile(
        str(LAYOUT / "paper.typ"),
        root=str(LAYOUT),
        format="pdf",
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )


def _data_of(paper: Paper) -> dict[str, Any]:
    return {
        "system": paper.system,
        "draft": paper.shows_draft,
        "foot": paper.foot,
        "qr": paper.qr and {"caption": paper.qr.caption, "svg": qr_svg(paper.qr.url)},
    } | _breakable(
        {
            "superior": paper.superior,
            "issuer": paper.issuer,
            "number": paper.number_line,
            "date": paper.date_line,
            "title": paper.title,
            "subject": paper.subject,
            "under_title": paper.under_title,
            "body": [_block(block) for block in paper.body],
            "signatures": [dataclasses.asdict(one) for one in paper.signatures],
            "recipients": paper.recipients,
            "remarks": paper.remarks,
        }
    )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            lines = [line for line in block.text.splitlines() if line.strip()]
            return {"kind": "paragraph"} | dataclasses.asdict(block) | {"lines": lines}
        case NumberedList():
            return {"kind": "list", "lines": block.lines()}
        case Table():
            return {"kind": "table"} | dataclasses.asdict(block)


def qr_svg(url: str) -> str:
    """Return a QR code as SVG: black on white, quiet zone of 4, a sixth may be lost."""
    code = segno.make(url, error="m", micro=False)
    return str(code.svg_inline(scale=1, border=4, light="white", omitsize=True))


def _breakable(value: Any) -> Any:
    """Let words longer than any word break, so that they stay on the page."""
    match value:
        case str():
            return _LONG_WORD.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", value)
        case dict():
            return {name: _breakable(item) for name, item in value.items()}
        case list() | tuple():
            return [_breakable(item) for item in value]
    return value
