"""Typed readers of the environment: a bad value stops start-up with its name."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env_str(name: str, default: str | None = None) -> str:
    """Return the variable, or the text of the file named by `<NAME>_FILE`.

    Without a default a missing or empty value raises ImproperlyConfigured.
    """
    value = os.environ.get(name, "").strip()
    if not value and (path := os.environ.get(f"{name}_FILE", "").strip()):
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"Set {name} (or {name}_FILE). `make run` sets it for the demo."
        )
    return default


def env_bool(name: str, *, default: bool) -> bool:
    """Return True or False; anything but exactly "True" or "False" is refused."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write True or False.")
    return value == "True"


def env_list(name: str, default: list[str]) -> list[str]:
    """Return the comma-separated items of the variable, without blanks."""
    items = [item.strip() for item in os.environ.get(name, "").split(",")]
    return [item for item in items if item] or default
