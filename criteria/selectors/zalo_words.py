"""Words ready to be pasted into Zalo: what is due, for all units and for each."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone, translation

from commitments.models import Campaign
from commitments.selectors.pledges import post_of
from criteria.models import Evaluation
from criteria.selectors.boards import Row
from criteria.selectors.scores import may_change
from wardsecurity.wards.models import ParticipatingUnit

SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Text ready to be pasted, to all units or to the one that leads."""

    unit: ParticipatingUnit | None
    text: str
    count: int

    @property
    def rows(self) -> int:
        """Lines the text takes in its field, some of them longer than it is wide."""
        return min(30, 2 + sum(1 + len(line) // 90 for line in self.text.split("\n")))


# Sent to people of the ward: Vietnamese, whatever the language of the page.
_TO_ALL = (
    "Kính gửi: Các đơn vị tham gia thực hiện “{title}”\n\n"
    "Đến ngày {day}, các tiêu chí sau cần được hoàn thành:\n\n"
    "{lines}\n\n"
    "Đề nghị các đơn vị ghi minh chứng và tự đánh giá đúng hạn.\n\nTrân trọng."
)
_TO_ONE = (
    "Kính gửi: {post}\n\n"
    "Thực hiện “{title}”, đến ngày {day}, các tiêu chí sau do {unit} chủ trì cần được "
    "hoàn thành:\n\n"
    "{lines}\n\n"
    "Đề nghị đồng chí ghi minh chứng và tự đánh giá đúng hạn.\n\nTrân trọng."
)
_UNASSIGNED = "Chưa phân công đơn vị chủ trì"


def _line(row: Row, today: dt.date) -> str:
    """One criterion: number, title, due date and what is wrong, units' words only."""
    due = f"{row.due_on:%d/%m/%Y}"
    if row.overdue:
        state = f"quá hạn {(today - row.due_on).days} ngày, hạn {due}"
    elif row.unsupported:
        state = f"thiếu minh chứng, hạn {due}"
    else:
        state = f"hạn {due}"
    return f"- Tiêu chí {row.number}. {row.criterion.title_vi} ({state})"


def _due(row: Row, today: dt.date) -> bool:
    return not row.done and (row.urgent or today <= row.due_on <= today + SOON)


def reminders_of(
    *, evaluation: Evaluation, rows: Sequence[Row], today: dt.date | None = None
) -> list[Reminder]:
    """Words for what is overdue, without evidence, or due in 14 days; no query.

    First to all units, then to each that leads; [] when nothing is, or the year is
    locked. Titles, units and posts only: no figures, no explanations, no names.
    """
    today = today or timezone.localdate()
    wanted = [row for row in rows if _due(row, today)] if may_change(evaluation) else []
    if not wanted:
        return []
    wanted.sort(key=lambda row: (row.due_on, row.number))
    campaign = evaluation.campaign
    with translation.override("vi"):
        units = {
            row.assessment.lead_unit: None
            for row in wanted
            if row.assessment.lead_unit is not None
        }
        in_order = sorted(units, key=lambda unit: (unit.sort_key, unit.pk))
        alone = [row for row in wanted if row.assessment.lead_unit is None]
        groups = [
            (unit, [row for row in wanted if row.assessment.lead_unit == unit])
            for unit in in_order
        ]
        blocks = [_block(unit.name, own, today) for unit, own in groups]
        if alone:
            blocks.append(_block(_UNASSIGNED, alone, today))
        return [
            Reminder(
                None,
                _TO_ALL.format(lines="\n\n".join(blocks), **_said(campaign, today)),
                len(wanted),
            ),
            *(
                Reminder(
                    unit,
                    _TO_ONE.format(
                        post=post_of(unit),
                        unit=unit.name,
                        lines=_lines(own, today),
                        **_said(campaign, today),
                    ),
                    len(own),
                )
                for unit, own in groups
            ),
        ]


def _lines(rows: Iterable[Row], today: dt.date) -> str:
    return "\n".join(_line(row, today) for row in rows)


def _block(title: str, rows: Iterable[Row], today: dt.date) -> str:
    return f"{title}:\n{_lines(rows, today)}"


def _said(campaign: Campaign, today: dt.date) -> dict[str, str]:
    return {"title": campaign.title, "day": f"{today:%d/%m/%Y}"}
