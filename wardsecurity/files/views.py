"""The guarded download: a file leaves only for those who see its unit."""

import logging
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET

from wardsecurity.files import storage
from wardsecurity.files.selectors import get_file

logger = logging.getLogger(__name__)

_DAY = 24 * 60 * 60  # seconds
# Nothing in an evidence file runs or loads anything. PDF goes without the sandbox,
# in which older browsers refuse to open their own viewer.
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_POLICIES = {"application/pdf": _POLICY}
_SANDBOXED = f"{_POLICY}; sandbox"


@require_GET
def file_download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send the file: pictures and PDF are shown, others saved. `name` is for people."""
    stored = get_file(user=request.user, pk=pk)
    return _send(
        request,
        storage.file_path(stored.unit_id, stored.sha256),
        etag=stored.sha256,
        content_type=stored.content_type,
        name=stored.name,
        shown=stored.opens_in_browser,
    )


@require_GET
def file_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the small JPEG of a picture or of a PDF's first page."""
    stored = get_file(user=request.user, pk=pk)
    if not stored.has_preview:
        raise Http404
    return _send(
        request,
        storage.preview_path(stored.unit_id, stored.sha256),
        etag=f"{stored.sha256}-preview",
        content_type="image/jpeg",
        name=f"{stored.name}.preview.jpg",
        shown=True,
    )


def _send(
    request: HttpRequest,
    path: Path,
    *,
    etag: str,
    content_type: str,
    name: str,
    shown: bool,
) -> HttpResponseBase:
    etag = quote_etag(etag)
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            file = path.open("rb")
        except OSError:
            logger.error("file unreadable path=%s", path)
            raise Http404 from None
        response = FileResponse(
            file, as_attachment=not shown, filename=name, content_type=content_type
        )
        # Packed already; and GZipMiddleware would drop the length of the download.
        response["Content-Encoding"] = "identity"
    response["ETag"] = etag
    # The bytes of an address never change. Another session asks anew, even on a
    # computer that several people share.
    response["Cache-Control"] = f"private, max-age={_DAY}, immutable"
    patch_vary_headers(response, ["Cookie"])
    response["Content-Security-Policy"] = _POLICIES.get(content_type, _SANDBOXED)
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
