"""Whatever a decision rests on is changed behind the application's back, and named."""

import datetime as dt
import json

import pytest
from django.db import models, transaction
from django.utils.translation import gettext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commitments.models import Campaign
from criteria.models import (
    Assessment,
    Category,
    CategoryScore,
    CriteriaSet,
    Criterion,
    DecisionSnapshot,
    Evaluation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    Recognition,
)
from criteria.selectors.snapshots import (
    Difference,
    changed_since,
    compare_snapshot,
    content_of,
    latest_snapshot,
)
from tests.criteria.deciding import a_decided_year
from tests.factories.criteria import assessment_of
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.audit.services import canonical, digest
from wardsecurity.files.models import StoredFile
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = pytest.mark.django_db

WORD = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=20)
DAY = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
NUMBER = st.integers(0, 10**6)
HASH = st.text("0123456789abcdef", min_size=64, max_size=64)
MOMENT = st.integers(0, 10**9).map(lambda n: dt.datetime.fromtimestamp(n, dt.UTC))
RESULT = st.sampled_from(["met", "not_met", "not_applicable", "not_assessed"])
POINTS = st.integers(0, 300)

COVERED: dict[type[models.Model], dict[str, st.SearchStrategy]] = {
    AdministrativeUnit: {"slug": WORD.map(str.lower), "name": WORD},
    Campaign: {
        "year": st.integers(2001, 2019),
        "period_start": st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)),
    },
    CriteriaSet: {
        "code": WORD,
        "version": NUMBER,
        "name_vi": WORD,
        "min_met": NUMBER,
        "min_percent": st.integers(0, 100),
        "min_percent_per_category": st.integers(0, 100),
        "content_hash": HASH,
    },
    Category: {"code": WORD.map(lambda w: w[:12]), "name_vi": WORD},
    Criterion: {
        "number": st.integers(50, 99),
        "key": WORD,
        "title_vi": WORD,
        "requirement_vi": WORD,
        "max_points": st.integers(301, 900),
        "mandatory": st.just(value=True),
        "evidence_vi": st.lists(WORD, max_size=3),
        "rule": st.just("proportional"),
        "source": WORD,
    },
    Evaluation: {
        "state": st.sampled_from(["verified", "not_recognised"]),
        "round": st.integers(2, 99),
        "submitted_at": MOMENT,
        "submitted_post": WORD,
        "verified_at": MOMENT,
        "verified_post": WORD,
    },
    CategoryScore: {"verified_met": NUMBER, "verified_points": NUMBER, "size": NUMBER},
    Assessment: {
        "max_points": st.integers(301, 900),
        "choice": RESULT,
        "value": NUMBER,
        "base": NUMBER,
        "explanation": WORD,
        "self_result": RESULT,
        "self_points": POINTS,
        "supported_until": st.none(),
        "scored_on": DAY,
        "first_fact_on": st.dates(dt.date(2040, 1, 1), dt.date(2050, 1, 1)),
        "verified_result": RESULT,
        "verified_points": POINTS,
        "recheck_result": RESULT,
        "recheck_points": POINTS,
        "recheck_on": DAY,
        "recheck_finding": WORD,
        "review": st.sampled_from(["none", "pending", "recheck"]),
        "review_reason": WORD,
    },
    Evidence: {
        "title": WORD,
        "number": WORD,
        "fact_on": DAY,
        "issuer": WORD,
        "expires_on": DAY,
        "period_start": st.dates(dt.date(2020, 1, 1), dt.date(2021, 1, 1)),
        "url": WORD,
        "figure": NUMBER,
        "figure_unit": WORD,
        "measure_source": WORD,
        "measure_value": NUMBER,
        "measure_base": NUMBER,
        "measure_hash": HASH,
        "quarantined_at": MOMENT,
        "withdrawn_at": MOMENT,
        "version": st.integers(2, 99),
    },
    EvidenceFile: {"name": WORD, "removed_at": MOMENT},
    StoredFile: {
        "original_sha256": HASH,
        "sha256": HASH,
        "size": st.integers(1, 10**6),
    },
    Recognition: {
        "is_recognised": st.booleans(),
        "deciding_body": WORD,
        "number": WORD,
        "decided_on": DAY,
        "voided_at": MOMENT,
    },
    DecisionSnapshot: {
        "sha256": HASH,
        "round": NUMBER.map(lambda n: n % 99),
        "kind": st.sampled_from(["submitted", "verified"]),
    },
    TrailEntry: {"hash": HASH},
}
CASES = [
    pytest.param(model, column, id=f"{model._meta.model_name}.{column}")
    for model, columns in COVERED.items()
    for column in columns
]
# What the word for a place must hold, where a place has a name of its own.
PLACES = {Assessment: "1", Evidence: "1", EvidenceFile: "QĐ.pdf", StoredFile: "QĐ.pdf"}


def behind_its_back(model):
    """Rows without any guard of the application, as a database client has them."""
    return models.QuerySet(model)


