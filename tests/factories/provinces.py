"""Many wards at once, in bulk, each with a year of its own, for tests of a province."""

import datetime as dt
import random
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from commitments.models import Campaign
from criteria.models import Assessment, CriteriaSet, Evaluation
from criteria.models.assessments import Result
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.scoring import FOR_EVER
from criteria.services.scores import store_rollup
from wardsecurity.text import fold, sort_key
from wardsecurity.wards.models import AdministrativeUnit, UnitKind, UnitScope

NAMES = (
    *("Hưng Lợi", "Lộc Điền", "Thành Công", "Đồng Tâm", "Quang Minh", "Thượng Lâm"),
    *("Tiến Thành", "Tân Hòa", "Hải Thành", "Kim Sơn", "Thuận Hòa", "Sơn Thủy"),
    *("Cẩm Lộc", "Long Hưng", "An Phú", "Mỹ Lâm", "Phú Cường", "Minh Đức", "Văn Phú"),
    *("An Hòa", "Nam Hòa", "Phước Long", "Vĩnh Thạnh", "Đông Hải", "Phú Hải"),
    *("Thanh Bình", "Trường Xuân", "Vĩnh Hòa", "Ngọc Sơn", "Tân Lập", "Xuân Lộc"),
    *("Hòa Bình", "Tân An", "Đông Sơn", "Bình An", "Thạnh Lộc", "An Bình", "Yên Sơn"),
    *("Bình Minh", "Trung Sơn"),
)


def many_wards(
    parent: AdministrativeUnit, count: int, *, prefix: str = "Phường"
) -> list[AdministrativeUnit]:
    """Wards below a unit, whom all that see the unit see."""
    start = AdministrativeUnit.objects.count()
    names = [
        f"{prefix} {NAMES[place % len(NAMES)]}"
        + (f" {place // len(NAMES) + 1}" if place >= len(NAMES) else "")
        for place in range(count)
    ]
    wards = AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            slug=f"many-{start + place}",
            name=name,
            kind=UnitKind.WARD,
            parent=parent,
            sort_key=sort_key(name),
            searched=fold(name),
        )
        for place, name in enumerate(names)
    )
    viewers = UnitScope.objects.filter(unit=parent).values_list("viewer_id", flat=True)
    UnitScope.objects.bulk_create(
        UnitScope(viewer_id=viewer, unit=ward)
        for ward in wards
        for viewer in [*viewers, ward.pk]
    )
    return wards


@transaction.atomic
def many_evaluations(
    wards: Sequence[AdministrativeUnit],
    criteria_set: CriteriaSet,
    met: Sequence[int],
    *,
    year: int | None = None,
    states: Sequence[str] = (),
    seed: int = 1,
    overdue: Sequence[int] = (),
) -> list[Evaluation]:
    """An evaluation a ward that meets so many criteria, the roll-up stored.

    `states` and `overdue` (criteria not met and due yesterday) go along with the wards;
    what is missing is open and not overdue.
    """
    year = year or timezone.localdate().year
    today = timezone.localdate()
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    dice = random.Random(seed)
    campaigns = Campaign.objects.bulk_create(
        Campaign(
            ward=ward,
            title="Xây dựng phường điển hình",
            year=year,
            period_start=start,
            period_end=end,
            is_synthetic=True,
        )
        for ward in wards
    )
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(
            campaign=campaign,
            criteria_set=criteria_set,
            state=dict(enumerate(states)).get(place, "open"),
        )
        for place, campaign in enumerate(campaigns)
    )
    criteria = list(criteria_set.criteria.order_by("number"))
    rows = []
    for place, evaluation in enumerate(evaluations):
        chosen = set(dice.sample(range(len(criteria)), met[place]))
        left = dict(enumerate(overdue)).get(place, 0)
        verified = evaluation.state in CONCLUDED_STATES
        for spot, criterion in enumerate(criteria):
            is_met = spot in chosen
            due = end
            if not is_met and left:
                due, left = today - dt.timedelta(days=1), left - 1
            rows.append(
                Assessment(
                    evaluation=evaluation,
                    criterion=criterion,
                    due_on=due,
                    max_points=criterion.max_points,
                    self_result=Result.MET if is_met else Result.NOT_ASSESSED,
                    self_points=criterion.max_points if is_met else 0,
                    supported_until=FOR_EVER if is_met else None,
                    verified_result=(Result.MET if is_met else Result.NOT_MET)
                    if verified
                    else "",
                    verified_points=(criterion.max_points if is_met else 0)
                    if verified
                    else None,
                    assessed_at=timezone.now(),
                )
            )
    Assessment.objects.bulk_create(rows, batch_size=2000)
    for evaluation in evaluations:
        store_rollup(evaluation, today)
    return evaluations
