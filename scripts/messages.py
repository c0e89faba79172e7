"""The translation catalogue: `make messages` collects and compiles it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.plugins.tools import GETTEXT

CATALOGUES = Path("locale")
# Their words are seen by nobody who reads the site.
NOT_READ = (".venv", "var", "tests", "scripts", "requirements")


def collect() -> None:
    """Bring locale/vi up to date with the msgids of the source, and compile it."""
    where = ["--locale=vi", *(f"--ignore={folder}" for folder in NOT_READ)]
    manage("makemessages", "--no-obsolete", "--add-location=file", *where)
    manage("compilemessages", *where)


def manage(*arguments: str) -> None:
    """Run a command of the project, with any key."""
    environment = os.environ | {"SECRET_KEY": "not needed to read messages"}
    subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, check=True
    )


def check() -> bool:
    """Is each catalogue well-formed, and compiled from its present text?"""
    if not GETTEXT.find():
        print(f"NOT CHECKED: gettext is missing. Add it: {GETTEXT.remedy}")
        return os.environ.get("CI") != "true"
    good = [is_good(catalogue) for catalogue in CATALOGUES.rglob("*.po")]
    return all(good)


def is_good(catalogue: Path) -> bool:
    """Say what is wrong with one catalogue, if anything."""
    kept = catalogue.with_suffix(".mo")
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, kept.name)
        command = ["msgfmt", "--check", f"--output-file={compiled}", str(catalogue)]
        if subprocess.run(command, check=False).returncode:
            return False
        if kept.exists() and meaning(kept) == meaning(compiled):
            return True
    print(f"{kept} is older than {catalogue.name}: run `make messages`.")
    return False


def meaning(compiled: Path) -> bytes:
    """Return the messages as text: their bytes differ between versions of gettext."""
    command = ["msgunfmt", str(compiled)]
    return subprocess.run(command, capture_output=True, check=True).stdout


if __name__ == "__main__":
    if not GETTEXT.find():
        sys.exit(f"gettext is missing. Add it: {GETTEXT.remedy}")
    collect()
