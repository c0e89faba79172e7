"""Files already kept by a form that came back with a fault, named for its next try."""

from collections.abc import Sequence
from typing import Any

from django.core import signing

_SALT = "files.kept"
_LONGEST = 86_400  # seconds: a form is finished within the day


def seal_kept(user: Any, stored_ids: Sequence[int]) -> str:
    """Name files already kept, so that only this person's form can hand them on."""
    return signing.dumps([user.pk, *stored_ids], salt=_SALT) if stored_ids else ""


def open_kept(user: Any, sealed: str) -> list[int]:
    """The kept files a form hands on; none when it was made up or is a day old."""
    try:
        owner, *stored_ids = signing.loads(sealed, salt=_SALT, max_age=_LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return stored_ids if owner == user.pk else []
