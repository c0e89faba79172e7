"""The trail of a ward's record in words: what, who in which post, when."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from wardsecurity.audit.selectors import Told, history_of
from wardsecurity.audit.words import action_words

Words = Callable[[Told], str]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of the history."""

    what: str
    who: str
    when: dt.datetime


def plain_words(told: Told) -> str:
    """What was done, with the reason given for it."""
    what = capfirst(action_words(told.entry.action))
    if reason := told.texts.get("reason"):
        return _("%(what)s. Reason: %(reason)s") % {"what": what, "reason": reason}
    return what


def history_of_records(
    *,
    user: Any,
    model: type[Model],
    pks: Iterable[int],
    words: Words = plain_words,
    limit: int = 50,
) -> list[HistoryItem]:
    """What was done to records of one kind, newest first. One query."""
    return history_of_kinds(user=user, targets=[(model, pks)], words=words, limit=limit)


def history_of_kinds(
    *,
    user: Any,
    targets: Iterable[tuple[type[Model], Iterable[int]]],
    words: Words = plain_words,
    limit: int = 50,
) -> list[HistoryItem]:
    """What was done to records of several kinds, newest first. One query."""
    told = history_of(
        user=user,
        targets=[(model._meta.label_lower, pks) for model, pks in targets],
        limit=limit,
    )
    return [
        HistoryItem(
            what=words(one),
            who=one.who,
            when=timezone.localtime(one.entry.at),
        )
        for one in told
    ]
