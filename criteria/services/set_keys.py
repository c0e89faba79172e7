"""Keys of criteria that a workbook names none for.

The key ties a criterion to its earlier versions (RULES "Sets"): years are compared by
it, and live evaluations move by it. It is kept where it is plain which one is meant.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from criteria.services.set_files import SetContent
from criteria.services.set_tables import CRITERIA
from wardsecurity.spreadsheets.findings import Workbook
from wardsecurity.text import fold


def give_keys(
    book: Workbook, criteria: Sequence[dict[str, Any]], base: SetContent | None
) -> None:
    """Fill in missing keys, and say in a note of each row what became of it."""
    taken = {one["key"] for one in criteria if one.get("key")}
    known = {one.key for one in base.criteria} if base else set()
    by_title = _by_title(base) if base else {}
    for row, raw in zip(book.rows(CRITERIA.key), criteria, strict=True):
        if raw.get("key") or "key" in row.faulty:
            continue
        title = fold(str(raw.get("title_vi", "")))
        kept = by_title.get(title)
        if kept and kept not in taken:
            raw["key"] = kept
            sentence = _(
                "No key is written; “%(key)s” of the present version is kept, whose"
                " title is the same."
            )
        else:
            raw["key"] = _new_key(raw.get("number"), taken | known)
            sentence = _(
                "No key is written and no criterion of the present version has this"
                " title: it counts as a new criterion, key “%(key)s”."
            )
        taken.add(raw["key"])
        book.fault(
            CRITERIA.key,
            sentence % {"key": raw["key"]},
            row=row,
            column="key" if "key" in book.sheets[CRITERIA.key].places else "number",
            is_note=True,
        )


def _by_title(base: SetContent) -> dict[str, str]:
    """Keys by folded title, of titles that stand once only."""
    count = Counter(fold(one.title_vi) for one in base.criteria)
    return {
        fold(one.title_vi): one.key
        for one in base.criteria
        if count[fold(one.title_vi)] == 1
    }


def _new_key(number: Any, taken: set[str]) -> str:
    """A key that neither the file nor the present version uses."""
    start = f"c{number:02}" if isinstance(number, int) else "c"
    key, more = start, 1
    while key in taken or key == "c":
        more += 1
        key = f"{start}-{more}"
    return key
