"""Forms of an official document: number, date and subject first, the file second."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import NOT_IN_LIST, offer, one_of, version_field
from commitments.models import (
    Campaign,
    DocumentType,
    OfficialDocument,
    OutsideBody,
    PaperSystem,
)
from commitments.selectors.choices import bodies_to_choose, units_to_choose
from commitments.selectors.documents import (
    blank_document,
    documents_to_relate,
    issuer_of,
)
from commitments.services.documents import DocumentFacts
from wardsecurity.forms import DayField, ManyFilesField
from wardsecurity.wards.models import ParticipatingUnit

_NOT_IN_LIST = {"invalid_choice": NOT_IN_LIST, "invalid_pk_value": NOT_IN_LIST}
TYPE_CHOICES = DocumentType.choices


class DocumentChoices(forms.ModelMultipleChoiceField):
    """Documents as check boxes, each with its year."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Number and subject, and the year of its campaign."""
        return f"{obj} ({obj.campaign.year})"


def _reference_of(document: OfficialDocument) -> str:
    """Number and symbol as they stand in the box; a draft's symbol alone."""
    return document.display or document.symbol


def _issuer_code(document: OfficialDocument) -> str:
    if document.issuer_unit_id:
        return f"unit-{document.issuer_unit_id}"
    return f"body-{document.issuer_body_id}"


class DocumentForm(forms.Form):
    """Shape only; the service decides. `own` narrows the issuers (see own_units)."""

    system = forms.ChoiceField(
        label=_("System"),
        choices=PaperSystem.choices,
        widget=forms.RadioSelect,
        initial=PaperSystem.STATE,
        error_messages={"required": _("Choose Party or State.")} | _NOT_IN_LIST,
    )
    doc_type = forms.ChoiceField(
        label=_("Type of document"),
        choices=[("", _("Choose a type")), *DocumentType.choices],
        error_messages={"required": _("Choose a type.")} | _NOT_IN_LIST,
    )
    reference = forms.CharField(
        label=_("Number and symbol"),
        max_length=60,
        required=False,
        help_text=_(
            "For example 15-NQ/ĐU or 05/KH-UBND. The number alone is enough; left "
            "empty: a draft."
        ),
    )
    issued_on = DayField(
        label=_("Date of issue"),
        required=False,
        help_text=_("A document with a number has one."),
    )
    subject_vi = forms.CharField(
        label=_("Subject of the document"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As it stands below the type, for example: Về việc …"),
        error_messages={"required": _("Enter the subject of the document.")},
    )
    issuer = forms.ChoiceField(
        label=_("Issued by"), required=False, error_messages=_NOT_IN_LIST
    )
    new_body = forms.CharField(
        label=_("Another body (write its name)"),
        max_length=200,
        required=False,
        help_text=_("It is registered with this document and stands in the list then."),
    )
    signer_position = forms.CharField(
        label=_("Signer's position"), max_length=160, required=False
    )
    based_on: Any = DocumentChoices(
        label=_("Based on"),
        queryset=None,
        required=False,
        error_messages=_NOT_IN_LIST,
    )
    replaces = one_of(_("Replaces"), empty=_("nothing"))
    files = ManyFilesField(  # type: ignore[assignment]  # Django moves it to fields
        label=_("Files"), required=False
    )
    remove = forms.TypedMultipleChoiceField(
        label=_("Files to take off"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_NOT_IN_LIST,
    )
    subject_en = forms.CharField(
        label=_("Subject in English"), max_length=500, required=False
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = version_field()
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        own: set[int] | None,
        document: OfficialDocument | None = None,
        **kwargs: Any,
    ) -> None:
        self.campaign = campaign
        self.document = document
        if document is not None:
            kwargs["initial"] = stored_document(document)
        super().__init__(*args, **kwargs)
        kept = document.issuer_unit_id if document else None
        units = units_to_choose(user=user, campaign=campaign, own=own, kept=kept)
        self._units = {row.pk: row for row in units}
        bodies = bodies_to_choose(user=user, campaign=campaign)
        self._bodies = {row.pk: row for row in bodies} if own is None else {}
        self.fields["issuer"].choices = self._issuers()  # type: ignore[attr-defined]
        if own is not None:
            del self.fields["new_body"]
        related = documents_to_relate(user=user, campaign=campaign, document=document)
        offer(self, based_on=related, replaces=related)
        if not related:
            del self.fields["based_on"], self.fields["replaces"]
        files = document.standing_files if document else []
        if files:
            self.fields["remove"].choices = [  # type: ignore[attr-defined]
                (one.pk, one.name) for one in files
            ]
        else:
            del self.fields["remove"]

    def _issuers(self) -> list[Any]:
        groups: list[tuple[Any, str, Iterable[ParticipatingUnit | OutsideBody]]] = [
            (_("Units of the ward"), "unit", self._units.values()),
            (_("Bodies above or beside the ward"), "body", self._bodies.values()),
        ]
        return [
            ("", _("Choose who issued it")),
            *(
                (label, [(f"{code}-{row.pk}", row.name) for row in rows])
                for label, code, rows in groups
                if rows
            ),
        ]

    @property
    def issuer_names(self) -> dict[str, str]:
        """What the codes of the issuers are called."""
        groups = [group for code, group in self._issuers() if code]
        return {code: name for group in groups for code, name in group}

    def _issuer(self) -> tuple[ParticipatingUnit | None, OutsideBody | None]:
        named = issuer_of(self.cleaned_data.get("issuer", ""))
        if named is None:
            return None, None
        kind, pk = named
        if kind == "unit":
            return self._units.get(pk), None
        return None, self._bodies.get(pk)

    def row_for_files(self) -> OfficialDocument:
        """Whose document the files are kept for: the right is asked of it."""
        if self.document is not None:
            return self.document
        unit, _body = self._issuer()
        if unit is None and "new_body" not in self.fields:
            unit = next(iter(self._units.values()), None)  # a contributor's own
        return blank_document(self.campaign, unit)

    def facts(self) -> DocumentFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        unit, body = self._issuer()
        return DocumentFacts(
            system=data["system"],
            doc_type=data["doc_type"],
            reference=data["reference"],
            issued_on=data["issued_on"],
            subject_vi=data["subject_vi"],
            subject_en=data["subject_en"],
            issuer_unit=unit,
            issuer_body=body,
            new_body=data.get("new_body", ""),
            signer_position=data["signer_position"],
            based_on=tuple(data.get("based_on") or ()),
            replaces=data.get("replaces"),
            note=data["note"],
        )


def stored_document(document: OfficialDocument) -> dict[str, Any]:
    """A document as its form shows it."""
    names = ("system", "doc_type", "issued_on", "subject_vi", "subject_en")
    plain = {name: getattr(document, name) for name in names}
    return plain | {
        "reference": _reference_of(document),
        "issuer": _issuer_code(document),
        "signer_position": document.signer_position,
        "based_on": list(document.based_on.all()),
        "replaces": document.replaces,
        "note": document.note,
        "version": document.version,
    }


class WithdrawForm(forms.Form):
    """Why a document is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why this document is withdrawn.")},
    )
