"""The form of the text: title, scope, parties and its contents."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.services.pledge_texts import MOST_CONTENTS, Content, Wording
from wardsecurity.numbers import whole_number

FIRST_CONTENTS = 3


def _asked_size(asked: Mapping[str, Any]) -> int:
    """How many contents the form that was sent held; 0 when it does not say."""
    return min(whole_number(str(asked.get("count", ""))) or 0, MOST_CONTENTS)


class TextForm(forms.Form):
    """Contents come as content_1, label_1 and so on; empty ones are left out."""

    title = forms.CharField(
        label=_("Title of the commitment"),
        max_length=300,
        error_messages={"required": _("Enter the title of the commitment.")},
    )
    scope = forms.CharField(
        label=_("Holds for"),
        max_length=200,
        help_text=_("As the paper says it, for example: 2026 and the years after."),
        error_messages={"required": _("Say which years the commitment holds for.")},
    )
    parties = forms.CharField(
        label=_("Parties"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who signs, and with whom: units, never single people."),
    )
    years_after = forms.BooleanField(
        label=_("Carry signatures over into the years that follow"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        wording: Wording | None = None,
        version: int | None = None,
        unfinished: Mapping[str, Any] | None = None,
    ) -> None:
        """`unfinished` is what was typed when one more content was asked for."""
        self.wording = wording
        there = list(wording.contents) if wording else []
        asked: Mapping[str, Any] = unfinished or data or {}
        size = _asked_size(asked) or len(there) or FIRST_CONTENTS
        self.size = min(size + (unfinished is not None), MOST_CONTENTS)
        initial: dict[str, Any] = {"version": version}
        if wording:
            initial |= {
                "title": wording.title,
                "scope": wording.scope,
                "parties": wording.parties,
                "years_after": wording.years_after,
            }
        for place, content in enumerate(there, start=1):
            initial |= {
                f"content_{place}": content.body,
                f"label_{place}": content.label,
            }
        initial |= unfinished or {}
        super().__init__(data, initial=initial | {"count": self.size})
        for place in range(1, self.size + 1):
            self._add(place)

    def _add(self, place: int) -> None:
        self.fields[f"content_{place}"] = forms.CharField(
            label=_("Content %(place)s") % {"place": place},
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        self.fields[f"label_{place}"] = forms.CharField(
            label=_("Short name of content %(place)s") % {"place": place},
            max_length=80,
            required=False,
            help_text=_("For the board's column, two to four words."),
        )

    @property
    def places(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Content and short name, in order."""
        return [
            (self[f"content_{place}"], self[f"label_{place}"])
            for place in range(1, self.size + 1)
        ]

    @property
    def may_grow(self) -> bool:
        """Whether one more content may be asked for."""
        return self.size < MOST_CONTENTS

    def said(self) -> Wording:
        """What the form says, for the service; what it does not ask is kept."""
        data, old = self.cleaned_data, self.wording
        there = list(old.contents) if old else []
        contents = []
        for place in range(1, self.size + 1):
            before = there[place - 1] if place <= len(there) else Content("")
            body = data[f"content_{place}"]
            same = body == before.body
            contents.append(
                Content(
                    body,
                    data[f"label_{place}"],
                    before.body_en if same else "",
                    before.basis if same else "",
                )
            )
        return Wording(
            title=data["title"],
            scope=data["scope"],
            parties=data["parties"],
            years_after=data["years_after"],
            contents=contents,
            basis=old.basis if old else "",
            note=old.note if old else "",
        )
