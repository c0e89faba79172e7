"""Tables of the criteria app, one module per concept."""

from criteria.models.assessments import Assessment, AssessmentFigure, Result
from criteria.models.evaluations import (
    CategoryScore,
    Evaluation,
    EvaluationState,
    ScorePoint,
)
from criteria.models.evidence import (
    Evidence,
    EvidenceFile,
    EvidenceKind,
    EvidenceLink,
)
from criteria.models.joins import (
    DirectiveCriterion,
    DocumentCriterion,
    MemberCategory,
)
from criteria.models.sets import (
    Category,
    CriteriaSet,
    Criterion,
    SetState,
)

__all__ = [
    "Assessment",
    "AssessmentFigure",
    "Category",
    "CategoryScore",
    "CriteriaSet",
    "Criterion",
    "DirectiveCriterion",
    "DocumentCriterion",
    "Evaluation",
    "EvaluationState",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceLink",
    "MemberCategory",
    "Result",
    "ScorePoint",
    "SetState",
]
