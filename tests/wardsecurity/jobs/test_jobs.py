"""Jobs: each ward whole or not at all, stopped, gone on with, killed, never twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.jobs import kinds, views
from wardsecurity.jobs.kinds import Kind, Outcome, register
from wardsecurity.jobs.models import SILENCE, ItemState, Job, JobState
from wardsecurity.jobs.services import (
    resume_job,
    run_job,
    start_job,
    stop_job,
    take_up_again,
)
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


class Act:
    """Does nothing but remember; breaks where it is told to."""

    def __init__(self):
        self.seen, self.breaks = [], {}

    def __call__(self, *, actor, unit, facts):
        if error := self.breaks.get(unit.pk):
            raise error
        self.seen.append(unit.pk)
        return Outcome("made", f"{unit.name}: {facts['what']}")


@pytest.fixture
def act(monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    made = Act()
    register(Kind("trial", "Việc thử", "open_for_ward", made, {"made": "đã làm"}))
    return made


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def wards(province):
    return [WardFactory(parent=province) for _ in range(4)]


@pytest.fixture
def job(act, admin, province, wards):
    return start_job(
        actor=admin, kind="trial", unit=province, facts={"what": "xong"}, units=wards
    )


def states(job):
    return list(job.items.order_by("order").values_list("state", flat=True))


def test_it_runs_once_it_is_committed(
    act, admin, province, wards, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = start_job(
            actor=admin, kind="trial", unit=province, facts={"what": "x"}, units=wards
        )
        assert act.seen == []
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 4, 4)
    assert act.seen == [ward.pk for ward in wards]


def test_a_ward_is_told_in_its_own_words(job):
    run_job(job.pk)
    first = job.items.first()
    assert (first.state, first.code) == (ItemState.DONE, "made")
    assert first.message == f"{first.unit.name}: xong"


def test_a_refusal_stops_nobody_else(act, job, wards):
    act.breaks = {
        wards[1].pk: RuleViolation("Chưa được.", code="not_yet"),
        wards[2].pk: PermissionDenied(),
    }
    run_job(job.pk)
    assert states(job) == ["done", "refused", "refused", "done"]
    refused = job.items.get(unit=wards[1])
    assert (refused.code, refused.message) == ("not_yet", "Chưa được.")


def test_a_fault_is_logged_and_stops_nobody_else(act, job, wards, caplog):
    act.breaks = {wards[0].pk: ZeroDivisionError()}
    run_job(job.pk)
    assert states(job) == ["failed", "done", "done", "done"]
    assert f"job={job.pk} unit={wards[0].pk}" in caplog.text


def test_what_a_broken_ward_wrote_is_taken_back(act, job, wards):
    def writes(*, actor, unit, facts):
        unit.name = "Đã đổi"
        unit.save()
        raise RuleViolation("Thôi.", code="no")

    register(Kind("trial", "Việc thử", "open_for_ward", writes))
    run_job(job.pk)
    wards[0].refresh_from_db()
    assert wards[0].name != "Đã đổi"


def test_stopping_lets_the_ward_under_way_be_finished(job, admin):
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, beat_at=timezone.now())
    stop_job(actor=admin, job=job)
    job.refresh_from_db()
    assert job.state == JobState.STOPPING
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.STOPPED, 0)


def test_stopping_before_it_began_ends_it(act, job, admin):
    stop_job(actor=admin, job=job)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, act.seen) == (JobState.STOPPED, [])


def half_done(job):
    """As a killed worker leaves it: two wards done, the state still "running"."""
    for item in job.items.order_by("order")[:2]:
        item.state, item.code = ItemState.DONE, "made"
        item.save()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, done=2, beat_at=timezone.now() - 2 * SILENCE
    )


def test_going_on_does_the_rest_and_nothing_twice(act, job, admin, wards):
    half_done(job)
    resume_job(actor=admin, job=job)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 4)
    assert act.seen == [ward.pk for ward in wards[2:]]


def test_a_new_worker_takes_up_what_a_killed_one_left(act, job, wards):
    half_done(job)
    assert take_up_again() == 1  # done at once by the tests' backend
    job.refresh_from_db()
    assert (job.state, act.seen) == (JobState.DONE, [ward.pk for ward in wards[2:]])


def test_going_on_tries_the_refused_again(act, job, admin, wards):
    act.breaks = {wards[1].pk: RuleViolation("Chưa được.", code="not_yet")}
    run_job(job.pk)
    act.breaks = {}
    resume_job(actor=admin, job=job)
    run_job(job.pk)
    job.refresh_from_db()
    assert (states(job), job.done) == (["done"] * 4, 4)
    assert sorted(act.seen) == [ward.pk for ward in wards]


def test_running_again_what_is_done_does_nothing(act, job, admin):
    run_job(job.pk)
    run_job(job.pk)
    assert len(act.seen) == 4
    with pytest.raises(RuleViolation) as refusal:
        resume_job(actor=admin, job=job)
    assert refusal.value.code == "job_done"


def test_going_on_while_a_worker_is_at_it_is_refused(job, admin):
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, beat_at=timezone.now())
    with pytest.raises(RuleViolation) as refusal:
        resume_job(actor=admin, job=job)
    assert refusal.value.code == "job_under_way"


def test_stopping_what_has_ended_is_refused(act, job, admin):
    run_job(job.pk)
    with pytest.raises(RuleViolation) as refusal:
        stop_job(actor=admin, job=job)
    assert refusal.value.code == "job_ended"


def test_no_ward_is_no_job(act, admin, province):
    with pytest.raises(RuleViolation) as refusal:
        start_job(actor=admin, kind="trial", unit=province, facts={}, units=[])
    assert refusal.value.code == "no_units"


@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.WARD_LEADER])
def test_other_roles_start_nothing(act, province, wards, role):
    unit = province if role == Role.PROVINCE_VERIFIER else wards[0]
    with pytest.raises(PermissionDenied):
        start_job(
            actor=member(unit, role), kind="trial", unit=province, facts={}, units=wards
        )


def test_start_stop_and_resume_are_trailed(act, job, admin):
    stop_job(actor=admin, job=job)
    resume_job(actor=admin, job=job)
    told = TrailEntry.objects.filter(target_type="jobs.job").order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "job_started",
        "job_stopped",
        "job_resumed",
    ]


class TestPage:
    def url(self, job):
        return f"/jobs/{job.pk}/"

    def test_it_renews_itself_while_under_way(self, client, job, admin):
        client.force_login(admin)
        page = client.get(self.url(job)).content.decode()
        assert 'hx-trigger="every 2s"' in page
        assert f'href="{self.url(job)}"' in page  # without JavaScript

    def test_it_stands_still_when_done(self, client, job, admin):
        run_job(job.pk)
        client.force_login(admin)
        page = client.get(self.url(job)).content.decode()
        assert "every 2s" not in page
        assert f'href="{self.url(job)}"' not in page
        assert "đã làm" in page

    def test_silence_is_said_and_going_on_offered(self, client, job, admin):
        Job.objects.filter(pk=job.pk).update(
            created_at=timezone.now() - SILENCE - timedelta(seconds=1)
        )
        client.force_login(admin)
        page = client.get(self.url(job)).content.decode()
        assert f"{self.url(job)}resume/" in page
        assert "every 2s" not in page

    def test_queries_do_not_follow_the_wards(self, client, act, admin, province):
        client.force_login(admin)
        counts = []
        for size in (1, 20):
            wards = [WardFactory(parent=province) for _ in range(size)]
            job = start_job(
                actor=admin, kind="trial", unit=province, facts={}, units=wards
            )
            client.get(self.url(job))
            with CaptureQueriesContext(connection) as seen:
                client.get(self.url(job))
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 12

    def test_stop_and_resume_over_the_page(self, client, act, job, admin):
        client.force_login(admin)
        assert client.post(f"{self.url(job)}stop/").url == self.url(job)
        job.refresh_from_db()
        assert job.state == JobState.STOPPED
        client.post(f"{self.url(job)}resume/")
        job.refresh_from_db()
        assert job.state == JobState.WAITING

    @pytest.mark.parametrize(
        ("state", "said"), [("waiting", "Stopped."), ("running", "Stopping.")]
    )
    def test_stopping_says_whether_it_has_stopped(
        self, client, act, job, admin, state, said, monkeypatch
    ):
        words = {"The task has stopped.": "Stopped."}
        monkeypatch.setattr(views, "_", lambda one: words.get(one, "Stopping."))
        Job.objects.filter(pk=job.pk).update(state=state, beat_at=timezone.now())
        client.force_login(admin)
        response = client.post(f"{self.url(job)}stop/", follow=True)
        assert [str(one) for one in response.context["messages"]] == [said]

    def test_a_finished_one_leads_to_what_was_done(self, client, act, job, admin):
        register(
            Kind(
                "trial",
                "Việc thử",
                "open_for_ward",
                act,
                result=lambda *, unit, facts: ("Xem kết quả", f"/p/{unit.slug}/2026/"),
            )
        )
        client.force_login(admin)
        link = f'href="/p/{job.unit.slug}/2026/">Xem kết quả'
        assert link not in client.get(self.url(job)).content.decode()
        run_job(job.pk)
        assert link in client.get(self.url(job)).content.decode()

    @pytest.mark.parametrize(("age", "count"), [(1, 0), (3, 1)])
    def test_that_nothing_took_it_up_is_said(self, client, job, admin, age, count):
        at = timezone.now() - timedelta(minutes=age)
        Job.objects.filter(pk=job.pk).update(created_at=at)
        client.force_login(admin)
        page = client.get(self.url(job)).content.decode()
        assert page.count("ws-notice--turmeric") == count

    @pytest.mark.parametrize("act_name", ["stop", "resume"])
    def test_a_refusal_is_said(self, client, act, job, admin, act_name):
        run_job(job.pk)
        client.force_login(admin)
        response = client.post(f"{self.url(job)}{act_name}/", follow=True)
        assert len(list(response.context["messages"])) == 1


KILLED = """
import os, signal, sys, time, django
django.setup()
from wardsecurity.jobs.kinds import Kind, Outcome, register
from wardsecurity.jobs.services import run_job
from wardsecurity.wards.models import AdministrativeUnit
seen = []
def act(*, actor, unit, facts):
    seen.append(unit.pk)
    AdministrativeUnit.objects.filter(pk=unit.pk).update(code="x" + (unit.code or ""))
    if len(seen) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome("made", "xong")
register(Kind("trial", "t", "open_for_ward", act))
run_job(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_and_does_nothing_twice(
    act, admin, province, wards
):
    """SIGKILL in the third ward, after its first write: it is as if never begun."""
    job = Job.objects.create(kind="trial", unit=province, asked_by=admin, total=4)
    for order, ward in enumerate(wards):
        job.items.create(unit=ward, order=order)

    def work(dies_at):
        base = connection.settings_dict
        url = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**base)
        if connection.vendor == "sqlite":
            url = f"sqlite:///{base['NAME']}"
        done = subprocess.run(  # noqa: S603 - Python itself
            [sys.executable, "-c", KILLED, str(job.pk), str(dies_at)],
            cwd=Path(__file__).resolve().parents[3],
            env=os.environ
            | {
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "wardsecurity.settings",
                "SECRET_KEY": "x",
                "DEBUG": "True",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode

    assert work(3) == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.RUNNING, 2)
    assert states(job) == ["done", "done", "waiting", "waiting"]
    wards[2].refresh_from_db()
    assert wards[2].code is None
    assert work(99) == 0
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 4)
    for ward in wards:
        ward.refresh_from_db()
        assert ward.code == "x"
