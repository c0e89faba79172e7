"""The kinds of jobs: an app registers what it does for one unit of a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one unit: a code, a sentence, and figures for the page."""

    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    `act(actor=, unit=, facts=)` does it for one unit, in the item's transaction. Run
    again for a unit it has done, it changes nothing and says so. It refuses by raising
    RuleViolation or PermissionDenied; anything else is a fault, logged.
    """

    code: str
    title: Any  # translated lazily
    action: str  # of permissions.ACTIONS, asked of the job's unit
    act: Callable[..., Outcome]
    # Words for outcomes' counts on the page, by code.
    outcomes: Mapping[str, Any] = field(default_factory=dict)
    # Where what was done is seen, of the unit and the facts: words and address.
    result: Callable[..., tuple[str, str]] | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; apps call this when they are ready."""
    _KINDS[kind.code] = kind


def kind_of(code: str) -> Kind:
    """The kind of a code; KeyError when no app registered it."""
    return _KINDS[code]
