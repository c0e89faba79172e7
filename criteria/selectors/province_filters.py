"""What may be asked of a list of wards: filters, order, and the words of both."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.models.evaluations import EvaluationState
from criteria.selectors.boards import Status
from criteria.selectors.province_lines import QUIET_DAYS, WAITING_DAYS, Line
from wardsecurity.text import fold
from wardsecurity.wards.models import COMMUNE_LEVEL, UnitKind

MANY_OVERDUE = 5
WAITING_STATES = (EvaluationState.SUBMITTED, EvaluationState.VERIFYING)

Test = Callable[[Line], bool]


def _is_waiting(line: Line) -> bool:
    if line.state not in WAITING_STATES or line.submitted_on is None:
        return False
    return (timezone.localdate() - line.submitted_on).days > WAITING_DAYS


def _is_quiet(line: Line) -> bool:
    """Open for longer than QUIET_DAYS, and nothing recorded in that time."""
    if not line.is_open or line.moved or line.opened_on is None:
        return False
    return (timezone.localdate() - line.opened_on).days >= QUIET_DAYS


# Where a ward is stuck: code, word, icon, tone, and which wards it is true of.
STUCK: tuple[tuple[str, Any, str, str, Test], ...] = (
    (
        "not-opened",
        gettext_lazy("No campaign opened"),
        "calendar-days",
        "muted",
        lambda line: not line.has_campaign,
    ),
    (
        "not-started",
        gettext_lazy("Nothing started yet"),
        "minus-circle",
        "muted",
        lambda line: line.is_open and not line.begun,
    ),
    (
        "mandatory",
        gettext_lazy("Mandatory criterion not met"),
        "exclamation-circle",
        "seal",
        lambda line: line.total.mandatory_failed > 0,
    ),
    (
        "overdue",
        gettext_lazy("Criteria overdue"),
        "clock",
        "turmeric",
        lambda line: line.total.overdue > 0,
    ),
    (
        "overdue-5",
        gettext_lazy("5 criteria or more overdue"),
        "clock",
        "turmeric",
        lambda line: line.total.overdue >= MANY_OVERDUE,
    ),
    (
        "unsupported",
        gettext_lazy("Evidence missing"),
        "exclamation-triangle",
        "turmeric",
        lambda line: line.total.unsupported > 0,
    ),
    (
        "quiet",
        gettext_lazy("Nothing recorded for 30 days"),
        "moon",
        "muted",
        _is_quiet,
    ),
    (
        "waiting",
        gettext_lazy("Waiting for verification for over 10 days"),
        "eye",
        "muted",
        _is_waiting,
    ),
)

# The state of an evaluation in icon, word and colour (DESIGN-LANGUAGE §3).
_STATES: dict[str, tuple[Any, str, str]] = {
    EvaluationState.OPEN: (gettext_lazy("Under way"), "pencil-square", "muted"),
    EvaluationState.SUBMITTED: (
        gettext_lazy("Submitted to the province"),
        "paper-airplane",
        "bamboo",
    ),
    EvaluationState.VERIFYING: (gettext_lazy("In verification"), "eye", "ink"),
    EvaluationState.RETURNED: (gettext_lazy("Returned"), "arrow-uturn-left", "seal"),
    EvaluationState.VERIFIED: (
        gettext_lazy("Verified by the province"),
        "clipboard-document-check",
        "ink",
    ),
    EvaluationState.RECOGNISED: (gettext_lazy("Recognised"), "check-badge", "bamboo"),
    EvaluationState.NOT_RECOGNISED: (
        gettext_lazy("Not recognised"),
        "x-circle",
        "muted",
    ),
}
REACHED = "reached"


def state_of(line: Line) -> Status:
    """The tag of a ward: its evaluation's state, or that it has none."""
    if not line.has_campaign:
        return Status("none", _("No campaign opened"), "calendar-days", "muted")
    return status_of_state(line.state)


def status_of_state(state: str) -> Status:
    """The tag of an evaluation in a state."""
    word, icon, tone = _STATES[state]
    return Status(state, str(word), icon, tone, box=state == EvaluationState.RETURNED)


def list_states() -> list[tuple[str, str]]:
    """The choices of the filter by state."""
    found = [(REACHED, _("From the threshold up"))]
    return found + [(str(code), str(word)) for code, (word, *_more) in _STATES.items()]


