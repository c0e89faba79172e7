"""Who gets what at every address: the table, and the small world it is tried on.

A cell is what a role gets for a method: a status, or SIGN_IN (sent to sign in).
Addresses of the admin site are not listed one by one: they follow by rule, for whatever
is registered. A new address needs a row in ACCESS first.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from commitments.models import BodyKind, BodyMember, OutsideBody
from criteria.forms.evaluations import packed
from criteria.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    CriterionDecision,
    DecisionSnapshot,
    DirectiveCriterion,
    DocumentCriterion,
    Evaluation,
    EvaluationMove,
    Evidence,
    EvidenceFile,
    MemberCategory,
    Recognition,
    Review,
    SetUpload,
    SnapshotKind,
)
from criteria.services.evaluations import given_of
from criteria.services.set_files import SetContent
from criteria.services.set_workbooks import write_set
from tests.criteria.deciding import snapshot_of
from tests.factories.accounts import UserFactory
from tests.factories.commitments import CampaignFactory, Records, records_of
from tests.factories.criteria import (
    SetUploadFactory,
    a_set,
    an_evaluation,
    supported,
)
from tests.factories.files import StoredFileFactory, picture
from tests.factories.notices import CommentFactory, NoticeFactory
from tests.factories.papers import PaperTokenFactory
from tests.factories.wards import (
    ParticipatingUnitFactory,
    SuccessionFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.files.models import StoredFile
from wardsecurity.jobs.models import Job, JobState
from wardsecurity.notices.models import Comment, Notice
from wardsecurity.papers.models import PaperToken
from wardsecurity.permissions import Role
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
    UnitSuccession,
)

YEAR = timezone.localdate().year
SIGN_IN = "sign in"

# The six roles in the ward or in its province …
WRITERS = (Role.UNIT_CONTRIBUTOR, Role.WARD_STAFF, Role.WARD_LEADER)
READERS = (Role.COMMITTEE_MEMBER, Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN)
INSIDERS = WRITERS + READERS
WARD_ROLES = (*WRITERS, Role.COMMITTEE_MEMBER)
PROVINCE_ROLES = (Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN)
# … and those who have no business there.
OTHER_WARD, OTHER_PROVINCE = "other_ward", "other_province"
FORMER, NOBODY = "former_member", "no_membership"
OUTSIDERS = (OTHER_WARD, OTHER_PROVINCE, FORMER, NOBODY)
SIGNED_OUT = "signed_out"
EVERYBODY = (*INSIDERS, *OUTSIDERS, SIGNED_OUT)

Cells = dict[str, int | str]


# --- The world --------------------------------------------------------------------


@dataclass
class Place:
    """A ward's rows, one of each kind, to be asked for."""

    ward: AdministrativeUnit
    evaluation: Evaluation
    group: ParticipatingUnit  # leads criterion 1
    paper: Evidence  # with a file, counts for 1
    shared: Evidence  # counts for 1 and 2
    loose: Evidence  # counts for 2 only
    stored: StoredFile
    hung: EvidenceFile
    records: Records  # one of every kind, of the group where a unit has them
    token: PaperToken
    comment: Comment  # on criterion 1
    notice: Notice  # of that comment, to whom it speaks
    snapshot: DecisionSnapshot
    draft: CriteriaSet  # the ward's own, not published yet
    upload: SetUpload  # a file with a set, looked at but not applied
    workbook: SetUpload
    move: EvaluationMove
    succession: UnitSuccession  # of two other wards of the province
    job: Job  # of the province, with this ward left to do
    sitting: BodyMember  # in a steering committee of the province


@dataclass
class World:
    """Two wards of two provinces, and somebody of every role."""

    here: Place
    there: Place
    people: dict[str, User | None] = field(default_factory=dict)


