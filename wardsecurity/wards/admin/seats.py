"""What forms on people have in common."""

from typing import Any

from django.utils.translation import gettext_lazy

from wardsecurity.accounts.models import User
from wardsecurity.admin import ServiceForm
from wardsecurity.wards.admin.units import chosen, managed_units
from wardsecurity.wards.models import ParticipatingUnit


class SeatForm(ServiceForm):
    """What a membership says; a contributor's unit is chosen among the ward's own."""

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        if "unit" in self.fields:
            self._offer(managed_units(self.request))

    def _offer(self, units: Any) -> None:
        unit_id = chosen(self, "unit")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        field = self.fields["participating_unit"]
        field.queryset = ParticipatingUnit.objects.filter(  # type: ignore[attr-defined]
            ward__in=units.filter(pk=unit_id)
        )
        field.required = False
        field.help_text = gettext_lazy(
            "For a unit contributor only. Save once to list the units of the ward."
        )


def called(user: User) -> str:
    """An account in a choice list."""
    return f"{user.username} ({user.full_name})" if user.full_name else user.username
