"""When two decisions bear the same number, however it and the body are spelled.

A number of a decision is typed by hand: with or without "Số", with other spaces, dashes
or marks, the body in full or by its usual abbreviation. Keys leave all that out. Pure.
"""

import re

from wardsecurity.text import fold

# Longest a key gets: an abbreviation grows to less than three times its length.
BODY_KEY_SIZE = 600
NUMBER_KEY_SIZE = 200

# Usual abbreviations in names of deciding bodies (Thông tư 01/2011/TT-BNV, annex I, and
# the custom of offices), folded. "ca" alone is the police, "cat" that of a province.
_IN_FULL = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc",
    "ubmttq": "uy ban mat tran to quoc",
    "bcd": "ban chi dao",
    "bca": "bo cong an",
    "ca": "cong an",
    "cat": "cong an tinh",
    "catp": "cong an thanh pho",
    "ct": "chu tich",
    "pct": "pho chu tich",
    "gd": "giam doc",
    "pgd": "pho giam doc",
    "vn": "viet nam",
    "tp": "thanh pho",
    "hcm": "ho chi minh",
}
# A dot inside initials ("U.B.N.D.") parts no words.
_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")
_WORDS = re.compile(r"[^\W_]+")
_RUNS = re.compile(r"\d+|[^\W\d_]+")
# What stands before the number itself: "Số", "QĐ số", "Quyết định số".
_BEFORE = frozenset({"so", "qdso", "quyetdinhso", "quyetdinh"})


def body_key(text: str) -> str:
    """Who decided, without marks, signs, spaces and abbreviations.

    "UBND tỉnh", "Uỷ ban  nhân dân Tỉnh" and "U.B.N.D. tỉnh" have one key. A text of
    signs alone is its own key: a key is never empty.
    """
    folded = _INITIALS.sub("", fold(text).replace("ð", "d"))
    words = (_IN_FULL.get(word, word) for word in _WORDS.findall(folded))
    return ("".join(words).replace(" ", "") or folded or text)[:BODY_KEY_SIZE]


def number_key(text: str) -> str:
    """A number and symbol without marks, signs, spaces, leading zeros and "Số".

    Runs of digits stay apart, so that 1/23 is not 12/3; letters run together.
    """
    folded = fold(text).replace("ð", "d")
    parts: list[str] = []
    for run in _RUNS.findall(folded):
        if run.isdigit():
            parts.append(run.lstrip("0") or "0")
        elif parts and not parts[-1].isdigit():
            parts[-1] += run
        else:
            parts.append(run)
    if len(parts) > 1 and parts[0] in _BEFORE:
        del parts[0]
    return (" ".join(parts) or folded or text)[:NUMBER_KEY_SIZE]
