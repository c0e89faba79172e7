"""Tables of the criteria app, one module per concept."""

from criteria.models.assessments import (
    Assessment,
    AssessmentFigure,
    Result,
    Review,
)
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
from criteria.models.imports import (
    EvaluationMove,
    SetUpload,
    UploadKind,
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
from criteria.models.verification import (
    CriterionDecision,
    DecisionSnapshot,
    Recognition,
    SnapshotKind,
)

__all__ = [
    "Assessment",
    "AssessmentFigure",
    "Category",
    "CategoryScore",
    "CriteriaSet",
    "Criterion",
    "CriterionDecision",
    "DecisionSnapshot",
    "DirectiveCriterion",
    "DocumentCriterion",
    "Evaluation",
    "EvaluationMove",
    "EvaluationState",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceLink",
    "MemberCategory",
    "Recognition",
    "Result",
    "Review",
    "ScorePoint",
    "SetState",
    "SetUpload",
    "SnapshotKind",
    "UploadKind",
]
