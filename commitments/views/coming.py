"""Stands in for a page until its branch is merged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def coming(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Nothing here yet."""
    raise Http404