def a_place() -> Place:
    """A ward of a province of its own, in its second year."""
    ward = WardFactory()
    group = ParticipatingUnitFactory(ward=ward)
    # The year before, to carry over from.
    CampaignFactory(ward=ward, period_start=dt.date(YEAR - 1, 1, 1))
    running = {"measure_source": "good_models.running"}
    own_set = a_set(running, {"measured": True}, owner=ward)
    evaluation = an_evaluation(ward=ward, criteria_set=own_set)
    Assessment.objects.filter(evaluation=evaluation, criterion__number=1).update(
        lead_unit=group
    )
    stored = StoredFileFactory(
        unit=ward, kind="jpeg", content=picture(), preview=picture()
    )
    paper = supported(evaluation, 1, title=f"Giấy của {ward.name}", file_count=1)
    first = evaluation.assessments.first()
    records = records_of(evaluation.campaign, group)
    MemberCategory.objects.create(
        member=records.member, category=first.criterion.category
    )
    DirectiveCriterion.objects.create(directive=records.directive, assessment=first)
    DocumentCriterion.objects.create(document=records.document, assessment=first)
    writer = UserFactory()
    comment = CommentFactory(row=first, author=writer)
    shared, loose = supported(evaluation, 1, 2), supported(evaluation, 2)
    decided_before(evaluation, first)
    return Place(
        ward=ward,
        evaluation=evaluation,
        group=group,
        paper=paper,
        shared=shared,
        loose=loose,
        stored=stored,
        hung=EvidenceFile.objects.create(
            evidence=paper, stored=stored, name=stored.name
        ),
        records=records,
        token=PaperTokenFactory(unit=ward),
        comment=comment,
        notice=NoticeFactory(unit=ward, user=writer),
        snapshot=snapshot_of(evaluation, SnapshotKind.SUBMITTED),
        draft=a_set({}, {}, owner=ward, state="draft"),
        upload=SetUploadFactory(owner=ward),
        workbook=SetUploadFactory(
            owner=ward, kind="xlsx", data=write_set(SetContent.of(own_set))
        ),
        move=EvaluationMove.objects.create(
            evaluation=evaluation,
            from_set=own_set,
            to_set=own_set,
            content='{"assessments": []}',
        ),
        succession=SuccessionFactory(predecessor=WardFactory(parent=ward.parent)),
        job=a_job(ward),
        sitting=BodyMember.objects.create(
            body=OutsideBody.objects.create(
                ward=ward.parent,
                name="Ban Chỉ đạo 138 tỉnh",
                kind=BodyKind.STEERING_COMMITTEE,
            ),
            position="Trưởng ban",
        ),
    )


def a_job(ward: AdministrativeUnit) -> Job:
    """A task of the ward's province that waits."""
    job = Job.objects.create(
        unit=ward.parent,
        kind="replication",
        asked_by=UserFactory(),
        total=1,
        state=JobState.WAITING,
    )
    job.items.create(unit=ward, order=0)
    return job


def decided_before(evaluation: Evaluation, assessment: Assessment) -> None:
    """Rows of a decision of the past, as they stay after a year was reopened."""
    CriterionDecision.objects.create(
        assessment=assessment, round=1, review=Review.RETURNED, reason="Bổ sung."
    )
    Recognition.objects.create(
        evaluation=evaluation,
        is_recognised=True,
        authority=evaluation.campaign.ward.parent,
        deciding_body="Giám đốc Công an tỉnh",
        number="12/QĐ-CAT",
        decided_on=timezone.localdate(),
        year=YEAR,
        voided_at=timezone.now(),
        voided_reason="Xem lại.",
    )


def a_world() -> World:
    """Make both wards and everybody who may knock."""
    world = World(a_place(), a_place())
    ward, province = world.here.ward, world.here.ward.parent
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    world.people = {
        Role.UNIT_CONTRIBUTOR: member(
            ward, Role.UNIT_CONTRIBUTOR, participating_unit=world.here.group
        ),
        Role.WARD_STAFF: member(ward, Role.WARD_STAFF),
        Role.WARD_LEADER: member(ward, Role.WARD_LEADER),
        Role.COMMITTEE_MEMBER: member(ward, Role.COMMITTEE_MEMBER),
        Role.PROVINCE_VERIFIER: member(province, Role.PROVINCE_VERIFIER),
        Role.PROVINCE_ADMIN: member(province, Role.PROVINCE_ADMIN),
        OTHER_WARD: member(world.there.ward, Role.WARD_LEADER),
        OTHER_PROVINCE: member(world.there.ward.parent, Role.PROVINCE_ADMIN),
        FORMER: member(ward, Role.WARD_LEADER, valid_to=yesterday),
        NOBODY: UserFactory(),
        SIGNED_OUT: None,
    }
    # The leaders wrote the comments and are told something.
    for place, leader in ((world.here, Role.WARD_LEADER), (world.there, OTHER_WARD)):
        place.comment.author = place.notice.user = world.people[leader]
        place.comment.save()
        place.notice.save()
    return world


# --- Cells ------------------------------------------------------------------------


