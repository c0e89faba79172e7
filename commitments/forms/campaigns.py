"""The form of a campaign: its title and what it runs under."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import offer, one_of, version_field
from commitments.models import Campaign
from commitments.selectors.campaigns import documents_for_slot
from commitments.services.campaigns import SLOTS


class CampaignForm(forms.Form):
    """Shape only; the service decides."""

    title = forms.CharField(
        label=_("Title of the campaign"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter the title of the campaign.")},
    )
    resolution = one_of(
        _("Resolution of the Party committee"), empty=_("not chosen yet")
    )
    plan = one_of(_("Plan"), empty=_("not chosen yet"))
    regulation = one_of(_("Working regulation"), empty=_("not chosen yet"))
    version = version_field()

    def __init__(
        self, *args: Any, user: Any, campaign: Campaign, **kwargs: Any
    ) -> None:
        kwargs["initial"] = stored_campaign(campaign)
        super().__init__(*args, **kwargs)
        offer(
            self,
            **{
                slot: documents_for_slot(
                    user=user,
                    campaign=campaign,
                    doc_type=doc_type,
                    system=system,
                    kept=getattr(campaign, f"{slot}_id"),
                )
                for slot, (doc_type, system) in SLOTS.items()
            },
        )


def stored_campaign(campaign: Campaign) -> dict[str, Any]:
    """A campaign as its form shows it."""
    names = ("title", *SLOTS, "version")
    return {name: getattr(campaign, name) for name in names}
