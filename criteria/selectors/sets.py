"""Reading criteria sets."""

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.shortcuts import get_object_or_404

from criteria.models import CriteriaSet, Criterion, SetState
from wardsecurity.wards.models import AdministrativeUnit


def list_sets(*, user: Any) -> QuerySet[CriteriaSet]:
    """Sets of units in scope, and published or working ones from above them."""
    return CriteriaSet.objects.for_user(user).select_related("owner", "copied_from")


def get_set(*, user: Any, pk: int) -> CriteriaSet:
    """A set a user may read; Http404 otherwise. One query."""
    return get_object_or_404(list_sets(user=user), pk=pk)


def list_criteria(*, criteria_set: CriteriaSet) -> QuerySet[Criterion]:
    """The criteria of a set that was read through a selector, by number."""
    return criteria_set.criteria.select_related("category").order_by("number")


def published_for(*, ward: AdministrativeUnit) -> QuerySet[CriteriaSet]:
    """Published sets that a ward's campaign may open on: its own, then from above."""
    return (
        CriteriaSet.objects.filter(
            state=SetState.PUBLISHED,
            owner__seen__unit=ward,
            owner__seen__read_only=False,
        )
        .select_related("owner")
        .annotate(
            distance=Case(
                When(owner=ward, then=Value(0)),
                When(owner=ward.parent_id, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("distance", "code", "-year", "-version")
    )


def present_version(*, owner: AdministrativeUnit, code: str) -> CriteriaSet | None:
    """The set that a file of this code would follow: the owner's latest version.

    Where the owner has none, the nearest published or working one from above.
    """
    own = CriteriaSet.objects.filter(owner=owner, code=code).select_related("owner")
    above = (
        CriteriaSet.objects.filter(
            code=code,
            state__in=[SetState.PUBLISHED, SetState.WORKING],
            owner__seen__unit=owner,
            owner__seen__read_only=False,
        )
        .exclude(owner=owner)
        .select_related("owner")
        .annotate(
            distance=Case(
                When(owner=owner.parent_id, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("distance", "-version")
    )
    return own.order_by("-version").first() or above.first()


def version_before(*, user: Any, criteria_set: CriteriaSet) -> CriteriaSet | None:
    """What a set is compared with first: its version before, else what it began as."""
    visible = list_sets(user=user)
    before = visible.filter(
        owner=criteria_set.owner_id,
        code=criteria_set.code,
        version__lt=criteria_set.version,
    )
    return (
        before.order_by("-version").first()
        or visible.filter(pk=criteria_set.copied_from_id).first()
    )


def list_openable_sets(*, user: Any, ward: AdministrativeUnit) -> QuerySet[CriteriaSet]:
    """Published sets a ward's leader may open a campaign on, the ward's own first."""
    visible = CriteriaSet.objects.for_user(user)
    return published_for(ward=ward).filter(pk__in=visible.values("pk"))
