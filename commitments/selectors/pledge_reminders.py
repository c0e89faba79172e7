"""Words ready to be pasted into Zalo for units that have not signed."""

from dataclasses import dataclass

from commitments.models import Campaign
from commitments.selectors.pledges import Coverage, post_of, score_day
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Reminder:
    """Text ready to be pasted into Zalo, to all or to one unit."""

    unit: ParticipatingUnit | None
    text: str


# Sent to people of the ward: Vietnamese, whatever the language of the page.
_TO_ALL = (
    "Kính gửi:\n{posts}\n\n"
    "{ward} đang thực hiện “{title}”. Đến ngày {day}, {signed} trên {required} đơn vị "
    "đã ký bản cam kết; các đơn vị nêu trên chưa ký.\n\n"
    "Đề nghị các đồng chí bố trí ký bản cam kết và gửi bản đã ký về bộ phận thường "
    "trực Ban Chỉ đạo.\n\nTrân trọng."
)
_TO_ONE = (
    "Kính gửi: {post}\n\n"
    "{ward} đang thực hiện “{title}”. Đến ngày {day}, {unit} chưa ký bản cam kết.\n\n"
    "Đề nghị đồng chí bố trí ký bản cam kết và gửi bản đã ký về bộ phận thường trực "
    "Ban Chỉ đạo.\n\nTrân trọng."
)


def reminders(
    *, campaign: Campaign, unsigned: list[ParticipatingUnit], coverage: Coverage
) -> list[Reminder]:
    """Words for those who have not signed: first to all of them, then to each."""
    if not unsigned:
        return []
    said = {
        "ward": campaign.ward.name,
        "title": campaign.title,
        "day": f"{score_day(campaign):%d/%m/%Y}",
        "signed": coverage.signed,
        "required": coverage.required,
    }
    posts = "\n".join(f"- {post_of(unit)}" for unit in unsigned)
    return [
        Reminder(None, _TO_ALL.format(posts=posts, **said)),
        *(
            Reminder(unit, _TO_ONE.format(post=post_of(unit), unit=unit.name, **said))
            for unit in unsigned
        ),
    ]
