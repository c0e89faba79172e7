"""Reading YAML that people wrote: every fault is found, placed and said in a sentence.

Nothing here trusts the file. Tags that build objects, references that multiply, keys
that stand twice, control characters and half of a surrogate pair are all refused.
"""

import datetime as dt
import difflib
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation
from wardsecurity.spreadsheets.letters import plain

LARGEST_FILE = 2 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, in which field, and what to do."""

    sentence: str
    field: str = ""  # dotted, as in the file: "recognition.min_met"
    place: str = ""  # "Criterion 12", in the language of the page
    number: int | None = None  # of the criterion
    position: int | None = None  # of the criterion among those of the file, from 0

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.place, self.field) if part)
        return f"{where}: {self.sentence}" if where else self.sentence


class Faulty(RuleViolation):
    """What was given has faults, all of them listed; nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "\n".join(str(fault) for fault in faults),
            code="faulty",
            field=faults[0].field or None,
        )

    @property
    def sentences(self) -> list[tuple[str | None, str]]:
        """Every fault beside its field."""
        return [(fault.field or None, fault.sentence) for fault in self.faults]


# --- From bytes to plain values ---------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Plain values only; refuses references, and keys that stand twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse `*name`: a few of them can unfold to gigabytes."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem=_("references (*name) are not read"),
                                       problem_mark=mark)  # fmt: skip
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Say where a value stands that looks like a date or number and is none."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            raise yaml.MarkedYAMLError(
                problem=_("this value cannot be read"), problem_mark=node.start_mark
            ) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """Refuse a key that stands twice: YAML would keep the last one silently."""
        seen: set[Hashable] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                break  # SafeLoader says so, with the place
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=_("the field %(key)s stands twice") % {"key": _short(key)},
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(data: bytes) -> Any:
    """Return the plain values of a YAML document; Faulty says line and column."""
    if len(data) > LARGEST_FILE:
        raise Faulty([Fault(_("The file is larger than 2 MiB."))])
    try:
        return yaml.load(data, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except yaml.MarkedYAMLError as error:
        raise Faulty([Fault(_broken(error))]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Faulty([Fault(_("This is not a readable YAML file."))]) from error


def read_yaml_file(path: Path) -> Any:
    """Return the plain values of a YAML file; Faulty when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Faulty([Fault(_("%(path)s cannot be read.") % {"path": path})]) from error
    return read_yaml(data)


def _broken(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return _("Line %(line)s, column %(column)s: %(problem)s.") % {
        "line": mark.line + 1 if mark else "?",
        "column": mark.column + 1 if mark else "?",
        "problem": _problem(error),
    }


def _problem(error: yaml.MarkedYAMLError) -> Any:
    """What is wrong, in the reader's language: the parser's own words are English."""
    if isinstance(error, yaml.constructor.ConstructorError):
        return _("a value of this kind is not read; write text, a number or a list")
    if isinstance(error, (yaml.scanner.ScannerError, yaml.parser.ParserError)):
        return _("quotes, brackets, colons or indentation do not match here")
    if isinstance(error, yaml.composer.ComposerError):
        return _("this part cannot be put together with the rest of the file")
    return error.problem or ""


# --- From plain values to fields --------------------------------------------------


class Fields:
    """Reads the fields of one mapping and notes what is wrong with them.

    A fault makes a reader return a value of the right type, so that all faults of a
    file are found in one pass. `finish` notes the fields that nobody asked for.
    """

    def __init__(
        self,
        source: Any,
        faults: list[Fault],
        *,
        place: str = "",
        prefix: str = "",
        number: int | None = None,
        position: int | None = None,
    ) -> None:
        self.faults = faults
        self.place, self.prefix = place, prefix
        self.number, self.position = number, position
        self.asked: set[str] = set()
        self.source: Mapping[Any, Any] = {}
        if isinstance(source, Mapping):
            self.source = source
        elif source is not None:
            self.fault("", _("Write fields and values here (name: value)."))

    def fault(self, name: str, sentence: str) -> None:
        """Note a fault of a field."""
        field = f"{self.prefix}{name}" if name else self.prefix.rstrip(".")
        self.faults.append(
            Fault(sentence, field, self.place, self.number, self.position)
        )

    def given(self, name: str) -> bool:
        """Whether a field says anything; null and empty say nothing."""
        return self.source.get(name) not in (None, "", [], {})

    def _value(self, name: str, required: bool) -> Any:
        self.asked.add(name)
        if self.given(name):
            return self.source[name]
        if required:
            self.fault(name, _("This field is missing."))
        return None

    def text(self, name: str, size: int, *, required: bool = True) -> str:
        """A text of at most `size` characters, in NFC."""
        value = self._value(name, required)
        return "" if value is None else self._text(name, value, size)

    def _text(self, name: str, value: Any, size: int) -> str:
        if not isinstance(value, str):
            self.fault(name, _("Write text; put it in quotes."))
            return ""
        text = plain(value)
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"
               for char in text):  # fmt: skip
            self.fault(name, _("There are characters in it that cannot be shown."))
            return ""
        if len(text) > size:
            self.fault(
                name,
                _("The text has %(length)s characters; at most %(size)s fit.")
                % {"length": len(text), "size": size},
            )
            return ""
        if not text:
            self.fault(name, _("This field is missing."))
        return text

    def texts(self, name: str, size: int, *, required: bool = True) -> list[str]:
        """A list of texts, each on one line."""
        value = self._list(name, required)
        texts = (self._text(name, item, size) for item in value)
        return [" ".join(text.split()) for text in texts]

    def _list(self, name: str, required: bool) -> list[Any]:
        value = self._value(name, required)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, _("Write a list, [one, two]."))
            return []
        return value

    def mappings(self, name: str, *, required: bool = True) -> list[Any]:
        """A list whose items are read by `Fields` of their own."""
        return self._list(name, required)

    def mapping(self, name: str, *, required: bool = False) -> "Fields":
        """The fields inside a field."""
        value = self._value(name, required)
        return Fields(
            value,
            self.faults,
            place=self.place,
            prefix=f"{self.prefix}{name}.",
            number=self.number,
            position=self.position,
        )

    def choice(self, name: str, known: Iterable[str], *, required: bool = True) -> str:
        """One of the known words, or "" when it may be left out."""
        value = self._value(name, required)
        return "" if value is None else self._choice(name, value, list(known))

    def _choice(self, name: str, value: Any, known: list[str]) -> str:
        if isinstance(value, str) and value in known:
            return value
        self.fault(
            name,
            _("%(value)s is not known. Choose one of: %(known)s.")
            % {"value": _short(value), "known": ", ".join(known)},
        )
        return ""

    def choices(self, name: str, known: Iterable[str]) -> list[str]:
        """A list of known words, each once."""
        words = list(known)
        chosen = [self._choice(name, one, words) for one in self._list(name, False)]
        return self._each_once(name, chosen)

    def _each_once(self, name: str, items: list[Any]) -> list[Any]:
        if len(set(items)) != len(items):
            self.fault(name, _("Something stands twice in this list."))
        return items

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._value(name, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(name, _("Write true or false."))
            return default
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`; 0 when missing or faulty."""
        value = self._value(name, required=True)
        return 0 if value is None else self._whole(name, value, low, high) or 0

    def maybe_whole(self, name: str, low: int, high: int) -> int | None:
        """As `whole`, where the field may be left out; None when it is, or faulty."""
        value = self._value(name, required=False)
        return None if value is None else self._whole(name, value, low, high)

    def _whole(self, name: str, value: Any, low: int, high: int) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, _("Write a whole number, without quotes."))
            return None
        if not low <= value <= high:
            self.fault(
                name,
                _("Write a whole number from %(low)s to %(high)s.")
                % {"low": low, "high": high},
            )
            return None
        return value

    def wholes(self, name: str, low: int, high: int) -> list[int]:
        """A list of whole numbers, each once."""
        read = [self._whole(name, item, low, high) for item in self._list(name, False)]
        return self._each_once(name, [item for item in read if item is not None])

    def decimal(
        self,
        name: str,
        low: Decimal | int,
        high: Decimal | int,
        *,
        required: bool = True,
        above: bool = False,
    ) -> Decimal | None:
        """A number in hundredths from `low` (`above`: more than it) to `high`."""
        value = self._value(name, required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.fault(name, _("Write a number, without quotes."))
            return None
        exact = Decimal(value) if isinstance(value, int) else Decimal(str(value))
        if not (exact.is_finite() and low <= exact <= high) or (above and exact == low):
            bounds = {"low": low, "high": high}
            self.fault(
                name,
                _("Write a number above %(low)s, at most %(high)s.") % bounds
                if above
                else _("Write a number from %(low)s to %(high)s.") % bounds,
            )
            return None
        hundredths = exact.quantize(Decimal("0.01"))
        if hundredths != exact:
            self.fault(name, _("Write at most two digits after the decimal point."))
            return None
        return hundredths

    def day(self, name: str, *, required: bool = False) -> dt.date | None:
        """A day, as a YAML date or as "2026-01-31"."""
        value = self._value(name, required)
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
        except (TypeError, ValueError):
            self.fault(name, _("Write an existing day as year-month-day: 2026-01-31."))
            return None

    def link(self, name: str, size: int) -> str:
        """A web address."""
        address = self.text(name, size, required=False)
        try:
            parts = urlsplit(address)
            is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
        except ValueError:
            is_web = False
        if address and not is_web:
            self.fault(name, _("Write a web address that begins with https://."))
            return ""
        return address

    def finish(self) -> None:
        """Note the fields that are not known, with the name that was probably meant."""
        for name in self.source:
            if name in self.asked:
                continue
            meant = difflib.get_close_matches(str(name), sorted(self.asked), n=1)
            self.fault(
                _short(name),
                _("This field is not known. Did you mean %(name)s?")
                % {"name": meant[0]}
                if meant
                else _("This field is not known."),
            )


def _short(value: Any) -> str:
    """A value for a sentence, cut when it is long."""
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        return "…"
    return text if len(text) <= 40 else f"{text[:40]}…"
