"""Forms of the province's work: a decision, a re-check, returns, recognition."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment, Result, Review
from criteria.models.assessments import DECIDED
from criteria.models.choices import PointRule
from criteria.selectors.verification import Line
from wardsecurity.forms import DayField
from wardsecurity.numbers import shown_points

RESULTS = [
    (Result.MET, _("Met")),
    (Result.NOT_MET, _("Not met")),
    (Result.NOT_APPLICABLE, _("Not applicable")),
]
DUE_IN = dt.timedelta(days=10)  # offered for returns; the province types another
_POINTS = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")


class PointsField(forms.CharField):
    """Points with at most two decimals, as 2,5 or 2.5; whole hundredths come out."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "points": _("Enter points such as 2,5. Now: %(value)s."),
    }

    def __init__(self, *, suffix: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suffix = suffix

    def prepare_value(self, value: Any) -> Any:
        """Show stored hundredths as points, typed text as typed."""
        return shown_points(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Return whole hundredths; None when empty."""
        text = str(value or "").strip()
        if not text:
            return None
        found = _POINTS.fullmatch(text) if text.isascii() else None
        if found is None:
            raise forms.ValidationError(
                self.error_messages["points"],
                code="points",
                params={"value": text[:30]},
            )
        whole, decimals = found.groups()
        return int(whole) * 100 + int((decimals or "").ljust(2, "0"))


def _is_proportional(assessment: Assessment) -> bool:
    return bool(assessment.criterion.rule == PointRule.PROPORTIONAL)


def _points_field(assessment: Assessment) -> PointsField:
    return PointsField(
        label=_("Verified points"),
        required=False,
        suffix=f"/{shown_points(assessment.max_points)}",
    )


class DecisionForm(forms.Form):
    """Accept, adjust, return or re-check one criterion. Shape only.

    `line` is the criterion as the page shows it; points are asked for where the set
    gives them in proportion.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    review = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            (Review.ACCEPTED, _("Accept")),
            (Review.ADJUSTED, _("Adjust")),
            (Review.RETURNED, _("Return")),
            (Review.RECHECK, _("Re-check on site")),
        ],
        error_messages={"required": _("Choose one of the decisions shown.")},
    )
    result = forms.ChoiceField(
        label=_("Verified result"), required=False, choices=RESULTS
    )
    reason = forms.CharField(
        label=_("Reason sent to the ward"), required=False, max_length=2000
    )

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self._initial(line))
        super().__init__(*args, **kwargs)
        if _is_proportional(line.assessment):
            self.fields["points"] = _points_field(line.assessment)

    @staticmethod
    def _initial(line: Line) -> dict[str, Any]:
        row = line.assessment
        opposite = Result.MET if line.self_result.code != Result.MET else Result.NOT_MET
        return {
            "version": row.version,
            "review": "" if row.review == Review.PENDING else row.review,
            "result": row.verified_result or row.recheck_result or opposite,
            "points": row.verified_points
            if row.verified_points is not None
            else row.recheck_points,
            "reason": row.review_reason,
        }

    @property
    def decision(self) -> dict[str, Any]:
        """What the form says, for the service: result and points of an adjustment."""
        data = self.cleaned_data
        adjusts = data["review"] == Review.ADJUSTED
        return {
            "review": data["review"],
            "result": data["result"] if adjusts else "",
            "points": data.get("points") if adjusts else None,
            "reason": data["reason"],
        }

    @property
    def is_decided(self) -> bool:
        """Whether it asks for a decision that stands by itself."""
        return self.cleaned_data["review"] in DECIDED


class RecheckForm(forms.Form):
    """What was found on site: day, result, points, words. Shape only."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    recheck_on = DayField(label=_("Day of the re-check"))
    result = forms.ChoiceField(
        label=_("Result on site"), widget=forms.RadioSelect, choices=RESULTS
    )
    finding = forms.CharField(
        label=_("Finding on site"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was seen, where and with whom (by post)."),
    )

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "version": assessment.version,
                "recheck_on": assessment.recheck_on,
                "result": assessment.recheck_result,
                "points": assessment.recheck_points,
                "finding": assessment.recheck_finding,
            },
        )
        kwargs["auto_id"] = "recheck_%s"  # two forms stand on the page
        super().__init__(*args, **kwargs)
        if _is_proportional(assessment):
            field = _points_field(assessment)
            field.label = _("Points on site")
            self.fields["points"] = field

    @property
    def found(self) -> dict[str, Any]:
        """What the form says, for the service."""
        data = self.cleaned_data
        return {
            "review": Review.RECHECK,
            "result": data["result"],
            "points": data.get("points"),
            "finding": data["finding"],
            "recheck_on": data["recheck_on"],
        }


class VersionForm(forms.Form):
    """A step of an evaluation: the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnsForm(VersionForm):
    """All returned criteria go back together, with one new due date."""

    due_on = DayField(
        label=_("The ward completes them by"),
        help_text=_("The new due date of every criterion returned."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"due_on": timezone.localdate() + DUE_IN}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class RecognitionForm(VersionForm):
    """The decision on a ward's year, as its paper says it. Shape only."""

    is_recognised = forms.TypedChoiceField(
        label=_("The decision"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Recognised")), ("no", _("Not recognised"))],
        coerce=lambda value: value == "yes",
    )
    deciding_body = forms.CharField(
        label=_("Deciding body"),
        max_length=200,
        help_text=_("For example: People's Committee of the province."),
    )
    number = forms.CharField(
        label=_("Number and symbol"),
        max_length=60,
        help_text=_("For example: 1234/QĐ-UBND."),
    )
    decided_on = DayField(label=_("Date of the decision"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Needed when the ward is not recognised, and when it is recognised though "
            "by its set it is not eligible."
        ),
    )

    @property
    def paper(self) -> dict[str, Any]:
        """What the form says, for the service."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class ReopenForm(VersionForm):
    """Why a concluded year is opened again."""

    reason = forms.CharField(
        label=_("Reason for reopening"),
        required=False,  # the service asks for it, in its own words
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
