"""Opening campaigns for many wards: what each gets, and nobody gets two."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Campaign, CommitmentText
from criteria.models import Assessment, Evaluation, SetState
from criteria.services.evaluations import Assignment, assign
from criteria.services.replication import Order, order_replication
from criteria.services.scores import recompute
from tests.factories.commitments import TextFactory
from tests.factories.criteria import a_set, an_evaluation, assessment_of
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.jobs.models import Job, JobState
from wardsecurity.jobs.services import resume_job, run_job, stop_job
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year
KIND = ParticipatingKind


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def criteria_set(province):
    return a_set(
        {"lead_unit_kind": KIND.PEOPLES_COMMITTEE},
        {"lead_unit_kind": KIND.WARD_POLICE},
        {"lead_unit_kind": KIND.MASS_ORGANISATION},
        owner=province,
    )


def a_ward(province, **kwargs):
    """A ward with a People's Committee, its police and two mass organisations."""
    ward = WardFactory(parent=province, **kwargs)
    for kind, name in (
        (KIND.PEOPLES_COMMITTEE, f"UBND {ward.name}"),
        (KIND.WARD_POLICE, f"Công an {ward.name}"),
        (KIND.MASS_ORGANISATION, "Hội Phụ nữ"),
        (KIND.MASS_ORGANISATION, "Đoàn Thanh niên"),
    ):
        ParticipatingUnitFactory(ward=ward, kind=kind, name=name)
    return ward


@pytest.fixture
def wards(province):
    return [a_ward(province) for _ in range(3)]


@pytest.fixture
def template(province, criteria_set):
    """A ward that gave its third criterion to the youth union, two weeks early."""
    ward = a_ward(province)
    evaluation = an_evaluation(ward=ward, criteria_set=criteria_set)
    units = {unit.name: unit for unit in ward.participating_units.all()}
    assign(
        actor=TESTS,
        evaluation=evaluation,
        assignments={
            3: Assignment(
                units["Đoàn Thanh niên"],
                dt.date(YEAR, 12, 17),
                (units["Hội Phụ nữ"],),
            )
        },
    )
    TextFactory(campaign=evaluation.campaign)
    return evaluation


def an_order(criteria_set, template=None, **kwargs):
    return Order(
        criteria_set=criteria_set,
        title="Xây dựng phường điển hình",
        period_start=dt.date(YEAR, 1, 1),
        period_end=dt.date(YEAR, 12, 31),
        template=template,
        **kwargs,
    )


@pytest.fixture
def ordered(admin, province, criteria_set, template, wards):
    return order_replication(
        actor=admin,
        unit=province,
        order=an_order(criteria_set, template),
        wards=wards,
    )


def opened(ward):
    return Evaluation.objects.get(campaign__ward=ward, campaign__year=YEAR)


def codes(job):
    return list(job.items.order_by("order").values_list("code", flat=True))


