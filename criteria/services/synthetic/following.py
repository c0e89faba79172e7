"""What follows from an invented year's rows: sums, progress, decisions, signatures."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils import timezone

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentContent,
    CommitmentText,
    GoodModel,
    ModelPlace,
)
from commitments.sealing import text_digest
from criteria import scoring
from criteria.models import (
    Assessment,
    CategoryScore,
    Evaluation,
    EvaluationState,
    Recognition,
    ScorePoint,
)
from criteria.scoring import Standing, Tally
from criteria.selectors.scores import may_change, standing_of
from criteria.services.scores import fill_sums
from criteria.services.synthetic.years import DAY, Year
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingKind,
    ParticipatingUnit,
)

LEADER = "Chủ tịch UBND"
VERIFIER = "Cán bộ thẩm định Công an tỉnh"
CONTENTS = (
    ("Trách nhiệm", "Cấp ủy, người đứng đầu chịu trách nhiệm về an ninh, trật tự."),
    ("Xây dựng", "Mỗi đơn vị giữ an toàn về an ninh, trật tự trong đơn vị mình."),
    ("Phối hợp", "Phát hiện, báo tin kịp thời cho Công an và cùng giải quyết."),
)
MODELS = (
    ("Tổ liên gia tự quản", "Các hộ liền kề cùng giữ gìn trật tự, báo tin cho nhau."),
    ("Camera an ninh", "Các tuyến đường có camera do các hộ và đơn vị cùng góp."),
    ("Tiếng kẻng an ninh", "Đánh kẻng báo giờ và báo động, cả xóm cùng ra hỗ trợ."),
    ("Cổng trường an toàn", "Nhà trường, phụ huynh và Công an trực giờ tan trường."),
)


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(15, 30)))


def conclude(evaluation: Evaluation, year: Year) -> None:
    """Write on a drawn evaluation who submitted and decided, and close its campaign."""
    if year.submitted_on:
        evaluation.round = 1
        evaluation.submitted_at = _moment(year.submitted_on)
        evaluation.submitted_post = LEADER
    if year.verified_on:
        evaluation.verified_at = _moment(year.verified_on)
        evaluation.verified_post = VERIFIER
        evaluation.campaign.closed_at = _moment(year.verified_on)


# --- Sums and the progress line ---------------------------------------------------


def sum_up(
    evaluation: Evaluation, year: Year, rows: Sequence[Assessment], today: dt.date
) -> tuple[list[CategoryScore], list[ScorePoint]]:
    """Fill an evaluation's sums; return its categories' sums and its progress line."""

    def category_of(row: Assessment) -> int:
        return row.criterion.category_id

    own_total, verified_total, scores = Tally(), Tally(), []
    standings = {id(row): standing_of(row) for row in rows}
    for category_id, group in groupby(sorted(rows, key=category_of), category_of):
        of_category = [standings[id(row)] for row in group]
        own = scoring.tally(
            of_category,
            today=today,
            period_end=year.end,
            may_change=may_change(evaluation),
        )
        verified = scoring.tally_verified(of_category)
        own_total, verified_total = own_total + own, verified_total + verified
        score = CategoryScore(evaluation=evaluation, category_id=category_id)
        fill_sums(score, own, verified)
        scores.append(score)
    fill_sums(evaluation, own_total, verified_total)
    evaluation.fresh_until = scoring.fresh_until(standings.values(), today)
    if evaluation.state == EvaluationState.RECOGNISED and not is_worthy(
        evaluation, verified_total
    ):
        evaluation.state = EvaluationState.NOT_RECOGNISED
    last = verified_total.met if year.is_concluded else own_total.met
    facts = _facts_met(rows, standings, year, today)
    return scores, list(_progress(evaluation, year, facts, last, today))


def is_worthy(evaluation: Evaluation, verified: Tally) -> bool:
    """Whether what was verified reaches the set's threshold and all mandatory ones."""
    needed = evaluation.criteria_set.min_met or 0
    return verified.met >= needed and not verified.mandatory_failed


