"""Where the person is: ward and year, post, and what the navigation offers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from criteria.selectors.evaluations import (
    evaluation_of,
    find_evaluation,
    get_evaluation,
    latest_evaluation,
)
from criteria.selectors.my_work import count_urgent
from criteria.selectors.scores import may_change
from wardsecurity.notices.selectors import unread_count
from wardsecurity.permissions import ACTIONS, ADMIN_SITE_ROLES, Role
from wardsecurity.wards.models import UnitKind
from wardsecurity.wards.selectors import memberships_here

if TYPE_CHECKING:
    from commitments.models import Campaign
    from criteria.models import Evaluation
    from criteria.selectors.boards import Row
    from wardsecurity.wards.models import Membership

_SESSION = "evaluation"


@dataclass
class Here:
    """What base.html asks about the person and the place; read when asked."""

    request: HttpRequest
    rows: "list[Row] | None" = None  # the criteria, where the page has read them

    @cached_property
    def memberships(self) -> "list[Membership]":
        """Open memberships, wards first."""
        return memberships_here(user=self.request.user)

    @cached_property
    def evaluation(self) -> "Evaluation | None":
        """The ward-year of this page, else the one last worked in, else the latest."""
        found = getattr(self.request, "evaluation", None)
        if found is not None:
            return found
        user = self.request.user
        entered = getattr(self.request, "campaign", None)
        if entered is not None:
            found = evaluation_of(user=user, campaign=entered)
            remember(self.request, found)
            return found
        remembered = find_evaluation(user=user, pk=self.request.session.get(_SESSION))
        if remembered is not None:
            return remembered
        wards = [row.unit_id for row in self.memberships if row.unit.is_commune_level]
        return latest_evaluation(user=user, ward_ids=wards) if wards else None

    @property
    def campaign(self) -> "Campaign | None":
        """The campaign of that ward-year."""
        return self.evaluation.campaign if self.evaluation else None

    @cached_property
    def campaign_now(self) -> "Campaign | None":
        """That ward's campaign of today, whichever year the person last looked at."""
        today, looked_at = timezone.localdate(), self.campaign
        if looked_at and looked_at.period_start <= today <= looked_at.period_end:
            return looked_at
        found = looked_at and latest_evaluation(
            user=self.request.user, ward_ids=[looked_at.ward_id]
        )
        return found.campaign if found else None

    @property
    def ward(self) -> Any:
        """Its ward."""
        return self.campaign.ward if self.campaign else None

    @property
    def year(self) -> int | None:
        """Its year."""
        return self.campaign.year if self.campaign else None

    @property
    def membership(self) -> "Membership | None":
        """The membership the person is here by: the ward's own first."""
        here = [row for row in self.memberships if self.ward == row.unit]
        return next(iter(here or self.memberships), None)

    @property
    def post(self) -> str:
        """The person's position, as the trail prints it."""
        return self.membership.position if self.membership else ""

    @property
    def role(self) -> str:
        """The role of that membership."""
        return self.membership.role if self.membership else ""

    @property
    def is_province(self) -> bool:
        """Whether the person works for a whole province."""
        return self.role in ADMIN_SITE_ROLES

    @property
    def is_over_wards(self) -> bool:
        """Whether the page is on many wards: then their links stand in the header."""
        over = ("verify", "province", "shared-models")
        return self.is_province and self.active in over

    @property
    def may_verify(self) -> bool:
        """Whether the person verifies wards: the queue is theirs."""
        return any(row.role in ACTIONS["verify"] for row in self.memberships)

    @property
    def may_admin(self) -> bool:
        """Whether the admin site lets the person in."""
        return any(row.role in ADMIN_SITE_ROLES for row in self.memberships)

    @property
    def may_lead(self) -> bool:
        """Whether the person leads this ward, and not only one that came after it."""
        return self.role == Role.WARD_LEADER and self.serves_here

    @property
    def serves_here(self) -> bool:
        """Whether that membership is in the ward looked at, if one is."""
        return self.ward is None or bool(
            self.membership and self.membership.unit_id == self.ward.pk
        )

    @property
    def may_read_trail(self) -> bool:
        """Whether the person answers for the whole ward, and reads its trail."""
        return self.role in ACTIONS["read_trail"]

    @property
    def may_open(self) -> bool:
        """Whether the person may open another year of this ward."""
        return self.may_lead and self.ward.exists_on(timezone.localdate())

    @property
    def may_record(self) -> bool:
        """Whether the person records evidence here: the camera button."""
        writers = (Role.WARD_STAFF, Role.WARD_LEADER, Role.UNIT_CONTRIBUTOR)
        return (
            self.role in writers
            and self.serves_here
            and self.evaluation is not None
            and may_change(self.evaluation)
        )

    @cached_property
    def work_count(self) -> int:
        """What is urgent for this person: the badge of My work."""
        if self.evaluation is None:
            return 0
        return count_urgent(
            user=self.request.user, evaluation=self.evaluation, rows=self.rows
        )

    @cached_property
    def notice_count(self) -> int:
        """Unread notices: the bell. Counted with the evaluation, else one query."""
        counted = (
            vars(self.evaluation).get("unread_notices") if self.evaluation else None
        )
        return unread_count(self.request.user) if counted is None else counted

    @property
    def province(self) -> Any:
        """The province or country whose page the person has: of the widest role."""
        many = (UnitKind.COUNTRY, UnitKind.PROVINCE)
        found = [
            row.unit
            for row in self.memberships
            if row.role in ADMIN_SITE_ROLES and row.unit.kind in many
        ]
        here = self.ward.parent_id if self.ward else None
        found.sort(key=lambda unit: (unit.pk != here, many.index(unit.kind)))
        return next(iter(found), None)

    @property
    def active(self) -> str:
        """The part of the navigation this page belongs to."""
        return getattr(self.request, "nav", "")


def here(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `here`, for people who are signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"here": here_of(request)}


def here_of(request: HttpRequest) -> Here:
    """The place of this request, worked out once."""
    if not hasattr(request, "here"):
        request.here = Here(request)  # type: ignore[attr-defined]
    return request.here  # type: ignore[attr-defined]


def enter(request: HttpRequest, *, ward: str, year: int, nav: str) -> "Evaluation":
    """Find the evaluation of an address (404 when out of sight) and stay in it."""
    evaluation = get_evaluation(user=request.user, ward=ward, year=year)
    request.evaluation = evaluation  # type: ignore[attr-defined]
    request.nav = nav  # type: ignore[attr-defined]
    remember(request, evaluation)
    return evaluation


def remember(request: HttpRequest, evaluation: "Evaluation | None") -> None:
    """Come back to this ward-year from pages that name none."""
    if evaluation and request.session.get(_SESSION) != evaluation.pk:
        request.session[_SESSION] = evaluation.pk
