"""The one error of the domain."""

from django.core.exceptions import ValidationError
from django.db import models


class RuleViolation(Exception):
    """A rule of the house was broken: nothing was written.

    `message` is a translated sentence for people, `code` a stable word for tests and
    logs, `field` the form field it belongs beside (None: the whole form).
    """

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field

    @property
    def sentences(self) -> list[tuple[str | None, str]]:
        """What to say beside which field; one, unless a subclass knows more."""
        return [(self.field, self.message)]


def checked(row: models.Model) -> None:
    """Run a row's own rules; RuleViolation with the first sentence and its field."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise RuleViolation(
            sentences[0],
            code="invalid",
            field=None if field == "__all__" else field,
        ) from error
