"""The form of a comment: words, and the posts they speak to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wardsecurity.notices.people import Posts
from wardsecurity.notices.services import LONGEST


class CommentForm(forms.Form):
    """Shape only; the service finds "@…" in the text and decides."""

    text = forms.CharField(
        label=_("Comment"),
        help_text=_(
            "What is unclear, what is missing, what was agreed. No names of residents, "
            "no case files, nothing classified."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the comment first.")},
    )
    people = forms.MultipleChoiceField(
        label=_("Posts to ask for an answer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose positions from the list.")},
    )

    def __init__(self, *args: Any, posts: Posts, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "comment-%s")  # beside other forms of a page
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (name, name) for name in posts.names.values()
        ]
