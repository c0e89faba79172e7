"""What stands on an official paper, whatever it is written as: PDF or DOCX.

Layout rules, each with its source:

- State papers: Nghị định 30/2020/NĐ-CP, annex I ("NĐ30" below).
- Party papers: Hướng dẫn 36-HD/VPTW of 3 April 2018 ("HD36").

The words of a paper are Vietnamese by those rules, whatever the language of the page it
was printed from, so they stand here as they are and are never translated.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"  # NĐ30 I.II.1
MOTTO = "Độc lập - Tự do - Hạnh phúc"  # NĐ30 I.II.1; never on a Party paper (HD36)
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"  # HD36
DRAFT = "DỰ THẢO"
RECIPIENTS = "Nơi nhận:"
DOTS = "……"
LONGEST_CLOSING = 500  # characters of the last paragraph above signatures
LONG_DOTS = "…" * 24  # to be filled in by hand


class System(StrEnum):
    """Party and State papers have different heads, numbers and signature blocks."""

    PARTY = "party"
    STATE = "state"


class Align(StrEnum):
    """Where text stands in a paragraph or a column."""

    LEFT = "left"
    CENTRE = "center"
    JUSTIFY = "justify"


@dataclass(frozen=True, slots=True)
class Numbering:
    """Number and symbol of a paper. Without a display it is a draft, number left blank.

    `symbol` is type and body as that system writes them: "KH-UBND", "NQ/ĐU".
    """

    symbol: str
    display: str = ""

    def line(self, system: System) -> str:
        """ "Số: 27/KH-UBND" on State papers (NĐ30 I.II.3), "Số 15-NQ/ĐU" (HD36)."""
        if system == System.STATE:
            return f"Số: {self.display or f'{DOTS}/{self.symbol}'}"
        return f"Số {self.display or f'{DOTS}-{self.symbol}'}"


@dataclass(frozen=True, slots=True)
class PlaceAndDate:
    """Where and when a paper is issued; dots stand for a day not known yet."""

    place: str
    day: dt.date | None = None

    def line(self) -> str:
        """ "Đồng Hới, ngày 05 tháng 6 năm 2023" (NĐ30 I.II.4)."""
        return f"{self.place or DOTS}, {written_day(self.day)}"


def written_day(day: dt.date | None) -> str:
    """A day in words: a leading zero for days below 10 and months 1 and 2 (NĐ30)."""
    if day is None:
        return f"ngày {DOTS} tháng {DOTS} năm {DOTS}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text: justified, first line 1 cm in, 6 pt apart (NĐ30 I.II.6).

    `lead` stands before it in bold. `heading` makes all of it bold and keeps it with
    what follows.
    """

    text: str
    lead: str = ""
    heading: bool = False
    italic: bool = False
    align: Align = Align.JUSTIFY


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Items in order, "1. …"; with a `mark` ("-") they are listed without numbers."""

    items: tuple[str, ...]
    mark: str = ""
    start: int = 1

    def lines(self) -> list[str]:
        """Each item behind its number or mark."""
        return [
            f"{self.mark or f'{number}.'} {item}"
            for number, item in enumerate(self.items, self.start)
        ]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is its share of the page among the other columns."""

    head: str
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head repeats on every page and whose rows do not break."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row of the table has too few or too many cells")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: authority, position, a space, the name (NĐ30 I.II.7).

    `authority` holds the lines before the position: "TM. ỦY BAN NHÂN DÂN" (State),
    "T/M ĐẢNG ỦY" (Party), KT., TL., Q. No name: it is left to be written by hand. An
    image of a seal or of a signature is never printed.
    """

    position: str
    authority: tuple[str, ...] = ()
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code that leads to a page of this site; `url` is absolute."""

    url: str
    caption: str


Block = Paragraph | NumberedList | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """One official paper, from its head to its foot.

    `numbering` and `dated` are None on papers that carry none (a commitment has no
    number, minutes have no place and date at the head). `signatures` is one block at
    the right, or several side by side from the left, the chair's last. `recipients`
    stand at the left of a single block. `foot` are small lines at the bottom of every
    page: hash of the text, head of the trail. `remarks` say what a reader must know of
    an example.

    What is signed ends with a short paragraph, which goes to the page of the signatures
    so that they never stand alone; ValueError otherwise.
    """

    system: System
    issuer: tuple[str, ...]
    title: str
    subject: str
    body: tuple[Block, ...]
    superior: str = ""
    is_draft: bool = False
    numbering: Numbering | None = None
    dated: PlaceAndDate | None = None
    under_title: str = ""
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    qr: QrCode | None = None
    remarks: tuple[str, ...] = ()
    foot: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        last = self.body[-1] if self.body else None
        if self.signatures and not (
            isinstance(last, Paragraph) and len(last.text) <= LONGEST_CLOSING
        ):
            raise ValueError("close the body with a line before the signatures")

    @property
    def shows_draft(self) -> bool:
        """A paper that should carry a number is a draft until it does."""
        return self.is_draft or bool(self.numbering and not self.numbering.display)

    @property
    def number_line(self) -> str:
        """Number and symbol as written; empty where the paper carries none."""
        return self.numbering.line(self.system) if self.numbering else ""

    @property
    def date_line(self) -> str:
        """Place and date as written; empty where the paper carries none."""
        return self.dated.line() if self.dated else ""

    @property
    def name(self) -> str:
        """What the file and the document's title say: type and subject."""
        return f"{self.title.capitalize()} {self.subject}".strip()


def recipients(*others: str, kept_by: str = "VT") -> tuple[str, ...]:
    """The list under "Nơi nhận", last line "- Lưu: VT, …" (NĐ30 I.II.9)."""
    return (*(f"- {one};" for one in others), f"- Lưu: {kept_by}.")