def target(model, evaluation):
    """The row of a model that the decision rests on."""
    if model is AdministrativeUnit:
        return behind_its_back(model).filter(pk=evaluation.campaign.ward_id)
    if model is Assessment:
        return behind_its_back(model).filter(pk=assessment_of(evaluation).pk)
    if model is Criterion:
        return behind_its_back(model).filter(
            criteria_set=evaluation.criteria_set, number=1
        )
    if model is TrailEntry:
        head = content_of(latest_snapshot(evaluation))["trail"]
        return behind_its_back(model).filter(
            chain__unit=evaluation.campaign.ward_id, seq=head["seq"]
        )
    return behind_its_back(model).filter(pk=behind_its_back(model).first().pk)


@pytest.mark.parametrize(("model", "column"), CASES)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_column_is_found_and_named(year, model, column, data):
    evaluation, _snapshot = year
    rows = target(model, evaluation)
    before = rows.values_list(column, flat=True).get()
    value = data.draw(COVERED[model][column])
    assume(value != before)
    with transaction.atomic():
        rows.update(**{column: value})
        found = compare_snapshot(latest_snapshot(evaluation))
        transaction.set_rollback(True)

    assert found, f"{model.__name__}.{column}: {before!r} became {value!r}"
    assert any(PLACES.get(model, "") in one.where for one in found)
    assert all(one.was != one.now or len(one.was) > 11 for one in found)


@pytest.fixture
def year():
    """A decided year, the same for every example of a test."""
    return a_decided_year(2)


def test_the_fixture_is_untouched(year):
    assert compare_snapshot(year[1]) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_rewritten_content_is_found_however_its_hash_is_made_to_fit(year, data):
    """The trail knows the SHA-256: content and hash cannot be rewritten together."""
    evaluation, snapshot = year
    text = snapshot.content
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from('0189az"{}[],:'))
    assume(text[place] != letter)
    changed = f"{text[:place]}{letter}{text[place + 1 :]}"
    fits = data.draw(st.booleans())
    hash_ = digest(changed) if fits else snapshot.sha256
    with transaction.atomic():
        behind_its_back(DecisionSnapshot).update(content=changed, sha256=hash_)
        found = compare_snapshot(latest_snapshot(evaluation))
        transaction.set_rollback(True)

    assert found


def test_results_rewritten_in_rows_and_snapshot_alike_are_found(year):
    evaluation, snapshot = year
    content = json.loads(snapshot.content)
    content["criteria"][0]["verified_points"] = 1
    behind_its_back(Assessment).filter(pk=assessment_of(evaluation).pk).update(
        verified_points=1
    )
    text = canonical(content)
    behind_its_back(DecisionSnapshot).update(content=text, sha256=digest(text))

    (told,) = compare_snapshot(latest_snapshot(evaluation))

    assert told.was == f"{snapshot.sha256[:12]}…"


def test_a_snapshot_that_is_gone_is_told_on_the_page(year):
    evaluation, _snapshot = year
    behind_its_back(DecisionSnapshot).delete()

    (told,) = changed_since(evaluation)

    assert told.number is None


@pytest.mark.parametrize("model", [EvidenceLink, EvidenceFile])
def test_a_row_taken_away_is_named(year, model):
    _evaluation, snapshot = year
    behind_its_back(model).filter(pk=behind_its_back(model).first().pk).delete()

    assert next(one.number for one in compare_snapshot(snapshot)) == 1


def test_a_row_put_in_is_named(year):
    evaluation, snapshot = year
    link = EvidenceLink.objects.first()
    other = assessment_of(evaluation, 2)
    behind_its_back(EvidenceLink).filter(assessment=other).delete()
    EvidenceLink.objects.exclude(pk=link.pk).delete()
    again = latest_snapshot(evaluation)
    before = {one.where for one in compare_snapshot(again)}
    file = EvidenceFile.objects.first()
    file.pk, file.name, file.removed_at = None, "thêm.pdf", snapshot.taken_at
    file.save(force_insert=True)

    added = [one for one in compare_snapshot(again) if one.where not in before]

    assert any("thêm.pdf" in one.where for one in added)


def test_a_trail_cut_off_below_the_head_is_found(year):
    evaluation, snapshot = year
    chain = TrailChain.objects.get(unit=evaluation.campaign.ward)
    head = content_of(snapshot)["trail"]
    assert head["seq"] < chain.seq  # the snapshot's own entry came after
    entry = TrailEntry.objects.get(chain=chain, seq=head["seq"])
    behind_its_back(TrailEntry).filter(pk=entry.pk).update(seq=10_000)

    found = compare_snapshot(snapshot)

    assert any(str(head["seq"]) in one.was for one in found)


def test_what_changed_reads_as_words(year):
    evaluation, snapshot = year
    behind_its_back(Assessment).filter(pk=assessment_of(evaluation).pk).update(
        verified_result="not_met", verified_points=0
    )

    found = compare_snapshot(snapshot)

    result, points = gettext("verified result"), gettext("verified points")
    assert found[:2] == [
        Difference(f"Tiêu chí 1: {result}", "đạt", "chưa đạt", 1),
        Difference(f"Tiêu chí 1: {points}", "3", "0", 1),
    ]
