"""Following a code on a paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wardsecurity.papers.selectors import get_token


@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the page the paper is about; 410 and a word of why once revoked."""
    found = get_token(user=request.user, token=token)
    if found.revoked_at is not None:
        return render(request, "papers/revoked.html", {"token": found}, status=410)
    return redirect(found.path)
