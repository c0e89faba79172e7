"""Forms for the categories a committee member is in charge of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import offer, one_of, version_field
from commitments.forms.many import ManyOf
from commitments.forms.members import last_day_field, name_field, position_field
from commitments.models import CommitteeMember
from commitments.selectors.choices import units_to_choose
from commitments.services.members import Successor
from criteria.selectors.in_charge import categories_of, list_categories


class CategoriesForm(forms.Form):
    """Which categories a member is in charge of."""

    categories = ManyOf(label=_("Categories in charge"))

    def __init__(
        self, *args: Any, user: Any, member: CommitteeMember, **kwargs: Any
    ) -> None:
        kwargs.setdefault(
            "initial", {"categories": categories_of(user=user, member=member)}
        )
        super().__init__(*args, **kwargs)
        campaign = member.committee.campaign
        offer(self, categories=list_categories(user=user, campaign=campaign))


class ReplaceForm(forms.Form):
    """The last day of one member, and who takes over; the categories go along."""

    last_day = last_day_field()
    position = position_field()
    name = name_field()
    unit = one_of(_("Unit"), empty=_("no unit of the list"))
    categories = ManyOf(label=_("Categories in charge"))
    version = version_field()

    def __init__(
        self, *args: Any, user: Any, member: CommitteeMember, **kwargs: Any
    ) -> None:
        kwargs.setdefault(
            "initial",
            {
                # The post stays the same more often than not; the person changes.
                "position": member.position,
                "unit": member.unit_id,
                "categories": categories_of(user=user, member=member),
                "version": member.version,
            },
        )
        super().__init__(*args, **kwargs)
        campaign = member.committee.campaign
        offer(
            self,
            unit=units_to_choose(user=user, campaign=campaign, kept=member.unit_id),
            categories=list_categories(user=user, campaign=campaign),
        )
        self.fields["categories"].help_text = str(
            _("Ticked: what the earlier member was in charge of.")
        )

    def successor(self) -> Successor:
        """Who takes over, for the service."""
        data = self.cleaned_data
        return Successor(data["position"], data["name"], data["unit"])
