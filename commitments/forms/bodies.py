"""Forms of outside bodies and Party terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import NOT_IN_LIST
from commitments.models import BodyKind, OutsideBody, PartyTerm
from commitments.selectors.bodies import party_bodies, party_units
from commitments.selectors.documents import issuer_of
from commitments.services.bodies import TermFacts
from wardsecurity.forms import DayField
from wardsecurity.wards.models import AdministrativeUnit


class BodyForm(forms.Form):
    """A body above or beside the ward."""

    name = forms.CharField(
        label=_("Name of the body"),
        max_length=200,
        help_text=_("In full, for example: Ban Chỉ đạo 138 thành phố Đồng Hới."),
        error_messages={"required": _("Enter the name of the body.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=BodyKind.choices,
        initial=BodyKind.AUTHORITY,
        error_messages={"invalid_choice": NOT_IN_LIST},
    )

    def __init__(
        self, *args: Any, body: OutsideBody | None = None, **kwargs: Any
    ) -> None:
        if body is not None:
            kwargs["initial"] = {"name": body.name, "kind": body.kind}
        super().__init__(*args, **kwargs)


class TermForm(forms.Form):
    """A term of a Party committee of the ward, or of a Party body above."""

    holder = forms.ChoiceField(
        label=_("Party body"),
        error_messages={
            "required": _("Choose a Party body."),
            "invalid_choice": NOT_IN_LIST,
        },
    )
    name = forms.CharField(
        label=_("Term"),
        max_length=60,
        help_text=_("For example: Nhiệm kỳ 2020 – 2025."),
        error_messages={"required": _("Enter the name of the term.")},
    )
    starts_on = DayField(
        label=_("From"), error_messages={"required": _("Enter the day.")}
    )
    ends_on = DayField(
        label=_("To"),
        required=False,
        help_text=_("Left empty: the term is still running."),
    )

    def __init__(
        self,
        *args: Any,
        user: Any,
        ward: AdministrativeUnit,
        term: PartyTerm | None = None,
        **kwargs: Any,
    ) -> None:
        if term is not None:
            kwargs["initial"] = {
                "holder": f"unit-{term.unit_id}"
                if term.unit_id
                else f"body-{term.body_id}",
                "name": term.name,
                "starts_on": term.starts_on,
                "ends_on": term.ends_on,
            }
        super().__init__(*args, **kwargs)
        units = party_units(user=user, ward=ward)
        bodies = party_bodies(user=user, ward=ward)
        self._holders = {f"unit-{row.pk}": row for row in units}
        self._holders |= {f"body-{row.pk}": row for row in bodies}  # type: ignore[misc]
        if term is not None:
            # Corrected to another kind since: the body keeps its term.
            self._holders.setdefault(kwargs["initial"]["holder"], term.holder)  # type: ignore[arg-type]
        self.fields["holder"].choices = [  # type: ignore[attr-defined]
            (code, row.name) for code, row in self._holders.items()
        ]

    @property
    def has_holders(self) -> bool:
        """Whether the ward has a Party body at all."""
        return bool(self._holders)

    def facts(self) -> TermFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        named = issuer_of(data["holder"])
        holder: Any = self._holders[data["holder"]]
        is_unit = named is not None and named[0] == "unit"
        return TermFacts(
            name=data["name"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            unit=holder if is_unit else None,
            body=None if is_unit else holder,
        )
