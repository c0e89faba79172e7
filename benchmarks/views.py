"""The two floors of every ratio (QUALITY, "Speed and scale")."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from benchmarks.models import FloorRow
from criteria.models import Criterion

ROWS = 34


@require_safe
def page_floor(request: HttpRequest) -> HttpResponse:
    """A signed-in page that extends base.html: one query, 34 plain rows."""
    rows = Criterion.objects.order_by("pk").values_list("number", "title_vi")[:ROWS]
    return render(request, "benchmarks/floor.html", {"rows": rows})


@require_POST
def write_floor(request: HttpRequest) -> HttpResponse:
    """A POST with sign-in, one INSERT and a durable commit."""
    with transaction.atomic():
        FloorRow(user_id=request.user.pk).save(force_insert=True)
    return redirect("floor-page")
