"""The one error of the domain."""


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
