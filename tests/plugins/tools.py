"""The programs that some tests need from the machine, and where they are."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def find_initdb() -> str | None:
    """Return the path of the newest PostgreSQL's initdb, or None.

    Debian keeps it off PATH, in a folder for each version.
    """
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    return str(newest) if newest else shutil.which("initdb")


def find_msgfmt() -> str | None:
    """Return the path of gettext's msgfmt, or None."""
    return shutil.which("msgfmt")


@dataclass(frozen=True)
class Tool:
    """A program, the Debian packages that bring it, and what stays untested without."""

    name: str
    packages: tuple[str, ...]
    find: Callable[[], str | None]
    without: str

    @property
    def remedy(self) -> str:
        """Return the one line that adds the program."""
        return f"sudo apt-get install -y {' '.join(self.packages)}"


CHROMIUM = Tool(
    "Chromium",
    # Without fonts of their own the pages would show boxes for Vietnamese letters.
    ("chromium", "fonts-liberation2", "fonts-noto-core"),
    find_chromium,
    "tests/browser",
)
POSTGRESQL = Tool(
    "PostgreSQL", ("postgresql",), find_initdb, "every test on PostgreSQL"
)
GETTEXT = Tool(
    "gettext", ("gettext",), find_msgfmt, "the tests of the translation catalogue"
)
TOOLS = (CHROMIUM, POSTGRESQL, GETTEXT)
