"""Reading criteria sets."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404

from commitments.selectors.statuses import Status
from criteria.models import CriteriaSet, Criterion, SetState, SetUpload
from wardsecurity.wards.models import AdministrativeUnit


def list_sets(*, user: Any) -> QuerySet[CriteriaSet]:
    """Sets of units in scope, and published or working ones from above them."""
    return CriteriaSet.objects.for_user(user).select_related("owner", "copied_from")


def get_set(*, user: Any, pk: int) -> CriteriaSet:
    """A set a user may read; Http404 otherwise. One query."""
    return get_object_or_404(list_sets(user=user), pk=pk)


# RULES "Sets" in the vocabulary of the design language.
_ICONS = {
    SetState.WORKING: ("wrench-screwdriver", "turmeric"),
    SetState.DRAFT: ("pencil", "muted"),
    SetState.PUBLISHED: ("check-badge", "bamboo"),
    SetState.RETIRED: ("archive-box", "muted"),
}


def status_of(criteria_set: CriteriaSet) -> Status:
    """The state of a set as a tag."""
    icon, tone = _ICONS[SetState(criteria_set.state)]
    word = str(criteria_set.get_state_display())
    return Status(criteria_set.state, word[:1].upper() + word[1:], icon, tone)


def says_working(criteria_set: CriteriaSet) -> bool:
    """Whether a copy of a working set still says that it comes from there."""
    source = criteria_set.copied_from
    return bool(
        source
        and source.state == SetState.WORKING
        and source.provenance.get("statement_vi")
        == criteria_set.provenance.get("statement_vi")
    )


def same_name(criteria_set: CriteriaSet) -> bool:
    """Whether a copy of a working set is still called as that is."""
    source = criteria_set.copied_from
    return bool(
        source
        and source.state == SetState.WORKING
        and source.name_vi == criteria_set.name_vi
    )


def list_ward_sets(*, user: Any, ward: AdministrativeUnit) -> QuerySet[CriteriaSet]:
    """Sets that a ward works with: its own, then those from above it, newest first.

    Each with its number of criteria. Retired ones of others are left out. One query.
    """
    above = CriteriaSet.objects.filter(
        state__in=[SetState.PUBLISHED, SetState.WORKING],
        owner__seen__unit=ward,
        owner__seen__read_only=False,
    )
    return (
        list_sets(user=user)
        .filter(Q(owner=ward) | Q(pk__in=above.values("pk")))
        .annotate(
            size=Count("criteria"),
            is_above=Case(When(owner=ward, then=Value(0)), default=Value(1)),
        )
        .order_by("is_above", "code", "-version")
    )


def get_ward_set(*, user: Any, ward: AdministrativeUnit, pk: int) -> CriteriaSet:
    """One of those; Http404 otherwise. One query."""
    return get_object_or_404(list_ward_sets(user=user, ward=ward), pk=pk)


def get_set_upload(*, user: Any, pk: int) -> SetUpload:
    """A file with a set that a user's unit sent; Http404 otherwise. One query."""
    rows = SetUpload.objects.for_user(user).select_related("owner", "made")
    return get_object_or_404(rows, pk=pk)


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
        or visible.filter(copies=criteria_set).first()
    )


def list_openable_sets(*, user: Any, ward: AdministrativeUnit) -> QuerySet[CriteriaSet]:
    """Published sets a ward's leader may open a campaign on, the ward's own first."""
    visible = CriteriaSet.objects.for_user(user)
    return published_for(ward=ward).filter(pk__in=visible.values("pk"))
