"""Tables of the commitments app, one module per concept."""

from commitments.models.bases import Basis
from commitments.models.bodies import BodyKind, BodyMember, OutsideBody, PartyTerm
from commitments.models.campaigns import Campaign
from commitments.models.committees import (
    CommitteeMember,
    CommitteeRole,
    SteeringCommittee,
)
from commitments.models.directives import Directive, DirectiveStatus, Origin
from commitments.models.documents import (
    DocumentFile,
    DocumentType,
    OfficialDocument,
    PaperSystem,
)
from commitments.models.funding import FundingLine, FundingSource
from commitments.models.good_models import GoodModel, ModelPlace
from commitments.models.meetings import (
    AgendaItem,
    AgendaKind,
    Contribution,
    ContributionKind,
    Meeting,
    MeetingKind,
)
from commitments.models.pledges import (
    Commitment,
    CommitmentContent,
    CommitmentReview,
    CommitmentText,
    SigningCeremony,
    Verdict,
)

__all__ = [
    "AgendaItem",
    "AgendaKind",
    "Basis",
    "BodyKind",
    "BodyMember",
    "Campaign",
    "Commitment",
    "CommitmentContent",
    "CommitmentReview",
    "CommitmentText",
    "CommitteeMember",
    "CommitteeRole",
    "Contribution",
    "ContributionKind",
    "Directive",
    "DirectiveStatus",
    "DocumentFile",
    "DocumentType",
    "FundingLine",
    "FundingSource",
    "GoodModel",
    "Meeting",
    "MeetingKind",
    "ModelPlace",
    "OfficialDocument",
    "Origin",
    "OutsideBody",
    "PaperSystem",
    "PartyTerm",
    "SigningCeremony",
    "SteeringCommittee",
    "Verdict",
]
