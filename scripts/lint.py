"""Run every check that is not a test: `make lint`. All of them run, whatever fails."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable

from scripts import messages

# Settings are checked as a server would have them, whatever var/demo.env says.
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": "False",
    "DEMO": "False",
    "ALLOWED_HOSTS": "wards.example",
    "PUBLIC_URL": "https://wards.example",
    "DATABASE_URL": "sqlite://:memory:",
}


def python(*arguments: str) -> Callable[[], bool]:
    """Return a check that runs Python with these arguments."""

    def check() -> bool:
        environment = os.environ | PRODUCTION
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, check=False
        )
        return done.returncode == 0

    return check


CHECKS: dict[str, Callable[[], bool]] = {
    "Python": python("-m", "ruff", "check", "."),
    "Python, format": python("-m", "ruff", "format", "--check", "."),
    "Templates": python("-m", "djlint", "--lint", "templates"),
    "Templates, format": python("-m", "djlint", "--check", "templates"),
    "Types": python("-m", "mypy"),
    "Migrations": python("manage.py", "makemigrations", "--check", "--dry-run"),
    "Deployment": python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "Translations": messages.check,
}


def main() -> int:
    """Return 0 when every check passed."""
    failed = []
    for name, check in CHECKS.items():
        print(f"\n=== {name} ===", flush=True)
        if not check():
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
