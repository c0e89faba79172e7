"""generate_province: the same wards from a seed, and every stored figure true."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commitments.models import Campaign, Commitment
from criteria.models import (
    Assessment,
    CriteriaSet,
    Evaluation,
    EvaluationState,
    Evidence,
    EvidenceLink,
    Recognition,
    ScorePoint,
)
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.scores import get_score_sheet, score_as_json
from criteria.services.scores import recompute, tick
from criteria.services.synthetic import Order, generate
from tests.factories.criteria import an_evaluation
from tests.factories.wards import TESTS
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import system
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = pytest.mark.django_db


def run(wards=6, years=3, seed=1, **options):
    call_command("generate_province", wards=wards, years=years, seed=seed, **options)


def content():
    """Everything that was drawn, without pks and clock times."""
    rows = Assessment.objects.order_by(
        "evaluation__campaign__ward__slug",
        "evaluation__campaign__year",
        "criterion__number",
    )
    return list(
        rows.values_list(
            "evaluation__campaign__ward__slug",
            "evaluation__campaign__year",
            "evaluation__state",
            "criterion__number",
            "due_on",
            "choice",
            "value",
            "base",
            "explanation",
            "self_result",
            "self_points",
            "supported_until",
            "first_fact_on",
            "review",
            "verified_result",
            "evidence_links__evidence__number",
            "evidence_links__evidence__fact_on",
        ).order_by(*rows.query.order_by, "evidence_links__pk")
    )


class TestTheSameAgain:
    def test_a_second_run_adds_nothing(self):
        run()
        before = content()
        made = generate(actor=system("tests"), order=Order(6, 3, 1))
        assert (made.wards, made.years, made.evidence) == (0, 0, 0)
        assert content() == before

    def test_wards_follow_from_number_and_seed_however_many_are_made(self):
        run(wards=2)
        few = content()
        run(wards=5)
        slugs = {row[0] for row in few}
        assert [row for row in content() if row[0] in slugs] == few

    def test_another_seed_makes_other_wards(self):
        run(wards=2, seed=1)
        first = content()
        run(wards=2, seed=2)
        assert len(content()) > len(first)
        assert AdministrativeUnit.objects.filter(slug__contains="-s2-").count() == 2

    def test_a_missing_year_is_made_beside_those_that_stand(self):
        run(wards=3, years=1)
        run(wards=3, years=2)
        assert len(set(Campaign.objects.values_list("year", flat=True))) == 2

    def test_two_databases_get_the_same_content(self):
        """What the seed decides is not what the database decides."""
        run(wards=2)
        first = content()
        Commitment.objects.all().delete()
        for model in (EvidenceLink, Evidence, Recognition, Evaluation):
            model.objects.all().delete()
        for name in ("goodmodel", "commitmenttext"):
            _delete_all("commitments", name)
        Campaign.objects.all().delete()
        run(wards=2)
        assert content() == first


def _delete_all(app, name):
    from django.apps import apps

    apps.get_model(app, name).objects.all().delete()


class TestWhatIsStored:
    def test_recompute_finds_no_difference(self):
        run(wards=8)
        for evaluation in Evaluation.objects.all():
            assert recompute(actor=TESTS, evaluation=evaluation) == []

    def test_recompute_changes_no_point_of_the_progress_line(self):
        run(wards=3)
        open_ones = Evaluation.objects.exclude(state__in=CONCLUDED_STATES)
        before = list(ScorePoint.objects.values_list("evaluation", "day", "met"))
        for evaluation in open_ones:
            recompute(actor=TESTS, evaluation=evaluation)
        after = ScorePoint.objects.values_list("evaluation", "day", "met")
        assert list(after) == before

    def test_the_last_point_is_the_count_of_the_page(self):
        run(wards=4)
        for evaluation in Evaluation.objects.select_related("criteria_set", "campaign"):
            last = evaluation.score_points.order_by("day").last()
            assert last.met == get_score_sheet(evaluation).total.met

    def test_tick_has_nothing_to_do(self):
        run(wards=4)
        assert tick() == 0

    def test_the_trail_is_whole(self, capsys):
        run(wards=4)
        call_command("verify_trail")

    def test_every_campaign_is_labelled(self):
        run(wards=4)
        assert not Campaign.objects.filter(is_synthetic=False).exists()

    def test_what_was_submitted_had_nothing_left_out(self):
        run(wards=25, years=1)
        locked = Evaluation.objects.exclude(state=EvaluationState.OPEN)
        assert locked.exists()
        for evaluation in locked:
            assert evaluation.self_unsupported == 0
            shown = score_as_json(evaluation)["criteria"]
            assert all(row["supported"] for row in shown)

    def test_states_figures_and_faults_of_all_kinds_occur(self):
        run(wards=60, years=2)
        states = set(Evaluation.objects.values_list("state", flat=True))
        assert states == set(EvaluationState.values)
        rows = Evaluation.objects.all()
        assert rows.filter(self_overdue__gt=0).exists()
        assert rows.filter(self_unsupported__gt=0).exists()
        assert Assessment.objects.filter(review="returned").exists()
        assert Assessment.objects.filter(review="adjusted").exists()
        decided = rows.filter(state__in=["recognised", "not_recognised"])
        assert Recognition.objects.count() == decided.count()
        this_year = timezone.localdate().year
        opened = Campaign.objects.filter(year=this_year).count()
        assert 40 < opened < 60  # some have not opened this year's

    def test_recognised_is_who_reached_the_threshold(self):
        run(wards=60, years=2)
        years = Evaluation.objects.select_related("criteria_set")
        for evaluation in years.filter(state="recognised"):
            assert evaluation.verified_met >= evaluation.criteria_set.min_met
            assert evaluation.verified_mandatory_failed == 0

    def test_a_concluded_year_is_closed_and_no_other(self):
        run(wards=15, years=2)
        closed = set(Campaign.objects.exclude(closed_at=None).values_list("pk"))
        concluded = Evaluation.objects.filter(state__in=CONCLUDED_STATES)
        assert closed == set(concluded.values_list("campaign_id"))

    def test_evidence_lies_in_its_period_and_never_in_the_future(self):
        run(wards=6, years=2)
        for link in EvidenceLink.objects.select_related(
            "evidence", "assessment__evaluation__campaign"
        ):
            campaign = link.assessment.evaluation.campaign
            fact = link.evidence.fact_on
            assert campaign.period_start <= fact <= campaign.period_end
            assert fact <= timezone.localdate()
            assert link.evidence.ward_id == campaign.ward_id


class TestRefusals:
    def test_beside_real_work(self):
        an_evaluation({})
        with pytest.raises(CommandError, match=str(timezone.localdate().year)):
            run(wards=1)
        assert not AdministrativeUnit.objects.filter(slug="tinh-mau").exists()

    def test_beside_an_example_it_may(self):
        an_evaluation({}, is_example=True)
        run(wards=1, years=1)
        assert AdministrativeUnit.objects.filter(parent__slug="tinh-mau").count() == 1

    @pytest.mark.parametrize(("wards", "years"), [(0, 1), (1, 0), (10_001, 1), (1, 99)])
    def test_too_few_or_too_many(self, wards, years):
        with pytest.raises(RuleViolation) as refusal:
            generate(actor=TESTS, order=Order(wards, years, 1))
        assert refusal.value.code == "out_of_range"

    def test_without_criteria(self):
        with pytest.raises(RuleViolation) as refusal:
            generate(actor=TESTS, order=Order(1, 1, 1))
        assert refusal.value.code == "set_missing"
        assert CriteriaSet.objects.count() == 0


class TestProvinces:
    def test_one_by_name(self):
        run(wards=3, years=1, province="tinh-mau-thu")
        assert (
            AdministrativeUnit.objects.filter(parent__slug="tinh-mau-thu").count() == 3
        )

    @pytest.mark.postgres
    def test_forty_wards_take_the_queries_of_a_few(self, django_assert_max_num_queries):
        run(wards=1, years=1)
        with django_assert_max_num_queries(60):
            run(wards=40, years=1)
