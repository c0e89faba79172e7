"""The form of a quarter's reviews: a part for each content."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments.models import (
    CommitmentContent,
    CommitmentReview,
    OfficialDocument,
    Verdict,
)
from commitments.services.pledge_reviews import Look


class ReviewForm(forms.Form):
    """All contents at once; fields are named after the content."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        contents: Sequence[CommitmentContent],
        there: Mapping[int, CommitmentReview],
        proofs: Sequence[OfficialDocument],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contents = contents
        self.proofs = {paper.pk: paper for paper in proofs}
        papers = [("", _("No document")), *((one.pk, str(one)) for one in proofs)]
        for content in contents:
            self._add(content, there.get(content.pk), papers)

    def _add(
        self,
        content: CommitmentContent,
        review: CommitmentReview | None,
        papers: Sequence[tuple[Any, Any]],
    ) -> None:
        name = f"c{content.pk}"
        words = [(one.value, capfirst(one.label)) for one in Verdict]
        self.fields[f"{name}-verdict"] = forms.ChoiceField(
            label=_("How content %(order)s is kept") % {"order": content.order},
            choices=[*words, ("", _("Not reviewed yet"))],
            required=False,
            initial=review.verdict if review else "",
            widget=forms.RadioSelect,
        )
        self.fields[f"{name}-remark"] = forms.CharField(
            label=_("Remark on content %(order)s") % {"order": content.order},
            max_length=1000,
            required=False,
            initial=review.remark if review else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{name}-proof"] = forms.TypedChoiceField(
            label=_("Document for content %(order)s") % {"order": content.order},
            choices=papers,
            coerce=int,
            empty_value=None,
            required=False,
            initial=review.proof_id if review else None,
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )

    @property
    def parts(self) -> list[tuple[CommitmentContent, list[forms.BoundField]]]:
        """Each content with its fields."""
        return [
            (
                one,
                [self[f"c{one.pk}-{name}"] for name in ("verdict", "remark", "proof")],
            )
            for one in self.contents
        ]

    def looks(self) -> list[Look]:
        """What the form says, for the service."""
        data = self.cleaned_data
        return [
            Look(
                content_id=one.pk,
                verdict=data[f"c{one.pk}-verdict"],
                remark=data[f"c{one.pk}-remark"],
                proof=self.proofs.get(data[f"c{one.pk}-proof"]),
            )
            for one in self.contents
        ]

    def stored(self, there: Mapping[int, CommitmentReview]) -> dict[str, Any]:
        """What stands now, by field, for telling both versions apart."""
        found: dict[str, Any] = {}
        for one in self.contents:
            review = there.get(one.pk)
            found[f"c{one.pk}-verdict"] = review.verdict if review else ""
            found[f"c{one.pk}-remark"] = review.remark if review else ""
            found[f"c{one.pk}-proof"] = review.proof_id if review else None
        return found