def all_get(outcome: int | str, **others: int | str) -> Cells:
    """Everybody signed in gets the same, but for the roles named."""
    return dict.fromkeys(EVERYBODY, outcome) | {SIGNED_OUT: SIGN_IN} | others


def seen_by(*roles: str, outcome: int = 200) -> Cells:
    """These get the page, other insiders 403, outsiders 404."""
    return (
        dict.fromkeys(INSIDERS, 403)
        | dict.fromkeys(roles, outcome)
        | dict.fromkeys(OUTSIDERS, 404)
        | {SIGNED_OUT: SIGN_IN}
    )


NOT_ALLOWED = all_get(405)
FOR_READING = seen_by(*INSIDERS)
FOR_WRITING = seen_by(*WRITERS)
WRITES = seen_by(*WRITERS, outcome=302)
FOR_LEADING = seen_by(Role.WARD_LEADER)
LEADS = seen_by(Role.WARD_LEADER, outcome=302)


# --- What is sent -----------------------------------------------------------------


def _paper(place: Place) -> dict[str, Any]:
    return {
        "kind": "document",
        "title": "Kế hoạch bảo đảm an ninh",
        "number": "15/KH-UBND",
        "fact_on": f"{timezone.localdate():%d/%m/%Y}",
    }


def _assignments(place: Place) -> dict[str, Any]:
    due = f"31/12/{YEAR}"
    shown = {
        f"c{row.criterion.number}-shown": packed(
            given_of(row, row.supporting_units.all())
        )
        for row in place.evaluation.assessments.all()
    }
    return shown | {
        "c1-lead_unit": place.group.pk,
        "c1-supporting": [],
        "c1-due_on": due,
        "c2-lead_unit": place.group.pk,
        "c2-due_on": due,
    }


def _campaign(place: Place) -> dict[str, Any]:
    return {
        "criteria_set": place.evaluation.criteria_set_id,
        "title": "Năm sau",
        "period_start": f"01/01/{YEAR + 1}",
        "period_end": f"31/12/{YEAR + 1}",
    }


Args = Callable[[Place], list[Any]]
Data = Callable[[Place], dict[str, Any]]


@dataclass(frozen=True)
class Access:
    """One address: its arguments on a ward's own rows, and both rows of the table."""

    args: Args
    get: Cells
    post: Cells = field(default_factory=lambda: NOT_ALLOWED)
    data: Data = lambda place: {}
    of_a_ward: bool = True  # the address names a ward's rows


def of_year(*more: Callable[[Place], Any]) -> Args:
    """Ward and year, then what `more` finds in the place."""
    return lambda place: [place.ward.slug, YEAR, *(one(place) for one in more)]


def _first(place: Place) -> int:
    return 1


def _nothing(place: Place) -> list[Any]:
    return []


# Signing in and out, language and health are open to everybody.
_OPEN = all_get(200, signed_out=200)

