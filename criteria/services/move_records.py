"""The record of a move: what an evaluation said before, word for word, for good."""

from typing import TYPE_CHECKING, Any

from criteria.models import Assessment, CriteriaSet, EvidenceLink
from wardsecurity.audit.services import canonical
from wardsecurity.notices.models import Comment

if TYPE_CHECKING:
    from criteria.services.moving import MovePlan

_KEPT = (
    "id",
    "due_on",
    "max_points",
    "choice",
    "value",
    "base",
    "explanation",
    "self_result",
    "self_points",
    "supported_until",
    "explained_until",
    "first_fact_on",
    "version",
    "assessed_post",
    "assessed_at",
)
_OF_CRITERION = (
    "id",
    "number",
    "key",
    "title_vi",
    "title_en",
    "kind",
    "target",
    "mandatory",
)


def record_of(plan: "MovePlan", target: CriteriaSet) -> str:
    """Canonical JSON of everything the evaluation held. A few queries a model."""
    rows = [pair.assessment for pair in plan.pairs] + list(plan.left)
    new = {pair.assessment.pk: pair for pair in plan.pairs}
    hung = _hung(rows)
    told = []
    for row in sorted(rows, key=lambda one: one.criterion.number):
        pair = new.get(row.pk)
        told.append(
            {name: getattr(row, name) for name in _KEPT}
            | {
                "criterion": {
                    name: getattr(row.criterion, name) for name in _OF_CRITERION
                },
                "category": row.criterion.category.code,
                "lead": row.lead_unit.name if row.lead_unit else "",
                "fate": _fate(pair.keeps_claim) if pair else "left",
                "now": pair.after.number if pair else None,
                "hung": hung.get(row.pk, {}),
            }
        )
    return canonical(
        {
            "from": _named(plan.evaluation.criteria_set),
            "to": _named(target),
            "total": {
                name: getattr(plan.evaluation, name)
                for name in ("size", "self_met", "self_applicable", "self_points")
            },
            "assessments": told,
            "charges_left": [
                {"member": one.member_id, "category": one.category.code}
                for one in plan.charges_left
            ],
        }
    )


def _fate(keeps_claim: bool) -> str:
    return "moved" if keeps_claim else "cleared"


def _named(one: CriteriaSet) -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "version": one.version,
        "hash": one.content_hash,
        "name_vi": one.name_vi,
    }


def _hung(rows: list[Assessment]) -> dict[int, dict[str, list[Any]]]:
    """What hangs on each assessment: evidence by name, the rest by its columns."""
    pks = [row.pk for row in rows]
    found: dict[int, dict[str, list[Any]]] = {pk: {} for pk in pks}
    links = EvidenceLink.objects.filter(assessment__in=pks).order_by("pk")
    for link in links.values(
        "assessment_id",
        "evidence_id",
        "evidence__title",
        "evidence__number",
        "evidence__fact_on",
        "wanted",
    ):
        place = found[link["assessment_id"]].setdefault("evidence", [])
        place.append(dict(link))
    for relation in Assessment._meta.related_objects:
        model: Any = relation.related_model
        if model is EvidenceLink or relation.many_to_many:
            continue
        name = relation.field.attname
        for values in model._default_manager.filter(**{f"{name}__in": pks}).values():
            place = found[values[name]].setdefault(model._meta.label_lower, [])
            place.append({key: str(value) for key, value in values.items()})
    supporting = Assessment.supporting_units.through.objects.filter(
        assessment__in=pks
    ).order_by("pk")
    for pk, unit in supporting.values_list("assessment_id", "participatingunit__name"):
        found[pk].setdefault("supporting", []).append(unit)
    # Named, not quoted: their words stay in their own rows, where they can be erased.
    comments = Comment.objects.filter(
        target_type=Assessment._meta.label_lower, target_id__in=pks
    ).order_by("pk")
    for one in comments.values("target_id", "pk", "post", "created_at"):
        place = found[one.pop("target_id")].setdefault("comments", [])
        place.append({key: str(value) for key, value in one.items()})
    return found
