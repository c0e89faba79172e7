"""Write the settings of the demo: `python -m scripts.demo_env var/demo.env`."""

import secrets
import sys
from pathlib import Path

TEXT = """\
# Made by `make run`, for this machine only. Delete it to get a new key.
SECRET_KEY={key}
DEMO=True
"""


def write(path: Path) -> None:
    """Write a random key, readable by the owner only; never half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(TEXT.format(key=secrets.token_urlsafe(50)), encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
