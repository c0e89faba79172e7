"""What a decision rests on, read from the database as plain values.

A snapshot keeps this as canonical JSON; a comparison reads it again and looks for what
is no longer so. Free text (explanations, reasons, findings) is kept as its SHA-256: it
may have to be erased one day, and a snapshot cannot.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from criteria import scoring
from criteria.models import Assessment, Criterion, Evaluation, EvidenceLink
from criteria.selectors.scores import ScoreSheet, list_assessments, standing_of
from wardsecurity.audit.services import canonical, digest
from wardsecurity.text import nfc

FORMAT = 1
SUMS = ("met", "size", "applicable", "points", "max_points", "mandatory_failed")
_SET = ("name_vi", "min_met", "min_percent", "min_percent_per_category", "content_hash")
_ASSESSMENT = (
    "max_points",
    "choice",
    "value",
    "base",
    "self_result",
    "self_points",
    "scored_on",
    "verified_result",
    "verified_points",
    "recheck_result",
    "recheck_points",
    "recheck_on",
    "review",
)
_TEXTS = ("explanation", "review_reason", "recheck_finding")
_EVIDENCE = (
    "kind",
    "title",
    "number",
    "fact_on",
    "issuer",
    "expires_on",
    "period_start",
    "period_end",
    "url",
    "figure",
    "figure_unit",
    "measure_source",
    "measure_value",
    "measure_base",
    "measure_hash",
    "quarantined_at",
    "withdrawn_at",
    "version",
)
# Columns of a criterion that say nothing of what it asks.
_NOT_ASKED = {"id", "criteria_set_id", "category_id"}


def text_hash(text: str) -> str:
    """SHA-256 of free text in NFC; "" for none."""
    said = nfc(text)
    return digest(said) if said else ""


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content as it comes back from canonical JSON: what two readings compare."""
    found: dict[str, Any] = json.loads(canonical(content))
    return found


def definition_hash(criterion: Criterion) -> str:
    """SHA-256 over everything a criterion asks: its own columns and its category."""
    asked = {
        column.attname: _value(column, criterion)
        for column in criterion._meta.concrete_fields
        if column.attname not in _NOT_ASKED
    }
    group = criterion.category
    return digest(
        canonical(asked | {"category": [group.code, group.order, group.name_vi]})
    )


def _value(column: models.Field, row: models.Model) -> Any:
    """A column as the database gives it back, also on a row never stored."""
    return column.to_python(getattr(row, column.attname))


def read_content(
    evaluation: Evaluation,
    *,
    head: Mapping[str, Any],
    sheet: ScoreSheet | None,
    rows: Sequence[Assessment] | None = None,
) -> dict[str, Any]:
    """What stands now; `head` is the trail's that belongs to it.

    `evaluation` has its campaign, ward and set with owner. Two queries, whatever the
    size, one where the caller has read the assessments (list_assessments). Sums are
    those of `sheet`, none without one.
    """
    if rows is None:
        rows = list_assessments(evaluation)
    evidence = _evidence(evaluation)
    campaign, used = evaluation.campaign, evaluation.criteria_set
    content = {
        "format": FORMAT,
        "ward": campaign.ward.slug,
        "ward_name": campaign.ward.name,
        "year": campaign.year,
        "period": [campaign.period_start, campaign.period_end],
        "state": evaluation.state,
        "round": evaluation.round,
        "submitted": [evaluation.submitted_at, evaluation.submitted_post],
        "verified": [evaluation.verified_at, evaluation.verified_post],
        "set": {"owner": used.owner.slug, "code": used.code, "version": used.version}
        | {name: getattr(used, name) for name in _SET},
        "criteria": [
            _criterion(evaluation, row, evidence[row.pk].values()) for row in rows
        ],
        "trail": dict(head),
    }
    if sheet is not None:
        content["sums"] = sums_of(sheet)
    return plain(content)


def sums_of(sheet: ScoreSheet) -> dict[str, Any]:
    """The sums a page shows, by category, and on which basis."""
    return {
        "basis": sheet.basis,
        "categories": {
            line.category.code: {name: getattr(line.tally, name) for name in SUMS}
            for line in sheet.categories
        },
    }


def _criterion(
    evaluation: Evaluation, row: Assessment, evidence: Any
) -> dict[str, Any]:
    one = standing_of(row)
    # Frozen on submission; an open year has no last day yet.
    day = row.scored_on or evaluation.campaign.period_end
    return (
        {
            "number": row.criterion.number,
            "key": row.criterion.key,
            "title": row.criterion.title_vi,
            "category": row.criterion.category.code,
            "definition": definition_hash(row.criterion),
            "supported": scoring.is_supported(one, day),
            "late": row.days_late,
            "evidence": list(evidence),
        }
        | {name: getattr(row, name) for name in _ASSESSMENT}
        | {name: text_hash(getattr(row, name)) for name in _TEXTS}
    )


def _evidence(evaluation: Evaluation) -> dict[int, dict[int, dict[str, Any]]]:
    """Evidence by assessment and pk, each with its files. One query."""
    columns = {f"evidence__{name}": name for name in _EVIDENCE}
    found: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    links = (
        EvidenceLink.objects.filter(assessment__evaluation=evaluation)
        .order_by("assessment_id", "evidence_id", "evidence__files__pk")
        .values_list(
            "assessment_id",
            "evidence_id",
            *columns,
            "evidence__files__pk",
            "evidence__files__name",
            "evidence__files__removed_at",
            "evidence__files__stored__unit_id",
            "evidence__files__stored__original_sha256",
            "evidence__files__stored__sha256",
            "evidence__files__stored__size",
        )
    )
    for assessment, pk, *values in links:
        facts, (file, *of_file) = values[: len(columns)], values[len(columns) :]
        one = found[assessment].setdefault(
            pk, {"id": pk, "files": []} | dict(zip(_EVIDENCE, facts, strict=True))
        )
        if file is not None:
            names = ("name", "removed_at", "unit", "original_sha256", "sha256", "size")
            one["files"].append({"id": file} | dict(zip(names, of_file, strict=True)))
    return found
