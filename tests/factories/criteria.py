"""Sets, evaluations, assessments and evidence for tests."""

import datetime as dt

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from criteria.models import (
    Assessment,
    AssessmentFigure,
    Category,
    CriteriaSet,
    Criterion,
    Evaluation,
    Evidence,
    EvidenceKind,
    EvidenceLink,
    Result,
    SetState,
    SetUpload,
)
from criteria.models.sets import Kind, ProvenanceLevel
from criteria.selectors.assessments import units_asked
from criteria.selectors.blocks import blocking
from criteria.selectors.scores import list_assessments, may_change_assessment
from criteria.services.evaluations import open_evaluation
from criteria.services.scores import lock_assessments, lock_evaluations, save_restated
from criteria.services.verification import (
    conclude_verification,
    decide_criterion,
    recognise,
    send_returns,
    start_verification,
    submit_evaluation,
)
from tests.factories.wards import TESTS, WardFactory
from wardsecurity.wards.models import ParticipatingKind
from wardsecurity.wards.services import ensure_country


class CriteriaSetFactory(DjangoModelFactory):
    """A published set of the country; see `a_set` for one with criteria."""

    class Meta:
        model = CriteriaSet

    owner = factory.LazyFunction(lambda: ensure_country(actor=TESTS))
    code = factory.Sequence(lambda n: f"SET-{n}")
    year = 2026
    state = SetState.PUBLISHED
    name_vi = "Bộ tiêu chí thử"
    name_en = "Test set"
    provenance = factory.LazyFunction(lambda: {"statement_vi": "Bộ tiêu chí để thử."})


class CategoryFactory(DjangoModelFactory):
    """A category of a set."""

    class Meta:
        model = Category

    criteria_set = factory.SubFactory(CriteriaSetFactory)
    order = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda o: f"N{o.order}")
    name_vi = factory.LazyAttribute(lambda o: f"Nhóm {o.order}")


class CriterionFactory(DjangoModelFactory):
    """A yes-or-no criterion of 3 points, led by the People's Committee, due in Q4."""

    class Meta:
        model = Criterion

    class Params:
        measured = factory.Trait(
            kind=Kind.COUNT_MIN, target=4, value_unit_vi="cuộc họp"
        )
        percentage = factory.Trait(
            kind=Kind.PERCENTAGE,
            target=90,
            direction="at_least",
            when_base_zero="error",
            bounded=True,
        )
        reference_only = factory.Trait(evidence_mode="reference_only")

    category = factory.SubFactory(CategoryFactory)
    criteria_set = factory.SelfAttribute("category.criteria_set")
    number = factory.Sequence(lambda n: n + 1)
    key = factory.LazyAttribute(lambda o: f"c{o.number:02}")
    title_vi = factory.LazyAttribute(lambda o: f"Tiêu chí thử {o.number}")
    requirement_vi = "Yêu cầu của tiêu chí."
    kind = Kind.YES_NO
    max_points = 300
    evidence_vi = factory.LazyFunction(lambda: ["Quyết định (số/ngày)", "Báo cáo"])
    lead_unit_kind = ParticipatingKind.PEOPLES_COMMITTEE
    due_quarter = 4
    provenance = ProvenanceLevel.DRAFTED


SET_FILE = """
code: TAI-LEN
name_vi: Bộ tiêu chí của phường
year: 2026
provenance: {statement_vi: Theo phụ lục kế hoạch của phường.}
categories: [{code: I, order: 1, name_vi: Nhóm một}]
criteria:
  - {number: 1, key: c01, category: I, title_vi: Một, requirement_vi: Làm.,
     kind: yes_no, max_points: 2.5, evidence_vi: [Báo cáo], due_quarter: 1,
     lead_unit_kind: school, provenance: other_rule}
"""


class SetUploadFactory(DjangoModelFactory):
    """A YAML file with a set of one criterion, sent for a ward."""

    class Meta:
        model = SetUpload

    owner = factory.SubFactory(WardFactory)
    kind = "yaml"
    name = "phu-luc.yaml"
    data = SET_FILE.encode()
    sha256 = "0" * 64


def a_set(*criteria, categories=2, size=4, **kwargs):
    """A published set; criteria are dicts of CriterionFactory fields, dealt in turn."""
    made = CriteriaSetFactory(**kwargs)
    groups = [
        CategoryFactory(criteria_set=made, order=place + 1)
        for place in range(categories)
    ]
    for place, fields in enumerate(criteria or [{}] * size):
        CriterionFactory(
            category=groups[place % categories], number=place + 1, **fields
        )
    return made


def an_evaluation(*criteria, ward=None, year=None, **kwargs):
    """An open campaign of a ward on a set of these criteria."""
    year = year or timezone.localdate().year
    return open_evaluation(
        actor=TESTS,
        ward=ward or WardFactory(),
        criteria_set=kwargs.pop("criteria_set", None) or a_set(*criteria),
        title="Xây dựng phường điển hình",
        period_start=kwargs.pop("period_start", dt.date(year, 1, 1)),
        period_end=kwargs.pop("period_end", dt.date(year, 12, 31)),
        **kwargs,
    )


def assessment_of(evaluation: Evaluation, number: int = 1) -> Assessment:
    """The assessment of one criterion, read afresh."""
    return Assessment.objects.select_related(
        "evaluation__campaign__ward", "criterion__category", "lead_unit"
    ).get(evaluation=evaluation, criterion__number=number)


