"""The ward looks, quarter by quarter, how a unit keeps what it signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Commitment, CommitmentReview, OfficialDocument
from commitments.selectors.pledge_quarters import QUARTERS, quarter_start
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_of_campaign, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one content; without a verdict it was not looked at."""

    content_id: int
    verdict: str = ""
    remark: str = ""
    proof: OfficialDocument | None = None


@transaction.atomic
def review_commitment(
    *,
    actor: Any,
    commitment: Commitment,
    version: int,
    quarter: int,
    looks: Sequence[Look],
) -> Commitment:
    """Write down a quarter's reviews of a standing commitment, over those there were.

    `version` is the commitment's. A content without a verdict loses the review it had,
    which the trail keeps. Raises EditConflict, and RuleViolation: "campaign_closed",
    "not_standing", "quarter_unknown", "quarter_ahead", "other_text", "verdict_missing",
    "other_campaign".
    """
    campaign = lock_campaign(commitment.campaign)
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("unit")
    row = rows.get(pk=commitment.pk)
    row.campaign = campaign
    mandate = require(actor, "keep_records", CommitmentReview(commitment=row))
    check_writable(campaign)
    if not row.is_live:
        raise RuleViolation(
            _("This commitment no longer stands: it was withdrawn or renewed."),
            code="not_standing",
        )
    check_version(row, version)
    _check_quarter(row, quarter)
    there = {
        one.content_id: one
        for one in row.reviews.select_for_update().filter(quarter=quarter)
    }
    contents = {one.pk: one.order for one in row.text.contents.all()}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    texts: dict[str, str] = {}
    for look in looks:
        if look.content_id not in contents:
            raise RuleViolation(
                _("Choose a content of the text that was signed."), code="other_text"
            )
        order = str(contents[look.content_id])
        review = there.get(look.content_id)
        if review is not None:
            before[order] = review.verdict
        if _write(row, review, quarter, look, mandate.post):
            after[order] = look.verdict
            if remark := nfc(look.remark):
                texts[f"remark_{order}"] = remark
    row.version += 1
    row.save(update_fields=["version"])
    record(
        mandate,
        "commitment_reviewed",
        row,
        before={"quarter": quarter, "verdicts": before},
        after={"quarter": quarter, "verdicts": after},
        texts=texts,
    )
    return row


def _check_quarter(row: Commitment, quarter: int) -> None:
    if quarter not in QUARTERS:
        raise RuleViolation(
            _("Choose a quarter from 1 to 4."), code="quarter_unknown", field="quarter"
        )
    begins = quarter_start(row.campaign, quarter)
    if begins > timezone.localdate() or begins > row.campaign.period_end:
        raise RuleViolation(
            _("Quarter %(quarter)s has not begun yet: it begins on %(day)s.")
            % {"quarter": quarter, "day": f"{begins:%d/%m/%Y}"},
            code="quarter_ahead",
            field="quarter",
        )


def _write(
    row: Commitment,
    review: CommitmentReview | None,
    quarter: int,
    look: Look,
    post: str,
) -> bool:
    """Put one review in place, or take it away; whether one stands now."""
    remark = nfc(look.remark)
    if not look.verdict:
        if remark or look.proof:
            raise RuleViolation(
                _("Choose a verdict, or leave remark and proof empty."),
                code="verdict_missing",
                field=f"c{look.content_id}-verdict",
            )
        if review is not None:
            review.delete()
        return False
    check_of_campaign(look.proof, row.campaign, field=f"c{look.content_id}-proof")
    review = review or CommitmentReview(
        commitment=row, content_id=look.content_id, quarter=quarter
    )
    review.verdict, review.remark, review.proof = look.verdict, remark, look.proof
    review.reviewed_post = post
    checked(review)
    review.save()
    return True
