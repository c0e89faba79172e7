"""The flag "changed since verification", wherever a decided result is shown."""

from typing import TYPE_CHECKING, Any

from django import template

from criteria.selectors.snapshots import changed_since

if TYPE_CHECKING:
    from criteria.models import Evaluation
    from criteria.selectors.boards import Row
    from criteria.selectors.scores import ScoreSheet
    from criteria.selectors.verification import Line

register = template.Library()
MOST_SHOWN = 3


@register.inclusion_tag("criteria/decision/_flag.html")
def decision_flag(
    evaluation: "Evaluation",
    number: int | None = None,
    sheet: "ScoreSheet | None" = None,
    rows: "list[Row] | list[Line] | None" = None,
) -> dict[str, Any]:
    """What changed beneath a concluded decision; nothing when nothing did.

    `number` shows that criterion's changes only; `sheet` and `rows` are what the page
    has read already. Three queries at most on a concluded year, none on any other.
    """
    read = None if rows is None else [row.assessment for row in rows]
    found = changed_since(evaluation, sheet=sheet, rows=read)
    own = [one for one in found if number is not None and one.number == number]
    first = own or (found if number is None else [])
    return {
        "campaign": evaluation.campaign,
        "shown": first[:MOST_SHOWN],
        "count": len(found),
        "own": len(own),
        "number": number,
        "more": len(found) - len(first[:MOST_SHOWN]),
    }