# --- What was asked ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters and order as the address gives them; "" asks for everything."""

    q: str = ""
    state: str = ""
    stuck: str = ""
    kind: str = ""
    within: str = ""  # the slug-less key of the unit above
    short: str = ""  # a category the ward does not meet in full
    miss: str = ""  # the key of a criterion the ward does not meet
    unit: str = ""  # "live" or "ended" units
    sort: str = ""
    rows: str = ""  # "wards" on the page of the country
    page: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether fewer wards than all were asked for."""
        return any(getattr(self, name) for name in _FILTERS)

    def query(self, **changes: str) -> str:
        """The same with changes, as the query of an address; the first page."""
        asked = replace(self, page="", **changes)
        pairs = [(name, getattr(asked, name)) for name in self.__slots__]
        return f"?{urlencode([pair for pair in pairs if pair[1]])}"


_FILTERS = ("q", "state", "stuck", "kind", "within", "short", "miss", "unit")


def asked_of(get: Mapping[str, str]) -> Asked:
    """What an address asks, cut to a sane length; NUL dropped."""
    return Asked(
        **{
            name: get.get(name, "").replace("\0", "").strip()[:100]
            for name in Asked.__slots__
        }
    )


def _tests(asked: Asked) -> list[Test]:
    tests: list[Test] = []
    if (asked.state or asked.stuck or asked.miss) and asked.unit != "ended":
        tests.append(lambda line: line.counts)  # as the figures that open them
    if words := fold(asked.q).split():
        tests.append(lambda line: all(word in line.searched for word in words))
    if asked.state == REACHED:
        tests.append(lambda line: line.has_campaign and line.reaches)
    elif asked.state in _STATES:
        tests.append(lambda line: line.state == asked.state)
    tests += [test for code, *_words, test in STUCK if code == asked.stuck]
    if asked.kind in COMMUNE_LEVEL:
        tests.append(lambda line: line.kind == asked.kind)
    if asked.within:
        tests.append(lambda line: asked.within in _above(line))
    if asked.short:
        tests.append(lambda line: _is_short(line, asked.short))
    if asked.miss:
        tests.append(lambda line: line.misses)
    if asked.unit in ("live", "ended"):
        tests.append(lambda line: line.ended == (asked.unit == "ended"))
    return tests


def _above(line: Line) -> tuple[str, str]:
    return str(line.parent_id), str(line.province_id)


def _is_short(line: Line, code: str) -> bool:
    cell = line.cell(code)
    return cell is not None and cell.met < cell.size


def needs_cells(asked: Asked, codes: Iterable[str]) -> bool:
    """Whether the figures of every ward's categories decide what is shown."""
    codes = set(codes)
    return asked.short in codes or asked.sort.removeprefix("c-") in codes


def filtered(lines: Iterable[Line], asked: Asked) -> list[Line]:
    """The wards asked for, in the order they came."""
    tests = _tests(asked)
    return [line for line in lines if all(test(line) for test in tests)]


def in_order(lines: list[Line], asked: Asked) -> list[Line]:
    """In the order asked for; wards without a campaign stand last, but by name.

    By rank unless asked otherwise; ties in Vietnamese order. Those that have ended
    stand apart below all others.
    """
    return sorted(_in_order(lines, asked), key=lambda line: not line.counts)


def _in_order(lines: list[Line], asked: Asked) -> list[Line]:
    if asked.sort == "name":
        return lines
    if asked.sort == "overdue":
        return sorted(lines, key=_by_overdue)
    if asked.sort.startswith("c-"):
        code = asked.sort.removeprefix("c-")
        return sorted(lines, key=lambda line: _by_share(line, code))
    return sorted(lines, key=lambda line: line.rank or 1_000_000)


def _by_overdue(line: Line) -> tuple[int, int, int]:
    failed = line.total.mandatory_failed
    return (not line.has_campaign, -line.total.overdue, -failed)


def _by_share(line: Line, code: str) -> tuple[int, Fraction]:
    cell = line.cell(code)
    if cell is None or not cell.size:
        return (1, Fraction(0))
    return (0, -Fraction(cell.met, cell.size))


def list_kinds(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """Kinds of unit that occur, as choices; none where all are of one kind."""
    found = {line.kind for line in lines}
    return [
        (kind, str(UnitKind(kind).label))
        for kind in COMMUNE_LEVEL
        if kind in found and len(found) > 1
    ]
