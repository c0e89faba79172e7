"""What an examination says: findings, or a refusal. Plain Python, see kinds.py."""

from dataclasses import dataclass
from typing import NoReturn


class Refused(Exception):
    """The file is not taken. `reason` chooses the sentence among those of `code`."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Findings:
    """What the bytes turned out to be. Width and height are pixels as shown."""

    kind: str  # a key of KINDS
    kept: str  # the name of the file to keep, in the folder of the examination
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def damaged() -> NoReturn:
    """Refuse a file whose own parser cannot read it."""
    raise Refused("file_damaged")
