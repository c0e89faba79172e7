"""Reading the texts of the commitment and holding them against their seal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from commitments.models import Campaign, CommitmentContent, CommitmentText
from commitments.sealing import short_digest, text_digest
from commitments.selectors.history import HistoryItem, history_of_records


@dataclass(frozen=True, slots=True)
class SealedText:
    """An edition as pages show it. `intact`: its words fit the digest kept of them."""

    text: CommitmentText
    contents: list[CommitmentContent]
    digest: str
    intact: bool
    signed: int  # live commitments under it


def digest_of(text: CommitmentText) -> str:
    """The digest of an edition's words as they stand in the database now."""
    return text_digest(
        title=text.title,
        scope=text.scope,
        parties=text.parties,
        contents=[one.body_vi for one in text.contents.all()],
    )


def is_intact(text: CommitmentText) -> bool:
    """Whether the words still fit the digest that was kept when they were written."""
    return digest_of(text) == text.sha256


def list_texts(*, user: Any, campaign: Campaign) -> QuerySet[CommitmentText]:
    """The editions of a campaign, newest first, with contents. Two queries."""
    texts = CommitmentText.objects.for_user(user).filter(campaign=campaign)
    live = Q(commitments__withdrawn_at=None, commitments__ended_at=None)
    return (
        texts.annotate(signed=Count("commitments", filter=live))
        .order_by("-edition")
        .prefetch_related("contents")
    )


def latest_text(*, user: Any, campaign: Campaign) -> CommitmentText | None:
    """The newest edition, the one that is signed next. Two queries."""
    return list_texts(user=user, campaign=campaign).first()


def shown_text(text: CommitmentText) -> SealedText:
    """An edition of list_texts for a page."""
    contents = list(text.contents.all())
    return SealedText(
        text=text,
        contents=contents,
        digest=short_digest(text.sha256),
        intact=is_intact(text),
        signed=getattr(text, "signed", 0),
    )


def history_of_texts(
    *, user: Any, texts: Iterable[CommitmentText]
) -> list[HistoryItem]:
    """What was done to the texts of a campaign, newest first. Two queries."""
    pks = [text.pk for text in texts]
    return history_of_records(user=user, model=CommitmentText, pks=pks)