class EvidenceFactory(DjangoModelFactory):
    """A decision with number and date, of today."""

    class Meta:
        model = Evidence

    ward = factory.SubFactory(WardFactory)
    kind = EvidenceKind.DOCUMENT
    title = "Quyết định giao dự toán"
    number = factory.Sequence(lambda n: f"{n + 1:02}/QĐ-UBND")
    fact_on = factory.LazyFunction(timezone.localdate)


def supported(evaluation: Evaluation, *numbers: int, **kwargs) -> Evidence:
    """One piece of evidence linked to criteria, scores restated as services would."""
    evidence = EvidenceFactory(ward=evaluation.campaign.ward, **kwargs)
    for number in numbers:
        EvidenceLink.objects.create(
            evidence=evidence, assessment=assessment_of(evaluation, number)
        )
    restated(evaluation)
    return evidence


@transaction.atomic
def restated(evaluation: Evaluation) -> None:
    """Work out and store an evaluation's scores, after rows were set by hand."""
    evaluations = lock_evaluations([evaluation.pk])
    pks = Assessment.objects.filter(evaluation=evaluation).values_list("pk", flat=True)
    save_restated(lock_assessments(pks, evaluations), timezone.localdate())


def ready(evaluation: Evaluation) -> Evaluation:
    """Claim and support as met whatever would block submission; the rest stays."""
    blocked = [row for kind in _blocks(evaluation).values() for row in kind]
    for row in blocked:
        criterion = row.criterion
        row.choice = "" if criterion.is_measured else Result.MET
        if criterion.is_measured:
            row.value = int(criterion.target)
            row.base = 100 if criterion.has_base else None
        row.save()
        for unit in units_asked(row) if criterion.figures_by else ():
            AssessmentFigure.objects.update_or_create(
                assessment=row,
                unit=unit,
                defaults={"value": row.value, "base": row.base},
            )
    if blocked:
        supported(evaluation, *sorted(row.criterion.number for row in blocked))
    return _again(evaluation)


def _blocks(evaluation: Evaluation) -> dict:
    rows = list_assessments(_again(evaluation))
    return blocking(row for row in rows if may_change_assessment(row.evaluation, row))


def submitted(evaluation: Evaluation, **kwargs) -> Evaluation:
    """A ward's year handed to the province, made ready first."""
    found = ready(evaluation)
    submit_evaluation(
        actor=kwargs.pop("actor", TESTS), evaluation=found, version=found.version
    )
    return _again(evaluation)


def verifying(evaluation: Evaluation, **kwargs) -> Evaluation:
    """A submitted year that the province has taken up."""
    start_verification(
        actor=kwargs.pop("actor", TESTS), evaluation=submitted(evaluation)
    )
    return _again(evaluation)


def decide(evaluation: Evaluation, number: int, review: str = "accepted", **kwargs):
    """Decide on one criterion as it stands; what decide_criterion returns."""
    row = assessment_of(evaluation, number)
    actor = kwargs.pop("actor", TESTS)
    return decide_criterion(
        actor=actor, assessment=row, version=row.version, review=review, **kwargs
    )


def decided(evaluation: Evaluation, **kwargs) -> Evaluation:
    """A year in verification with every criterion accepted."""
    actor = kwargs.pop("actor", TESTS)
    verifying(evaluation)
    for number in _numbers(evaluation):
        decide(evaluation, number, actor=actor)
    return _again(evaluation)


def verified(evaluation: Evaluation, **kwargs) -> Evaluation:
    """A year whose verification is concluded."""
    found = decided(evaluation)
    actor = kwargs.pop("actor", TESTS)
    conclude_verification(actor=actor, evaluation=found, version=found.version)
    return _again(evaluation)


def returned(evaluation: Evaluation, *numbers: int, due_on=None) -> Evaluation:
    """A year in which the province returned these criteria and accepted the others."""
    verifying(evaluation)
    for number in _numbers(evaluation):
        if number in numbers:
            decide(evaluation, number, "returned", reason="Bổ sung biên bản.")
        else:
            decide(evaluation, number)
    found = _again(evaluation)
    send_returns(
        actor=TESTS,
        evaluation=found,
        version=found.version,
        due_on=due_on or timezone.localdate() + dt.timedelta(days=10),
    )
    return _again(evaluation)


def recognised(evaluation: Evaluation, **kwargs) -> Evaluation:
    """A year that was recognised and so is closed."""
    found = verified(evaluation)
    recognise(
        actor=TESTS,
        evaluation=found,
        version=found.version,
        **{
            "is_recognised": True,
            "deciding_body": "Giám đốc Công an tỉnh",
            "number": f"{found.pk}/QĐ-CAT",
            "decided_on": timezone.localdate(),
            **kwargs,
        },
    )
    return _again(evaluation)


def _numbers(evaluation: Evaluation) -> list[int]:
    rows = Assessment.objects.filter(evaluation=evaluation)
    return list(rows.values_list("criterion__number", flat=True))


def _again(evaluation: Evaluation) -> Evaluation:
    """An evaluation read afresh, as a page reads it."""
    rows = Evaluation.objects.select_related("campaign__ward", "criteria_set")
    return rows.get(pk=evaluation.pk)
