"""Who can be spoken to about a record: posts held today by people who can see it."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import ScopedRow
from wardsecurity.scoping import open_on
from wardsecurity.text import fold, nfc
from wardsecurity.wards.models import Membership

LONGEST_NAME = 160  # letters of a position
# What ends a name that nobody bears, for saying which one it was.
_ENDS = "\n,.;:!?()[]"


class Posts:
    """The posts that can be mentioned in a record's comments, and who holds each.

    Several people may hold a post of one name ("Cán bộ"): it speaks to all of them.
    """

    def __init__(self, held: Iterable[tuple[str, int]]) -> None:
        self.names: dict[str, str] = {}  # folded name → as written
        self.holders: dict[str, set[int]] = {}
        for position, user_id in held:
            if key := fold(position):
                self.names.setdefault(key, nfc(position))
                self.holders.setdefault(key, set()).add(user_id)

    def find(self, text: str) -> list[str]:
        """Folded names of the posts that "@…" in a text speaks to, in its order.

        The longest name that fits counts, marks and capitals aside. RuleViolation
        "mention_unknown" beside "text" for a name that nobody bears. An @ inside a word
        (an e-mail address) or before a space is none.
        """
        text = nfc(text)
        found: dict[str, None] = {}
        for place, sign in enumerate(text):
            after = text[place + 1 : place + 2]
            if sign != "@" or not after.isalpha():
                continue
            if place and text[place - 1].isalnum():
                continue
            found[self._longest(text[place + 1 :])] = None
        return list(found)

    def _longest(self, rest: str) -> str:
        said = fold(rest[: 2 * LONGEST_NAME])
        fits = [
            name
            for name in self.names
            if said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()
        ]
        if fits:
            return max(fits, key=len)
        name = rest[:60]
        for end in _ENDS:
            name = name.split(end)[0]
        raise RuleViolation(
            _(
                "Nobody who sees this page holds the position “%(name)s”. Choose one "
                "from the list, or take the @ away."
            )
            % {"name": name.strip()},
            code="mention_unknown",
            field="text",
        )

    def chosen(self, positions: Iterable[str]) -> list[str]:
        """Folded names of posts picked from the list; RuleViolation beside "people"."""
        keys = [fold(position) for position in positions]
        if any(key not in self.names for key in keys):
            raise RuleViolation(
                _("Choose positions from the list."),
                code="mention_unknown",
                field="people",
            )
        return keys


def posts_of(*, row: ScopedRow, without: Any = None) -> Posts:
    """Posts held today by people who see `row`'s unit: its own and those above it.

    `without` is the person who writes. One query.
    """
    seats = Membership.objects.filter(
        open_on(timezone.localdate()),
        user__is_active=True,
        unit__seen__unit_id=row.scope_unit_id,
        unit__seen__read_only=False,
    )
    if without is not None:
        seats = seats.exclude(user_id=without.pk)
    held = seats.order_by("unit__sort_key", "pk").values_list("position", "user_id")
    return Posts(held)
