"""Reading jobs: how far they are, and what came of each unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from wardsecurity.jobs.kinds import Kind, kind_of
from wardsecurity.jobs.models import ItemState, Job, JobItem, JobState
from wardsecurity.permissions import may

ROWS = 50


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many units came to one outcome."""

    state: str
    code: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class JobPage:
    """A job as its page shows it."""

    job: Job
    kind: Kind
    counts: list[OutcomeCount]
    items: "Page[JobItem]"
    may_stop: bool
    may_resume: bool

    @property
    def percent(self) -> int:
        """How much is done, of a hundred."""
        return self.job.done * 100 // self.job.total if self.job.total else 100

    @property
    def result(self) -> tuple[str, str] | None:
        """Where what was done is seen, once it is: words and address."""
        if self.job.state != JobState.DONE or self.kind.result is None:
            return None
        return self.kind.result(unit=self.job.unit, facts=self.job.facts)

    @property
    def icon(self) -> str:
        """The icon of its state."""
        return _ICONS[self.job.state]

    @property
    def left(self) -> int:
        """Units not done yet."""
        return self.job.total - self.job.done


_ICONS: Mapping[str, str] = {
    JobState.WAITING: "clock",
    JobState.RUNNING: "arrow-path",
    JobState.STOPPING: "arrow-path",
    JobState.STOPPED: "pause-circle",
    JobState.DONE: "check-circle",
    JobState.FAILED: "exclamation-triangle",
}


def list_jobs(*, user: Any) -> QuerySet[Job]:
    """Jobs of units in scope, newest first."""
    return Job.objects.for_user(user).select_related("unit", "asked_by")


def get_job(*, user: Any, pk: int) -> Job:
    """A job if `user` may read it; Http404 otherwise. One query."""
    return get_object_or_404(list_jobs(user=user), pk=pk)


def get_job_page(*, user: Any, job: Job, page: str = "") -> JobPage:
    """A job with its counts and a page of its units. Three queries."""
    kind = kind_of(job.kind)
    counts = (
        JobItem.objects.filter(job=job)
        .exclude(state=ItemState.WAITING)
        .values_list("state", "code")
        .annotate(count=Count("pk"))
        .order_by("state", "code")
    )
    found = [
        OutcomeCount(state, code, _word(kind, state, code), count)
        for state, code, count in counts
    ]
    again = any(one.state != ItemState.DONE for one in found)
    acts = may(user, kind.action, job)
    over = not job.is_under_way or job.is_silent
    return JobPage(
        job=job,
        kind=kind,
        counts=found,
        items=Paginator(
            JobItem.objects.filter(job=job).select_related("unit").order_by("order"),
            ROWS,
        ).get_page(page),
        may_stop=acts and job.is_under_way and job.state != JobState.STOPPING,
        may_resume=acts and over and (again or job.done < job.total),
    )


def _word(kind: Kind, state: str, code: str) -> str:
    if state == ItemState.DONE:
        return str(kind.outcomes.get(code, _("done")))
    return str(ItemState(state).label)
