"""Files already kept by a form that came back with a fault, named for its next try."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from wardsecurity.errors import RuleViolation
from wardsecurity.files.models import StoredFile
from wardsecurity.files.selectors import list_files
from wardsecurity.wards.models import AdministrativeUnit

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


@dataclass(frozen=True, slots=True)
class Kept:
    """Files kept for a form, and the seal that hands them on to its next try."""

    files: list[StoredFile] = field(default_factory=list)
    sealed: str = ""


def keep_sent(
    request: HttpRequest,
    form: forms.Form,
    *,
    unit: AdministrativeUnit,
    keep: Callable[[UploadedFile], StoredFile],
) -> Kept:
    """Keep what a form sent, beside what an earlier try of it kept.

    `keep` asks for the right and stores one file; what it refuses is said beside the
    field "files". Nothing is hung on a record yet, so that a fault elsewhere in the
    form does not ask for the photo again.
    """
    pks = open_kept(request.user, request.POST.get("kept", ""))
    # What the form refused by its number alone is not looked at.
    sent = [] if "files" in form.errors else request.FILES.getlist("files")
    for upload in sent:
        try:
            stored = keep(upload)
        except RuleViolation as violation:
            form.add_error("files", violation.message)
        else:
            if stored.pk not in pks:
                pks.append(stored.pk)
    files = list_files(user=request.user, unit=unit, pks=pks)
    return Kept(files, seal_kept(request.user, [one.pk for one in files]))


def with_fields(data: Any, **fields: str) -> Any:
    """What was sent, with hidden fields renewed."""
    changed = data.copy()
    for name, value in fields.items():
        changed[name] = value
    return changed