def _facts_met(
    rows: Sequence[Assessment],
    standings: dict[int, Standing],
    year: Year,
    today: dt.date,
) -> list[dt.date]:
    """The day from which each criterion that is met was."""
    found = []
    for row in rows:
        day = scoring.score_day(today, year.end, row.scored_on)
        if row.first_fact_on and scoring.is_met(standings[id(row)], day):
            found.append(row.first_fact_on)
    return found


def _progress(
    evaluation: Evaluation,
    year: Year,
    facts: list[dt.date],
    last: int,
    today: dt.date,
) -> Iterable[ScorePoint]:
    """A point at the end of each month, and the count that stands on the last day."""
    end = min(year.verified_on or today, today)
    for month in range(1, 13):
        day = month_end(year.number, month)
        if day < end:
            met = min(sum(fact <= day for fact in facts), last)
            yield ScorePoint(evaluation=evaluation, day=day, met=met)
    yield ScorePoint(evaluation=evaluation, day=end, met=last)


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month."""
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - DAY


def recognition_of(
    evaluation: Evaluation, year: Year, province: AdministrativeUnit, number: str
) -> Recognition | None:
    """The province's decision on a year that was decided on."""
    decided = (EvaluationState.RECOGNISED, EvaluationState.NOT_RECOGNISED)
    if evaluation.state not in decided or year.verified_on is None:
        return None
    is_recognised = evaluation.state == EvaluationState.RECOGNISED
    decided_on = year.verified_on + DAY
    return Recognition(
        evaluation=evaluation,
        is_recognised=is_recognised,
        authority=province,
        deciding_body="Ủy ban nhân dân tỉnh",
        number=f"{number}/QĐ-UBND",
        decided_on=decided_on,
        year=decided_on.year,
        reason="" if is_recognised else "Chưa đủ số tiêu chí theo kế hoạch.",
        recorded_post=VERIFIER,
    ).fill_keys()


# --- Commitments and good models --------------------------------------------------


def sign(
    years: Sequence[tuple[Campaign, Sequence[ParticipatingUnit], int]],
    today: dt.date,
) -> None:
    """A sealed text in each campaign, signed by most of the units that sign."""
    title = "Bản cam kết xây dựng phường, xã điển hình"
    bodies = [body for _label, body in CONTENTS]
    digest = text_digest(title=title, scope="Cả năm", parties="", contents=bodies)
    now = timezone.now()
    texts = CommitmentText.objects.bulk_create(
        CommitmentText(
            campaign=campaign,
            edition=1,
            title=title,
            scope="Cả năm",
            sha256=digest,
            sealed_at=now,
        )
        for campaign, _units, _number in years
    )
    CommitmentContent.objects.bulk_create(
        CommitmentContent(text=text, order=order, label=label, body_vi=body)
        for text in texts
        for order, (label, body) in enumerate(CONTENTS, start=1)
    )
    Commitment.objects.bulk_create(
        Commitment(
            campaign=campaign,
            text=text,
            unit=unit,
            signed_on=min(today, campaign.period_start + 40 * DAY),
            signer_position="Người đứng đầu đơn vị",
        )
        for text, (campaign, units, number) in zip(texts, years, strict=True)
        for place, unit in enumerate(units)
        if unit.signs and (number + place) % 7
    )
    models = GoodModel.objects.bulk_create(
        GoodModel(
            campaign=campaign,
            name=MODELS[number % len(MODELS)][0],
            description=MODELS[number % len(MODELS)][1],
            results="Tin báo nhiều hơn, vụ việc ít hơn năm trước.",
            started_on=campaign.period_start,
            led_by=next(
                (one for one in units if one.kind == ParticipatingKind.WARD_POLICE),
                None,
            ),
        )
        for campaign, units, number in years
        if number % 3 == 0
    )
    groups = {
        campaign.pk: [
            unit for unit in units if unit.kind == ParticipatingKind.RESIDENTIAL_GROUP
        ]
        for campaign, units, _number in years
    }
    ModelPlace.objects.bulk_create(
        ModelPlace(model=model, unit=unit, since=model.started_on, is_origin=place == 0)
        for model in models
        for place, unit in enumerate(groups[model.campaign_id][:2])
    )
