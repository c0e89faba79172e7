"""The ward's trail as a page: entries in words, what to look for, the chain's check."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from criteria.models import Evaluation
from criteria.selectors.history import targets_of
from criteria.selectors.history_words import words_for
from criteria.selectors.small_numbers import without_small
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.selectors import (
    Asked,
    Told,
    list_of_unit,
    told_of,
    trail_head,
    who_did_what,
)
from wardsecurity.audit.services import verify_chain
from wardsecurity.audit.words import action_words
from wardsecurity.text import sort_key

MOST_FINDINGS = 20  # told on a page; verify_trail tells them all
APART = "|"  # between account and post: no account name holds it


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An entry of the trail, in words."""

    seq: int
    when: dt.datetime
    what: str
    about: str
    who: str
    account: str


@dataclass(frozen=True, slots=True)
class TrailChoices:
    """What can be looked for in a chain: (value, words) each."""

    people: list[tuple[str, str]]
    actions: list[tuple[str, str]]
    criteria: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether a ward's chain holds, up to which entry."""

    seq: int
    hash: str
    findings: list[str] = field(default_factory=list)
    more: bool = False

    @property
    def is_whole(self) -> bool:
        """Nothing in it was changed, taken out or put in."""
        return not self.findings


def get_choices(*, user: Any, evaluation: Evaluation) -> TrailChoices:
    """Who stands in the ward's chain, what was done, and the year's criteria.

    Two queries.
    """
    found = who_did_what(user=user, unit=evaluation.campaign)
    people = {(actor, post) for actor, post, _action in found}
    named = [
        (f"{a}{APART}{p}", p or _("Automatic: %(name)s") % {"name": a})
        for a, p in people
    ]
    actions = [(code, capfirst(action_words(code))) for code in {a for *_o, a in found}]
    criteria = evaluation.assessments.select_related("criterion")
    return TrailChoices(
        people=sorted(named, key=lambda one: sort_key(one[1])),
        actions=sorted(actions, key=lambda one: sort_key(one[1])),
        criteria=[
            (
                str(one.criterion.number),
                f"{one.criterion.number}. {one.criterion.title}",
            )
            for one in criteria.order_by("criterion__number")
        ],
    )


def list_trail(
    *,
    user: Any,
    evaluation: Evaluation,
    who: str = "",
    action: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    number: str = "",
) -> QuerySet[TrailEntry]:
    """Entries of the ward's chain, newest first, for paging.

    Every year's: the chain is the ward's. `who` is a value of get_choices, `number` a
    criterion of this year, with all evidence that counts or once counted for it.
    """
    actor, _apart, post = who.partition(APART)
    targets = None
    if number:
        row = evaluation.assessments.filter(criterion__number=number).first()
        targets = targets_of(row) if row else []
    asked = Asked(
        actor=actor,
        post=post if who else None,
        action=action,
        since=since,
        until=until,
        targets=targets,
    )
    return list_of_unit(user=user, unit=evaluation.campaign, asked=asked)


def lines_of(
    entries: Iterable[TrailEntry], *, hides: Callable[[], bool] = lambda: False
) -> list[TrailLine]:
    """Entries of list_trail in words.

    Where `hides` says so (asked only if there is one) without small figures of any
    criterion: an entry does not say whether it counts people.
    """
    found = [told_of(entry) for entry in entries]
    bare = [without_small(told) for told in found]
    return [_line(told) for told in (bare if found != bare and hides() else found)]


def _line(told: Told) -> TrailLine:
    entry = told.entry
    what = words_for(told)
    return TrailLine(
        seq=entry.seq,
        when=timezone.localtime(entry.at),
        what=what,
        about="" if entry.target in what else entry.target,
        who=told.who,
        account=entry.actor,
    )


def check_chain(*, user: Any, evaluation: Evaluation) -> ChainCheck:
    """Check the ward's whole chain: work that grows with it. Writes nothing."""
    chain = trail_head(user=user, unit=evaluation.campaign)
    if chain is None:
        return ChainCheck(0, "")
    found = list(islice(verify_chain(chain), MOST_FINDINGS + 1))
    return ChainCheck(
        seq=chain.seq,
        hash=chain.hash,
        findings=found[:MOST_FINDINGS],
        more=len(found) > MOST_FINDINGS,
    )
