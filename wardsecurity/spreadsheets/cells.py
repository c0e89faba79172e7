"""From a cell as it was sent to a value of its column's type.

Numbers are read in the Vietnamese way: a comma before decimals, dots between thousands;
8.5 cannot be thousands and is read as 8,5. What can be read two ways is asked back.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wardsecurity.numbers import shown
from wardsecurity.spreadsheets.findings import Column, RawCell, Type
from wardsecurity.spreadsheets.letters import clean, old_font
from wardsecurity.text import fold

_WHOLE = re.compile(r"[-+]?\d{1,18}")
_DOTS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d{1,9})?")  # 1.176  1.176,5
_COMMA = re.compile(r"[-+]?\d{1,18},\d{1,9}")  # 8,5
_POINT = re.compile(r"[-+]?\d{1,18}\.\d{1,9}")  # 8.5
_ENGLISH = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d{1,9})?")  # 1,176.5
_DAY_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d")
_YES = {"co", "x", "yes", "true", "dung", "1", "v", "✓", "✔"}
_NO = {"khong", "no", "false", "sai", "0", "-"}


class Unread(Exception):
    """The cell cannot be read; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Note = Callable[[str], None]


def value_of(cell: RawCell, column: Column, note: Note) -> Any:
    """The value, None when nothing is said. Raises Unread; `note` hears of readings."""
    if cell.type == "f":
        raise Unread(
            _("This is a formula. Copy the cell and paste its value (Paste Special).")
        )
    if cell.type == "e":
        raise Unread(
            _("The cell shows the error %(error)s. Write the value itself.")
            % {"error": cell.value[:20]}
        )
    if cell.type == "s" and (font := old_font(cell.value)):
        raise Unread(
            _(
                "The text was typed in the old font code %(font)s. Convert it to"
                " Unicode (in Unikey: Ctrl+Shift+F6) and paste it again."
            )
            % {"font": "TCVN3 (ABC)" if font == "TCVN3" else "VNI"}
        )
    text = clean(cell.value) if cell.type == "s" else cell.value
    if not text and cell.type == "s":
        return None
    return _READERS[column.type](cell, text, column, note)


def _text(cell: RawCell, text: str, column: Column, note: Note) -> str:
    match cell.type:
        case "d":
            note(
                _("Excel keeps a day here; it is read as %(text)s. Check it.")
                % {"text": _day_shown(text)}
            )
            return _day_shown(text)
        case "b":
            return _("yes") if text else _("no")
        case "n":
            return text.replace(".", ",") if "e" not in text else text
        case "p":
            return f"{text}%".replace(".", ",")
    return text


def _day_shown(iso: str) -> str:
    return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"


def _number(cell: RawCell, text: str, column: Column, note: Note) -> Decimal:
    match cell.type:
        case "n" | "p":
            number = Decimal(text)
            if _looks_grouped(number):
                note(
                    _("Excel keeps the number %(read)s here. If %(meant)s was meant, "
                      "write it again.")
                    % {"read": shown(number), "meant": shown(number * 1000)}
                )  # fmt: skip
            return number
        case "d":
            raise Unread(
                _(
                    "Excel turned this number into the day %(day)s. Format the cell as"
                    " a number and type the number again."
                )
                % {"day": _day_shown(text)}
            )
        case "b":
            raise Unread(_("Write a number here."))
    return number_in(text, note)


def _looks_grouped(number: Decimal) -> bool:
    """Whether a number has three decimals as 1.176 has in a machine set to English."""
    exponent = number.as_tuple().exponent
    return exponent == -3 and 1 <= abs(number) < 1000


def number_in(text: str, note: Note) -> Decimal:
    """The number that a text says, as Vietnamese is read. Raises Unread."""
    bare = re.sub(r"\s", "", text).removesuffix("%").replace("−", "-")
    if _WHOLE.fullmatch(bare):
        return Decimal(bare)
    if _DOTS.fullmatch(bare):
        number = Decimal(bare.replace(".", "").replace(",", "."))
        if bare.count(".") == 1 and "," not in bare:
            note(
                _("%(text)s is read as %(read)s, the dot being that of thousands.")
                % {"text": bare, "read": str(number)}
            )
        return number
    if _ENGLISH.fullmatch(bare) and (bare.count(",") > 1 or "." in bare):
        return Decimal(bare.replace(",", ""))
    if _ENGLISH.fullmatch(bare):
        raise Unread(
            _(
                "%(text)s can be read in two ways. Write %(whole)s, or %(decimal)s with"
                " one more 0 at its end."
            )
            % {"text": bare, "whole": bare.replace(",", ""), "decimal": f"{bare}0"}
        )
    if _COMMA.fullmatch(bare) or _POINT.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    raise Unread(
        _("Write a number here, for example 8,5. Now: %(text)s.") % {"text": text[:40]}
    )


def _whole(cell: RawCell, text: str, column: Column, note: Note) -> int:
    number = _number(cell, text, column, note)
    if number != number.to_integral_value():
        raise Unread(
            _("Write a whole number here. Now: %(number)s.") % {"number": shown(number)}
        )
    return int(number)


def _day(cell: RawCell, text: str, column: Column, note: Note) -> dt.date:
    if cell.type == "d":
        return dt.date.fromisoformat(text)
    if cell.type == "s":
        for pattern in _DAY_FORMATS:
            try:
                return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day
            except ValueError:
                continue
    raise Unread(
        _("Write an existing day as dd/mm/yyyy, for example 05/06/2026. Now: %(text)s.")
        % {"text": text[:40]}
    )


def _flag(cell: RawCell, text: str, column: Column, note: Note) -> bool:
    if cell.type == "b":
        return bool(text)
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unread(_("Write yes or no here. Now: %(text)s.") % {"text": text[:40]})


def _chosen(text: str, column: Column) -> str:
    word = fold(text)
    for words, value in column.choices:
        if word in (fold(words), fold(value)):
            return value
    known = "; ".join(dict.fromkeys(words for words, _value in column.choices))
    raise Unread(
        _("%(text)s is not among the choices. Write one of: %(known)s.")
        % {"text": text[:40], "known": known}
    )


def _choice(cell: RawCell, text: str, column: Column, note: Note) -> str:
    return _chosen(text, column)


def _split(text: str, separators: str) -> list[str]:
    parts = (part.strip() for part in re.split(separators, text))
    return [part for part in parts if part]


def _choices(cell: RawCell, text: str, column: Column, note: Note) -> list[str]:
    return [_chosen(part, column) for part in _split(text, r"[;\n]")]


def _lines(cell: RawCell, text: str, column: Column, note: Note) -> list[str]:
    return _split(_text(cell, text, column, note), r"\n")


def _wholes(cell: RawCell, text: str, column: Column, note: Note) -> list[int]:
    parts = [text] if cell.type == "n" else _split(text, r"[,;\s]")
    if not all(_WHOLE.fullmatch(part) for part in parts):
        raise Unread(
            _("Write whole numbers with semicolons between, for example 23; 24.")
        )
    return [int(part) for part in parts]


_READERS: dict[Type, Callable[[RawCell, str, Column, Note], Any]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.WHOLE: _whole,
    Type.DAY: _day,
    Type.FLAG: _flag,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.LINES: _lines,
    Type.WHOLES: _wholes,
}
