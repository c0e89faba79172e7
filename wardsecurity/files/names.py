"""The name a file is shown and downloaded under. On disk its hash is its name."""

import re
import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from wardsecurity.files.kinds import KINDS

MAX_NAME = 200  # characters, the extension included

# What an officer's file may be called while it is something else inside.
_EXTENSIONS = {ext for facts in KINDS.values() for ext in facts.extensions} | {
    ".heic",
    ".heif",
    ".doc",
    ".xls",
    ".ppt",
}


def display_name(raw: str | None) -> str:
    """Return a safe name: NFC, no path, no control or direction marks, <= 200 long."""
    base = re.split(r"[/\\]", raw or "")[-1]
    text = unicodedata.normalize("NFC", base)
    # C: control, format (such as right-to-left override) and unassigned characters.
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    name = " ".join(kept.split()).lstrip(".").strip()
    return _shortened(name or _("file"))


def named_as(name: str, kind: str) -> str:
    """Return the name with an extension that tells the truth about the content."""
    path = PurePosixPath(name)
    extensions = KINDS[kind].extensions
    if path.suffix.lower() in extensions:
        return name
    stem = path.stem if path.suffix.lower() in _EXTENSIONS else name
    return _shortened(f"{stem.rstrip('. ')}{extensions[0]}")


def _shortened(name: str) -> str:
    """Cut the middle of a long name out, so that its extension stays."""
    if len(name) <= MAX_NAME:
        return name
    suffix = PurePosixPath(name).suffix[:10]
    return f"{name[: MAX_NAME - len(suffix) - 1].rstrip()}…{suffix}"
