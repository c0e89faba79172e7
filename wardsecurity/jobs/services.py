"""Starting, stopping, going on with and running jobs.

Lock order: the job, then whatever the item's act locks, the trail last. The job is held
while one item is done, so that two workers never do the same one.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.jobs.kinds import Outcome, kind_of
from wardsecurity.jobs.models import UNDER_WAY, ItemState, Job, JobItem, JobState
from wardsecurity.jobs.tasks import work_on
from wardsecurity.permissions import require
from wardsecurity.wards.models import AdministrativeUnit

logger = logging.getLogger(__name__)


@transaction.atomic
def start_job(
    *,
    actor: Any,
    kind: str,
    unit: AdministrativeUnit,
    facts: Mapping[str, Any],
    units: Sequence[AdministrativeUnit],
) -> Job:
    """Order a job for `units`; a worker takes it up once this is committed.

    Whether each unit is within the actor's reach, its own act checks. Raises
    RuleViolation "no_units".
    """
    mandate = require(actor, kind_of(kind).action, unit)
    if not units:
        raise RuleViolation(
            _("Choose at least one ward."), code="no_units", field="wards"
        )
    job = Job.objects.create(
        kind=kind,
        unit=unit,
        asked_by=actor,
        asked_post=mandate.post,
        facts=dict(facts),
        total=len(units),
    )
    JobItem.objects.bulk_create(
        JobItem(job=job, unit=one, order=order) for order, one in enumerate(units)
    )
    record(
        mandate,
        "job_started",
        job,
        after={"kind": kind, "units": [one.slug for one in units], "facts": facts},
    )
    transaction.on_commit(lambda: work_on.enqueue(job.pk))
    return job


def _locked(job_id: int) -> Job:
    rows = Job.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("unit", "asked_by").get(pk=job_id)


@transaction.atomic
def stop_job(*, actor: Any, job: Job) -> Job:
    """Let the ward under way be finished, and begin no other.

    Raises RuleViolation "job_ended" when there is nothing to stop.
    """
    row = _locked(job.pk)
    mandate = require(actor, kind_of(row.kind).action, row)
    if not row.is_under_way:
        raise RuleViolation(_("This task has ended already."), code="job_ended")
    if row.state == JobState.RUNNING and not row.is_silent:
        row.state = JobState.STOPPING
    elif row.state != JobState.STOPPING or row.is_silent:
        row.state, row.ended_at = JobState.STOPPED, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    record(mandate, "job_stopped", row, after={"done": row.done, "total": row.total})
    return row


@transaction.atomic
def resume_job(*, actor: Any, job: Job) -> Job:
    """Go on where a job stands; wards that were refused or failed get another try.

    What is done is not done again. Raises RuleViolation "job_under_way" while a worker
    is at it, "job_done" when nothing is left.
    """
    row = _locked(job.pk)
    mandate = require(actor, kind_of(row.kind).action, row)
    if row.is_under_way and not row.is_silent:
        raise RuleViolation(_("This task is under way."), code="job_under_way")
    row.items.filter(state__in=[ItemState.REFUSED, ItemState.FAILED]).update(
        state=ItemState.WAITING, code="", message="", facts={}, at=None
    )
    left = row.items.filter(state=ItemState.WAITING).count()
    if not left:
        raise RuleViolation(_("Every ward of this task is done."), code="job_done")
    row.state, row.done = JobState.WAITING, row.total - left
    row.beat_at, row.ended_at = timezone.now(), None
    row.save(update_fields=["state", "done", "beat_at", "ended_at"])
    record(mandate, "job_resumed", row, after={"left": left})
    transaction.on_commit(lambda: work_on.enqueue(row.pk))
    return row


# --- What a worker does -----------------------------------------------------------


def run_job(job_id: int) -> None:
    """Do a job's items, one transaction each, until none is left or it is stopped.

    Killed at any point, it leaves whole items only; run again, it goes on.
    """
    while _do_next(job_id):
        pass


@transaction.atomic
def _do_next(job_id: int) -> bool:
    """Do the next item; False when there is nothing more to do."""
    job = _locked(job_id)
    if job.state == JobState.STOPPING:
        return _end(job, JobState.STOPPED)
    if job.state not in (JobState.WAITING, JobState.RUNNING):
        return False
    item = (
        job.items.filter(state=ItemState.WAITING)
        .select_related("unit")
        .order_by("order")
        .first()
    )
    if item is None:
        return _end(job, JobState.DONE)
    now = timezone.now()
    _try(job, item)
    item.at = timezone.now()
    item.save(update_fields=["state", "code", "message", "facts", "at"])
    job.state, job.started_at = JobState.RUNNING, job.started_at or now
    job.done, job.beat_at = job.done + 1, item.at
    job.save(update_fields=["state", "started_at", "done", "beat_at"])
    return True


def _try(job: Job, item: JobItem) -> None:
    """Act for one unit on behalf of whoever asked; note what came of it on the item."""
    try:
        with transaction.atomic():
            outcome: Outcome = kind_of(job.kind).act(
                actor=job.asked_by, unit=item.unit, facts=job.facts
            )
    except RuleViolation as refusal:
        item.state, item.code = ItemState.REFUSED, refusal.code
        item.message = refusal.message
    except PermissionDenied:
        item.state, item.code = ItemState.REFUSED, "not_allowed"
        item.message = _("Whoever asked for this may not do it in this ward.")
    except Exception:  # a fault of ours: the other wards go on
        logger.exception("job=%s unit=%s", job.pk, item.unit_id)
        item.state, item.code = ItemState.FAILED, "fault"
        item.message = _("A fault of the system. It was logged; run this again.")
    else:
        item.state, item.code = ItemState.DONE, outcome.code
        item.message, item.facts = outcome.message, dict(outcome.facts)


def _end(job: Job, state: JobState) -> bool:
    job.state, job.ended_at = state, timezone.now()
    job.save(update_fields=["state", "ended_at"])
    return False


@transaction.atomic
def fail_job(job_id: int) -> None:
    """Note that a worker broke off; somebody may go on with the job."""
    job = _locked(job_id)
    if job.is_under_way:
        _end(job, JobState.FAILED)


def take_up_again() -> int:
    """Hand jobs that are under way to this worker too; return how many.

    A worker does so when it starts: whoever had them may have been killed. Two workers
    on one job are safe: see `_do_next`.
    """
    left = list(Job.objects.filter(state__in=UNDER_WAY).values_list("pk", flat=True))
    for job_id in left:
        work_on.enqueue(job_id)
    return len(left)