class TestWhatAWardGets:
    def test_a_campaign_on_the_set(self, ordered, wards, criteria_set):
        run_job(ordered.pk)
        assert codes(ordered) == ["opened"] * 3
        for ward in wards:
            assert opened(ward).criteria_set == criteria_set
            assert opened(ward).assessments.count() == 3

    def test_the_templates_units_by_kind_and_name(self, ordered, wards):
        run_job(ordered.pk)
        third = assessment_of(opened(wards[0]), 3)
        assert third.lead_unit.name == "Đoàn Thanh niên"
        assert third.lead_unit.ward == wards[0]
        assert [one.name for one in third.supporting_units.all()] == ["Hội Phụ nữ"]
        first = assessment_of(opened(wards[0]), 1)
        assert first.lead_unit.kind == KIND.PEOPLES_COMMITTEE

    def test_a_due_day_of_its_own_keeps_its_distance(self, ordered, wards):
        run_job(ordered.pk)
        assert assessment_of(opened(wards[0]), 3).due_on == dt.date(YEAR, 12, 17)
        assert assessment_of(opened(wards[0]), 1).due_on == dt.date(YEAR, 12, 31)

    def test_the_text_of_the_commitment_as_a_draft(self, ordered, wards, template):
        run_job(ordered.pk)
        text = CommitmentText.objects.get(campaign=opened(wards[0]).campaign)
        source = CommitmentText.objects.get(campaign=template.campaign)
        assert (text.sha256, text.sealed_at) == (source.sha256, None)
        assert text.contents.count() == source.contents.count()

    def test_no_text_unless_wanted(
        self, admin, province, criteria_set, template, wards
    ):
        job = order_replication(
            actor=admin,
            unit=province,
            order=an_order(criteria_set, template, with_text=False),
            wards=wards[:1],
        )
        run_job(job.pk)
        campaign = opened(wards[0]).campaign
        assert not CommitmentText.objects.filter(campaign=campaign).exists()

    def test_what_has_no_unit_is_left_and_told(
        self, admin, province, criteria_set, template
    ):
        bare = WardFactory(parent=province)
        job = order_replication(
            actor=admin,
            unit=province,
            order=an_order(criteria_set, template),
            wards=[bare],
        )
        run_job(job.pk)
        item = job.items.get()
        assert item.code == "opened"
        assert len(item.facts["missing"]) == 3
        assert not opened(bare).assessments.exclude(lead_unit=None).exists()

    def test_without_a_template_leads_go_by_kind(
        self, admin, province, criteria_set, wards
    ):
        job = order_replication(
            actor=admin, unit=province, order=an_order(criteria_set), wards=wards[:1]
        )
        run_job(job.pk)
        kinds = opened(wards[0]).assessments.order_by("criterion__number")
        found = list(kinds.values_list("lead_unit__kind", flat=True))
        assert found == [KIND.PEOPLES_COMMITTEE, KIND.WARD_POLICE, None]

    def test_the_scores_are_true(self, ordered, wards):
        run_job(ordered.pk)
        assert recompute(actor=TESTS, evaluation=opened(wards[0])) == []

    def test_the_trail_names_who_asked(self, ordered, admin, wards):
        run_job(ordered.pk)
        told = TrailEntry.objects.get(
            action="campaign_replicated", chain__unit=wards[0]
        )
        assert (told.actor_id, told.actor) == (admin.pk, admin.username)

    def test_the_campaigns_of_an_invented_province_are_invented(
        self, admin, province, criteria_set, wards
    ):
        an_evaluation(
            ward=a_ward(province), criteria_set=criteria_set, is_synthetic=True
        )
        job = order_replication(
            actor=admin, unit=province, order=an_order(criteria_set), wards=wards[:1]
        )
        run_job(job.pk)
        assert opened(wards[0]).campaign.is_synthetic


