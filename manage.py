#!/usr/bin/env python
"""Run a command of the project: `python manage.py help` lists them."""

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent


def read_demo_env() -> None:
    """Take what `make run` wrote to var/demo.env, never over the environment."""
    demo_env = BASE_DIR / "var" / "demo.env"
    if not demo_env.is_file():
        return
    for line in demo_env.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def main() -> None:
    """Hand the command line to Django."""
    read_demo_env()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardsecurity.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
