"""The trail as the history of a row."""

from wardsecurity.audit.selectors import Told
from wardsecurity.audit.words import action_words


class HistoryLine:
    """One entry of the trail, in words."""

    def __init__(self, told: Told) -> None:
        self.entry = told.entry
        self.what = action_words(told.entry.action)
        names = [
            *told.before,
            *(name for name in told.after if name not in told.before),
        ]
        self.changes = [
            (name, told.before.get(name), told.after.get(name)) for name in names
        ]
        self.texts = list(told.texts.items())