class TestNobodyGetsTwo:
    def test_a_ward_with_one_keeps_it(self, ordered, wards):
        mine = an_evaluation({}, ward=wards[1])
        run_job(ordered.pk)
        assert codes(ordered) == ["opened", "had_one", "opened"]
        assert opened(wards[1]) == mine

    def test_the_same_order_again_opens_nothing(
        self, admin, province, criteria_set, template, wards, ordered
    ):
        run_job(ordered.pk)
        before = set(Campaign.objects.values_list("pk", flat=True))
        again = order_replication(
            actor=admin,
            unit=province,
            order=an_order(criteria_set, template),
            wards=wards,
        )
        run_job(again.pk)
        assert codes(again) == ["had_one"] * 3
        assert set(Campaign.objects.values_list("pk", flat=True)) == before

    def test_stopped_in_the_middle_and_run_again(self, ordered, admin, wards):
        stop_job(actor=admin, job=ordered)
        run_job(ordered.pk)
        assert not Campaign.objects.filter(ward__in=wards).exists()
        resume_job(actor=admin, job=ordered)
        run_job(ordered.pk)
        assert Campaign.objects.filter(ward__in=wards).count() == 3

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once(self, ordered, wards):
        def work():
            run_job(ordered.pk)
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ordered.refresh_from_db()
        assert (ordered.state, ordered.done) == (JobState.DONE, 3)
        assert codes(ordered) == ["opened"] * 3
        assert Campaign.objects.filter(ward__in=wards).count() == 3
        rows = Assessment.objects.filter(evaluation__campaign__ward__in=wards)
        assert rows.count() == 9

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_orders_at_once(
        self, admin, province, criteria_set, template, wards, ordered
    ):
        other = order_replication(
            actor=admin,
            unit=province,
            order=an_order(criteria_set, template),
            wards=wards,
        )

        def work(pk):
            run_job(pk)
            connections.close_all()

        threads = [
            threading.Thread(target=work, args=[job.pk]) for job in (ordered, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Campaign.objects.filter(ward__in=wards).count() == 3
        assert sorted(codes(ordered) + codes(other)) == ["had_one"] * 3 + ["opened"] * 3


class TestRefusals:
    def test_a_ward_of_another_province(self, admin, province, criteria_set, wards):
        with pytest.raises(RuleViolation) as refusal:
            order_replication(
                actor=admin,
                unit=province,
                order=an_order(criteria_set),
                wards=[wards[0], WardFactory()],
            )
        assert refusal.value.code == "other_province"
        assert not Job.objects.exists()

    def test_a_ward_of_another_province_that_slipped_in(
        self, ordered, wards, criteria_set
    ):
        """The worker asks again, ward by ward: an order is no mandate."""
        foreign = WardFactory()
        ordered.items.filter(unit=wards[0]).update(unit=foreign)
        run_job(ordered.pk)
        assert codes(ordered) == ["not_allowed", "opened", "opened"]
        assert not Campaign.objects.filter(ward=foreign).exists()

    def test_who_has_lost_the_role_meanwhile(self, ordered, admin):
        admin.memberships.update(valid_to=dt.date(2021, 1, 1))
        run_job(ordered.pk)
        assert codes(ordered) == ["not_allowed"] * 3

    @pytest.mark.parametrize("state", [SetState.DRAFT, SetState.RETIRED])
    def test_a_set_that_is_not_published(
        self, admin, province, criteria_set, wards, state
    ):
        criteria_set.state = state
        criteria_set.save()
        with pytest.raises(RuleViolation) as refusal:
            order_replication(
                actor=admin, unit=province, order=an_order(criteria_set), wards=wards
            )
        assert refusal.value.code == "set_out_of_reach"

    def test_a_set_retired_while_the_job_waits(self, ordered, criteria_set):
        criteria_set.state = SetState.RETIRED
        criteria_set.save()
        run_job(ordered.pk)
        assert codes(ordered) == ["set_out_of_reach"] * 3

    def test_another_provinces_set(self, admin, province, wards):
        with pytest.raises(RuleViolation) as refusal:
            order_replication(
                actor=admin,
                unit=province,
                order=an_order(a_set({}, owner=UnitFactory())),
                wards=wards,
            )
        assert refusal.value.code == "set_out_of_reach"

    def test_another_provinces_template(self, admin, province, criteria_set, wards):
        with pytest.raises(PermissionDenied):
            order_replication(
                actor=admin,
                unit=province,
                order=an_order(criteria_set, an_evaluation({})),
                wards=wards,
            )

    def test_a_verifier(self, province, criteria_set, wards):
        with pytest.raises(PermissionDenied):
            order_replication(
                actor=member(province, Role.PROVINCE_VERIFIER),
                unit=province,
                order=an_order(criteria_set),
                wards=wards,
            )


class TestPage:
    @pytest.fixture
    def url(self, province):
        return f"/p/{province.slug}/{YEAR}/replicate/"

    @pytest.fixture
    def data(self, criteria_set, template, wards):
        return {
            "criteria_set": criteria_set.pk,
            "title": "Xây dựng phường điển hình",
            "period_start": f"01/01/{YEAR}",
            "period_end": f"31/12/{YEAR}",
            "template": template.pk,
            "with_text": "on",
            "which": "chosen",
            "wards": [wards[0].pk, wards[1].pk],
            "step": "preview",
        }

    @pytest.mark.parametrize("ahead", [-1, 2])
    def test_other_years_are_not_there(self, client, admin, province, ahead):
        client.force_login(admin)
        address = f"/p/{province.slug}/{YEAR + ahead}/replicate/"
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404

    @pytest.mark.parametrize("ahead", [0, 1])
    def test_this_year_and_the_next_are_offered(self, client, admin, province, ahead):
        client.force_login(admin)
        page = client.get(f"/p/{province.slug}/{YEAR + ahead}/replicate/")
        for year in (YEAR, YEAR + 1):
            address = f"/p/{province.slug}/{year}/replicate/"
            assert f'href="{address}"' in page.content.decode()

    def test_the_provinces_button_leads_to_the_next_year_once_this_one_is_open(
        self, client, admin, province, criteria_set
    ):
        client.force_login(admin)
        wards = [WardFactory(parent=province) for _ in range(2)]
        for ward, year in zip(wards, (YEAR, YEAR + 1), strict=True):
            an_evaluation(ward=ward, criteria_set=criteria_set)
            page = client.get(f"/p/{province.slug}/{YEAR}/").content.decode()
            assert f'href="/p/{province.slug}/{year}/replicate/"' in page

    def test_when_no_ward_is_left_it_says_so_and_leads_on(
        self, client, admin, province, criteria_set, url
    ):
        client.force_login(admin)
        said = "Mọi phường, xã, đặc khu đã mở năm"
        an_evaluation(ward=WardFactory(parent=province), criteria_set=criteria_set)
        page = client.get(url).content.decode()
        assert (
            f"{said} {YEAR}" in page or f"Every ward has a campaign of {YEAR}" in page
        )
        button = f'class="ws-btn ws-btn--primary" href="/p/{province.slug}/{YEAR + 1}/'
        assert button in page
        WardFactory(parent=province)
        assert button not in client.get(url).content.decode()

    def test_the_preview_writes_nothing(self, client, admin, url, data, wards):
        client.force_login(admin)
        before = Campaign.objects.count()
        page = client.post(url, data)
        assert page.status_code == 200
        assert page.content.decode().count('data-preview="opens"') == 2
        assert (Campaign.objects.count(), Job.objects.count()) == (before, 0)

    def test_running_leads_to_the_task(self, client, admin, url, data):
        client.force_login(admin)
        response = client.post(url, data | {"step": "run"})
        job = Job.objects.get()
        assert response.url == f"/jobs/{job.pk}/"
        assert job.total == 2

    def test_sent_twice_it_is_one_task(self, client, admin, url, data):
        client.force_login(admin)
        for _ in range(2):
            client.post(url, data | {"step": "run", "form_key": "k"})
        assert Job.objects.count() == 1

    def test_all_takes_those_without_a_campaign(self, client, admin, url, data, wards):
        an_evaluation({}, ward=wards[2])
        client.force_login(admin)
        client.post(url, data | {"which": "all", "wards": [], "step": "run"})
        chosen = Job.objects.get().items.values_list("unit", flat=True)
        assert set(chosen) == {wards[0].pk, wards[1].pk}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("criteria_set", ""),
            ("criteria_set", "999999"),
            ("template", "x"),
            ("title", ""),
            ("period_start", "32/13/2026"),
            ("period_end", f"31/12/{YEAR + 1}"),
            ("which", "none"),
            ("wards", ["x"]),
            ("wards", ["999999"]),
            ("wards", []),
        ],
    )
    def test_bad_input_is_said_beside_its_field(
        self, client, admin, url, data, field, value
    ):
        client.force_login(admin)
        response = client.post(url, data | {field: value, "step": "run"})
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert not Job.objects.exists()

    def test_another_provinces_ids_in_each_field(
        self, client, admin, url, data, criteria_set
    ):
        foreign = an_evaluation({}, ward=WardFactory())
        own_set = a_set({}, owner=foreign.campaign.ward)
        client.force_login(admin)
        for field, value in (
            ("wards", [foreign.campaign.ward_id]),
            ("template", foreign.pk),
            ("criteria_set", own_set.pk),
        ):
            response = client.post(url, data | {field: value, "step": "run"})
            assert response.status_code == 422
            assert response.context["form"].errors[field]

    def test_a_reversed_period(self, client, admin, url, data):
        client.force_login(admin)
        response = client.post(
            url,
            data
            | {
                "period_start": f"31/12/{YEAR}",
                "period_end": f"01/01/{YEAR}",
                "step": "run",
            },
        )
        assert response.status_code == 422
        assert "period_end" in response.context["form"].errors

    def test_queries_do_not_follow_the_wards(
        self, client, admin, province, url, data, template
    ):
        client.force_login(admin)
        counts = []
        for more in (0, 10):
            for _ in range(more):
                a_ward(province)
            order = data | {"which": "all", "wards": []}
            client.post(url, order)
            with CaptureQueriesContext(connection) as seen:
                assert client.post(url, order).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
