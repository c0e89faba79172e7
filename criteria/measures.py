"""What a criterion may take from the ward's own records (RULES "Figures").

Each source turns the facts of a ward (commitments/selectors/facts.py) into a figure,
says it in words and names the page of the records. Pure: the facts are read and
confirmed elsewhere (selectors/measures.py, services/measures.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.selectors.facts import WardFacts
from wardsecurity.numbers import shown

if TYPE_CHECKING:
    from criteria.models import Criterion


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact as a figure. `base` is what it is a share of; None where it is none.

    `missing` says what is not there yet, for a criterion that asks yes or no.
    """

    value: int
    base: int | None
    holds: bool  # whether the fact alone answers yes
    missing: str = ""

    @property
    def figure(self) -> tuple[int, int | None]:
        """Value and base."""
        return self.value, self.base


@dataclass(frozen=True, slots=True)
class Source:
    """A fact that criteria may take: how it reads, what it is called, where it lies."""

    read: Callable[[WardFacts], Reading]
    words: Callable[[int, int | None], str]
    page: str  # the URL name of the page of its records


# --- Papers -----------------------------------------------------------------------


def _paper(holds: bool, missing: str) -> Reading:
    return Reading(int(holds), None, holds, "" if holds else missing)


def _resolution(facts: WardFacts) -> Reading:
    return _paper(
        facts.resolution,
        _("The resolution of the year is not chosen yet, or has no number and date."),
    )


def _plan_and_regulation(facts: WardFacts) -> Reading:
    if facts.plan and not facts.regulation:
        missing = _("The working regulation is not chosen yet, or has no number.")
    elif facts.regulation and not facts.plan:
        missing = _("The plan of the year is not chosen yet, or has no number.")
    else:
        missing = _("Plan and regulation are not chosen yet, or have no number.")
    return _paper(facts.plan and facts.regulation, missing)


def _committee(facts: WardFacts) -> Reading:
    return _paper(
        facts.committee,
        _("The decision that establishes the committee has no number and date yet."),
    )


def _resolution_words(value: int, base: int | None) -> str:
    return _("Resolution issued") if value else _("No resolution in force")


def _plan_words(value: int, base: int | None) -> str:
    return (
        _("Plan and working regulation issued")
        if value
        else _("Plan and working regulation not both in force")
    )


def _committee_words(value: int, base: int | None) -> str:
    return (
        _("Steering committee established by a decision")
        if value
        else _("Steering committee not established by a decision in force")
    )


# --- Shares -----------------------------------------------------------------------


def _share(value: int, base: int, missing: str) -> Reading:
    holds = 0 < base <= value
    return Reading(value, base, holds, "" if holds else missing)


def _funding(facts: WardFacts) -> Reading:
    short = max(0, facts.funding_estimated - facts.funding_allocated)
    missing = (
        _("%(amount)s VND are not allocated yet.") % {"amount": shown(short)}
        if facts.funding_estimated
        else _("No estimate is recorded yet.")
    )
    return _share(facts.funding_allocated, facts.funding_estimated, missing)


def _funding_words(value: int, base: int | None) -> str:
    return _("%(value)s of %(base)s VND allocated") % {
        "value": shown(value),
        "base": shown(base),
    }


def _units_signed(facts: WardFacts) -> Reading:
    short = facts.units_required - facts.units_signed
    missing = (
        ngettext(
            "%(count)s unit has not signed yet.",
            "%(count)s units have not signed yet.",
            short,
        )
        % {"count": short}
        if facts.units_required
        else _("No unit of the ward signs the commitment yet.")
    )
    return _share(facts.units_signed, facts.units_required, missing)


def _units_signed_words(value: int, base: int | None) -> str:
    return _("%(value)s/%(base)s units have signed") % {
        "value": shown(value),
        "base": shown(base),
    }


def _sessions(facts: WardFacts) -> Reading:
    short = facts.quarters - facts.quarters_with_session
    missing = ngettext(
        "%(count)s quarter has no session yet.",
        "%(count)s quarters have no session yet.",
        short,
    ) % {"count": short}
    return _share(facts.quarters_with_session, facts.quarters, missing)


def _sessions_words(value: int, base: int | None) -> str:
    return _("%(value)s of %(base)s quarters with a session") % {
        "value": shown(value),
        "base": shown(base),
    }


# --- Counts -----------------------------------------------------------------------


def _count(value: int, missing: str) -> Reading:
    return Reading(value, None, value > 0, "" if value else missing)


def _launches(facts: WardFacts) -> Reading:
    return _count(
        facts.launch_conferences,
        _("No launch conference with its day is recorded yet."),
    )


def _launches_words(value: int, base: int | None) -> str:
    return ngettext(
        "%(count)s launch conference held", "%(count)s launch conferences held", value
    ) % {"count": shown(value)}


def _running(facts: WardFacts) -> Reading:
    return _count(facts.models_running, _("No running model is recorded yet."))


def _running_words(value: int, base: int | None) -> str:
    return ngettext("%(count)s model running", "%(count)s models running", value) % {
        "count": shown(value)
    }


def _replicated(facts: WardFacts) -> Reading:
    return _count(
        facts.models_replicated,
        _("No model has been replicated to another place in the period yet."),
    )


def _replicated_words(value: int, base: int | None) -> str:
    return ngettext(
        "%(count)s model replicated", "%(count)s models replicated", value
    ) % {"count": shown(value)}


# --- The one list -----------------------------------------------------------------


SOURCES: dict[str, Source] = {
    "documents.resolution": Source(
        _resolution, _resolution_words, "commitments:document-list"
    ),
    "documents.plan_and_regulation": Source(
        _plan_and_regulation, _plan_words, "commitments:document-list"
    ),
    "committee.established": Source(
        _committee, _committee_words, "commitments:committee-detail"
    ),
    "funding.allocated_share": Source(
        _funding, _funding_words, "commitments:funding-list"
    ),
    "meetings.quarters_with_session": Source(
        _sessions, _sessions_words, "commitments:meeting-list"
    ),
    "meetings.launch_conferences": Source(
        _launches, _launches_words, "commitments:meeting-list"
    ),
    "pledges.units_signed": Source(
        _units_signed, _units_signed_words, "commitments:pledge-board"
    ),
    "good_models.running": Source(_running, _running_words, "commitments:model-list"),
    "good_models.replicated": Source(
        _replicated, _replicated_words, "commitments:model-list"
    ),
}
KNOWN_SOURCES = tuple(SOURCES)
# Sources whose base is a denominator: what a percentage can take.
SHARES = frozenset(
    {
        "funding.allocated_share",
        "meetings.quarters_with_session",
        "pledges.units_signed",
    }
)


def takes_measure(criterion: "Criterion") -> bool:
    """Whether a criterion's figure can come from its source as it stands.

    Not where it is entered per unit, is compared with the period before (which the
    records of one year do not hold), takes a paper's number only, or asks for a share
    of a source that counts.
    """
    source = criterion.measure_source
    return (
        source in SOURCES
        and not criterion.figures_by
        and not criterion.baseline
        and not criterion.is_reference_only
        and (not criterion.has_base or source in SHARES)
    )


def words_of(source: str, value: int, base: int | None) -> str:
    """A figure of a source in words, live or as it was confirmed."""
    known = SOURCES.get(source)
    return known.words(value, base) if known else shown(value)
