"""Models that the province recommends, and who adopted them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commitments.models import Campaign, GoodModel
from wardsecurity.permissions import ADMIN_SITE_ROLES
from wardsecurity.scoping import scope_of
from wardsecurity.wards.models import AdministrativeUnit, UnitKind, UnitScope

CARDS = 20


def get_sharing_unit(*, user: Any, slug: str) -> AdministrativeUnit:
    """The province whose models a person may see; Http404 otherwise. One query.

    A province's own people, and the people of its wards: what is recommended is for
    them. `reads_all` says whether the person reads the province itself.
    """
    own = scope_of(user, ADMIN_SITE_ROLES).filter(unit_id=OuterRef("pk"))
    below = scope_of(user).filter(
        unit__seers__viewer_id=OuterRef("pk"), unit__seers__read_only=False
    )
    units = AdministrativeUnit.objects.filter(
        kind__in=[UnitKind.PROVINCE, UnitKind.COUNTRY]
    ).annotate(reads_all=Exists(own), is_above=Exists(below))
    seen = Q(reads_all=True) | Q(is_above=True, kind=UnitKind.PROVINCE)
    return get_object_or_404(units.filter(seen), slug=slug)


def province_of(ward: AdministrativeUnit) -> AdministrativeUnit | None:
    """The province above a ward. One query."""
    return AdministrativeUnit.objects.filter(
        kind=UnitKind.PROVINCE, seen__unit=ward, seen__read_only=False
    ).first()


def models_below(unit: AdministrativeUnit) -> QuerySet[GoodModel]:
    """Models of a province's wards: how many adopted each, where each runs now."""
    today = timezone.localdate()
    below = UnitScope.objects.filter(
        viewer=unit, unit_id=OuterRef("campaign__ward_id"), read_only=False
    )
    running = Q(places__until=None) | Q(places__until__gte=today)
    return (
        GoodModel.objects.filter(Exists(below))
        .select_related("campaign__ward")
        .annotate(
            adopted=Count("adoptions__campaign__ward", distinct=True),
            running_in=Count("places", filter=running, distinct=True),
        )
    )


@dataclass(frozen=True, slots=True)
class SharedPage:
    """Models a province recommends, or all that its wards have."""

    unit: AdministrativeUnit
    models: "Page[GoodModel]"
    shows_all: bool
    reads_all: bool


def get_shared_page(
    *, unit: AdministrativeUnit, shows_all: bool, page: str
) -> SharedPage:
    """A page of models, those adopted most first. Four queries.

    `shows_all`, with models not recommended yet, is for who reads the province.
    """
    reads_all: bool = unit.reads_all  # type: ignore[attr-defined]
    rows = models_below(unit)
    if shows_all and reads_all:
        today = timezone.localdate()
        rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=today), adopted_from=None)
    else:
        shows_all, rows = False, rows.exclude(recommended_at=None)
    rows = rows.order_by("-adopted", "-recommended_at", "-pk")
    if reads_all:
        rows = rows.prefetch_related("adoptions__campaign__ward")
    return SharedPage(unit, Paginator(rows, CARDS).get_page(page), shows_all, reads_all)


def get_model_to_adopt(*, campaign: Campaign, pk: int) -> GoodModel:
    """A model recommended to a campaign's ward by its province; Http404 otherwise."""
    provinces = AdministrativeUnit.objects.filter(
        kind=UnitKind.PROVINCE, seen__unit=campaign.ward_id, seen__read_only=False
    )
    shared = UnitScope.objects.filter(
        viewer__in=provinces, unit_id=OuterRef("campaign__ward_id"), read_only=False
    )
    rows = GoodModel.objects.filter(Exists(shared)).exclude(recommended_at=None)
    rows = rows.exclude(campaign__ward=campaign.ward_id)
    return get_object_or_404(rows.select_related("campaign__ward"), pk=pk)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a model's page says of the province and of other wards."""

    adopted: int
    source: GoodModel | None


def sharing_of(model: GoodModel) -> Sharing:
    """How many wards adopted a model, and the one it was adopted from. Two queries.

    The source is another ward's: only its name and its ward's are for showing.
    """
    wards = GoodModel.objects.filter(adopted_from=model).values("campaign__ward")
    source = None
    if model.adopted_from_id:
        rows = GoodModel.objects.select_related("campaign__ward")
        source = rows.get(pk=model.adopted_from_id)
    return Sharing(wards.distinct().count(), source)
