"""A ward's years side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from criteria.selectors.ward_years import get_ward_years


@require_safe
def ward_years(request: HttpRequest, ward: str) -> HttpResponse:
    """Met of size, categories, decisions and what changed, year by year."""
    request.nav = "dashboard"  # type: ignore[attr-defined]
    show_all = request.GET.get("show") == "all"
    years = get_ward_years(user=request.user, slug=ward, show_all=show_all)
    return render(request, "criteria/province/ward_years.html", {"years": years})
