"""What a page says about the state of a record: icon, word, colour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """A state in icon, word and colour (DESIGN-LANGUAGE §3); a box means: act."""

    code: str
    word: str
    icon: str
    tone: str
    box: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of rows above a list."""

    code: str
    label: str
    count: int
    active: bool
