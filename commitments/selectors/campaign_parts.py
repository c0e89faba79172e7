"""Each part of a campaign's work in one line, for its page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Campaign
from commitments.selectors.campaigns import Standing
from wardsecurity.numbers import shown


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work: its page and where it stands; `warns`: somebody must act."""

    code: str
    title: str
    icon: str
    line: str
    url: str
    warns: bool = False


def parts_of(campaign: Campaign, standing: Standing) -> list[Part]:
    """The parts in the order of the navigation; no query."""
    at = [campaign.ward.slug, campaign.year]

    def part(
        page: str, title: str, icon: str, line: str, *, warns: bool = False
    ) -> Part:
        url = reverse(f"commitments:{page}", args=at)
        return Part(page, title, icon, line, url, warns)

    return [
        part("document-list", _("Documents"), "document-text", _documents(standing)),
        part("committee-detail", _("Steering committee"), "users", _members(standing)),
        part(
            "meeting-list",
            _("Meetings"),
            "chat-bubble-left-right",
            _meetings(standing),
        ),
        part(
            "directive-list",
            _("Directives"),
            "megaphone",
            _directives(standing),
            warns=standing.directives_overdue > 0,
        ),
        part("pledge-board", _("Commitments"), "pencil", _signed(standing)),
        part("funding-list", _("Funding"), "banknotes", _funding(standing)),
        part("model-list", _("Good models"), "light-bulb", _models(standing)),
    ]


def _documents(standing: Standing) -> str:
    if not standing.documents and not standing.drafts:
        return _("No document yet")
    line = ngettext(
        "%(count)s numbered document",
        "%(count)s numbered documents",
        standing.documents,
    ) % {"count": standing.documents}
    if standing.drafts:
        drafts = ngettext(
            "%(count)s without a number", "%(count)s without a number", standing.drafts
        ) % {"count": standing.drafts}
        line = f"{line}, {drafts}"
    return line


def _members(standing: Standing) -> str:
    if not standing.committee_members:
        return _("No member yet")
    return ngettext(
        "%(count)s member in office",
        "%(count)s members in office",
        standing.committee_members,
    ) % {"count": standing.committee_members}


def _meetings(standing: Standing) -> str:
    if standing.last_meeting is None:
        return _("No meeting held yet")
    return ngettext(
        "%(count)s meeting held, the last on %(day)s",
        "%(count)s meetings held, the last on %(day)s",
        standing.meetings_held,
    ) % {
        "count": standing.meetings_held,
        "day": f"{standing.last_meeting:%d/%m/%Y}",
    }


def _directives(standing: Standing) -> str:
    if not standing.directives:
        return _("No directive yet")
    if standing.directives_overdue:
        return ngettext(
            "%(count)s of %(all)s overdue",
            "%(count)s of %(all)s overdue",
            standing.directives_overdue,
        ) % {"count": standing.directives_overdue, "all": standing.directives}
    if standing.directives_open:
        return ngettext(
            "%(count)s of %(all)s under way",
            "%(count)s of %(all)s under way",
            standing.directives_open,
        ) % {"count": standing.directives_open, "all": standing.directives}
    return ngettext(
        "%(count)s directive, followed to its end",
        "%(count)s directives, followed to their end",
        standing.directives,
    ) % {"count": standing.directives}


def _signed(standing: Standing) -> str:
    if not standing.units_signed:
        return _("No unit has signed yet")
    return ngettext(
        "%(count)s unit has signed",
        "%(count)s units have signed",
        standing.units_signed,
    ) % {"count": standing.units_signed}


def _funding(standing: Standing) -> str:
    if not standing.estimated and not standing.allocated:
        return _("No funding planned yet")
    return _("%(allocated)s allocated of %(estimated)s đồng") % {
        "allocated": shown(standing.allocated),
        "estimated": shown(standing.estimated),
    }


def _models(standing: Standing) -> str:
    if not standing.models_running:
        return _("No model running yet")
    return ngettext(
        "%(count)s model running", "%(count)s models running", standing.models_running
    ) % {"count": standing.models_running}
