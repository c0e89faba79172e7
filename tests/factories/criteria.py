"""Sets, evaluations, assessments and evidence for tests."""

import datetime as dt

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from criteria.models import (
    Assessment,
    Category,
    CriteriaSet,
    Criterion,
    Evaluation,
    Evidence,
    EvidenceKind,
    EvidenceLink,
    SetState,
    SetUpload,
)
from criteria.models.sets import Kind, ProvenanceLevel
from criteria.services.evaluations import open_evaluation
from criteria.services.scores import lock_assessments, lock_evaluations, save_restated
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