ACCESS: dict[str, Access] = {
    "healthz": Access(_nothing, _OPEN, all_get(405, signed_out=405), of_a_ward=False),
    "readyz": Access(_nothing, _OPEN, all_get(405, signed_out=405), of_a_ward=False),
    "set_language": Access(
        _nothing,
        all_get(302, signed_out=302),
        all_get(302, signed_out=302),
        lambda place: {"language": "en"},
        of_a_ward=False,
    ),
    "account_login": Access(
        _nothing,
        all_get(302, signed_out=200),
        all_get(302, signed_out=200),
        lambda place: {"login": "nobody", "password": "wrong"},
        of_a_ward=False,
    ),
    "account_logout": Access(_nothing, all_get(200), all_get(SIGN_IN), of_a_ward=False),
    "account_change_password": Access(
        _nothing, all_get(200), all_get(200), of_a_ward=False
    ),
    "criteria:my-work": Access(
        _nothing,
        # People of a province, and those of no ward, start at the switcher.
        all_get(200)
        | dict.fromkeys((*PROVINCE_ROLES, OTHER_PROVINCE, FORMER, NOBODY), 302),
        of_a_ward=False,
    ),
    "criteria:menu": Access(_nothing, all_get(200), of_a_ward=False),
    "criteria:campaign-switch": Access(_nothing, all_get(200), of_a_ward=False),
    "criteria:campaign-open": Access(
        lambda place: [place.ward.slug], FOR_LEADING, LEADS, _campaign
    ),
    "criteria:dashboard": Access(of_year(), FOR_READING),
    "criteria:dashboard-print": Access(of_year(), FOR_READING),
    "criteria:search": Access(of_year(), FOR_READING),
    "criteria:assignments": Access(of_year(), FOR_LEADING, LEADS, _assignments),
    "criteria:criterion-list": Access(of_year(), FOR_READING),
    "criteria:criterion-detail": Access(of_year(_first), FOR_READING),
    "criteria:assessment-save": Access(
        of_year(_first),
        NOT_ALLOWED,
        WRITES,
        lambda place: {"version": 1, "choice": "met"},
    ),
    "criteria:evidence-create": Access(of_year(_first), FOR_WRITING, WRITES, _paper),
    "criteria:evidence-choose": Access(
        of_year(_first),
        FOR_WRITING,
        WRITES,
        lambda place: {"evidence": [place.loose.pk]},
    ),
    "criteria:evidence-unlink": Access(
        of_year(_first, lambda place: place.shared.pk), NOT_ALLOWED, WRITES
    ),
    "criteria:evidence-list": Access(of_year(), FOR_READING),
    "criteria:evidence-record": Access(
        of_year(), FOR_WRITING, WRITES, lambda place: _paper(place) | {"criteria": [1]}
    ),
    "criteria:evidence-detail": Access(
        of_year(lambda place: place.paper.pk), FOR_READING
    ),
    "criteria:evidence-edit": Access(
        of_year(lambda place: place.paper.pk),
        FOR_WRITING,
        WRITES,
        lambda place: _paper(place) | {"version": 1},
    ),
    "criteria:evidence-withdraw": Access(
        of_year(lambda place: place.paper.pk),
        FOR_WRITING,
        WRITES,
        lambda place: {"reason": "Nhầm văn bản."},
    ),
    "files:download": Access(lambda place: [place.stored.pk, "anh.jpg"], FOR_READING),
    "files:preview": Access(lambda place: [place.stored.pk], FOR_READING),
}


def _join_rows() -> None:
    """Take in the rows of each concept; they import this module's words."""
    for name in ROWS:
        ACCESS.update(import_module(f"tests.security.rows.{name}").ACCESS)


ROWS = (
    "campaigns",
    "documents",
    "committees",
    "meetings",
    "directives",
    "funding",
    "good_models",
    "pledges",
    "papers",
    "measures",
    "joins",
    "carry_over",
    "submission",
    "notices",
    "decisions",
    "verification",
    "sets",
    "replication",
    "shared_models",
    "province",
    "committees_above",
)
_join_rows()


# --- The resolver -----------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """An address as the resolver knows it."""

    name: str
    pattern: str
    view: Callable[..., Any]


def walk(resolver: Any = None, names: str = "", prefix: str = "") -> Iterator[Route]:
    """Every address of the site, namespaces and the admin site included."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from walk(entry, inner, pattern)
        elif isinstance(entry, URLPattern):
            name = f"{names}{entry.name}" if entry.name else pattern
            yield Route(name, pattern, entry.callback)


def is_admin(route: Route) -> bool:
    """Whether an address belongs to the admin site."""
    return route.pattern.startswith("admin/")


def model_of(route: Route) -> type[models.Model] | None:
    """The model whose admin pages an address belongs to."""
    place = "/".join(route.pattern.split("/")[1:3])
    return {
        f"{model._meta.app_label}/{model._meta.model_name}": model
        for model in admin.site._registry
    }.get(place)


def admin_url(route: Route, place: Place) -> str:
    """The address of an admin route, on a place's own row where it names one."""
    url = f"/{route.pattern}"
    if route.name == "admin:app_list":
        return "/admin/wards/"
    if model := model_of(route):
        url = url.replace("<path:object_id>", str(own_row(model, place).pk))
    return url.replace("(?P<url>.*)$", "nowhere/")


def own_row(model: type[models.Model], place: Place) -> models.Model:
    """A row of a registered model that belongs to a place."""
    rows: dict[type[models.Model], Callable[[], Any]] = {
        AdministrativeUnit: lambda: place.ward,
        ParticipatingUnit: lambda: place.group,
        Membership: lambda: place.ward.memberships.get(role=Role.WARD_STAFF),
        User: lambda: own_row(Membership, place).user,
        CriteriaSet: lambda: place.evaluation.criteria_set,
        Criterion: lambda: place.evaluation.criteria_set.criteria.first(),
        TrailChain: lambda: TrailChain.objects.get(unit=place.ward),
        TrailEntry: lambda: TrailEntry.objects.filter(chain__unit=place.ward).first(),
        UnitSuccession: lambda: place.succession,
    }
    return rows[model]()
