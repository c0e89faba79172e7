"""The same form sent twice (a double click, a lost line) acts once."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from wardsecurity.accounts.models import FormReceipt

FIELD = "form_key"
_SAMPLE = 64 * 1024  # bytes read at either end of a file


def new_form_key() -> str:
    """A key for one rendering of one form."""
    return secrets.token_urlsafe(16)


def receipt_key(request: HttpRequest) -> str:
    """Return a digest of the form's key and of all it says; "" when it has no key.

    What was typed counts too: a page brought back by the browser's Back button still
    holds its old key, and other content in it is another act.
    """
    if not request.POST.get(FIELD):
        return ""
    seen = hashlib.sha256(request.path.encode())
    for name in sorted(set(request.POST) - {"csrfmiddlewaretoken"}):
        seen.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            seen.update(repr((name, upload.name, upload.size)).encode())
            seen.update(_ends_of(upload))
    return seen.hexdigest()


def _ends_of(upload: UploadedFile) -> bytes:
    """First and last bytes of a file: phones name every photo image.jpg."""
    upload.seek(0)
    ends = upload.read(_SAMPLE)
    upload.seek(max(0, (upload.size or 0) - _SAMPLE))
    ends += upload.read(_SAMPLE)
    upload.seek(0)
    return ends


@transaction.atomic
def submit_once(*, actor: Any, request: HttpRequest, act: Callable[[], str]) -> str:
    """Run `act` once for this form and return the address it led to.

    The receipt is written in the same transaction, so that it exists if and only if the
    act does; a second request waits for the first on the unique key. What `act` raises
    passes through and leaves no receipt.
    """
    key = receipt_key(request)
    if not key:
        return act()
    try:
        with transaction.atomic():
            receipt = FormReceipt.objects.create(user=actor, key=key)
    except IntegrityError:
        return FormReceipt.objects.get(user=actor, key=key).result_url
    receipt.result_url = act()
    receipt.save(update_fields=["result_url"])
    return receipt.result_url


def sent_before(*, actor: Any, request: HttpRequest) -> str:
    """The address this very form led to when it was sent before; "" when it was not."""
    receipts = FormReceipt.objects.filter(user=actor, key=receipt_key(request))
    return receipts.values_list("result_url", flat=True).first() or ""
