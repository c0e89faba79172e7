"""Numbers and symbols of official papers: read as typed, written as the rules say.

Pure: no request, no database. Source: data/domain.md §4 (Guideline 36-HD/VPTW for Party
papers, Decree 30/2020/NĐ-CP for State papers). Odd formats are told, never refused.
"""

import re
from dataclasses import dataclass

from wardsecurity.text import fold, nfc

PARTY, STATE = "party", "state"

# The code of each type of paper in a symbol; a State official letter has none.
TYPE_CODES: dict[str, dict[str, str]] = {
    PARTY: {
        "nghi_quyet": "NQ",
        "quyet_dinh": "QĐ",
        "ke_hoach": "KH",
        "quy_che": "QC",
        "chuong_trinh": "CTr",
        "thong_bao": "TB",
        "bao_cao": "BC",
        "to_trinh": "TTr",
        "bien_ban": "BB",
        "cong_van": "CV",
        "huong_dan": "HD",
    },
    STATE: {
        "nghi_quyet": "NQ",
        "quyet_dinh": "QĐ",
        "ke_hoach": "KH",
        "quy_che": "QC",
        "chuong_trinh": "CTr",
        "thong_bao": "TB",
        "bao_cao": "BC",
        "to_trinh": "TTr",
        "bien_ban": "BB",
        "cong_van": "",
        "huong_dan": "HD",
    },
}
# A regulation usually goes out with a decision and carries its number.
ALSO_NUMBERED_AS = {"quy_che": ("QĐ",)}
# Conclusions and directives of the Party, invitations of the State: read, not chosen.
OTHER_CODES = ("CT", "KL", "GM")
BODY_CODES = {
    "party_committee": "ĐU",
    "peoples_committee": "UBND",
    "ward_police": "CAP",
    "fatherland_front": "MTTQ",
    "steering_committee": "BCĐ",
}
# Codes of bodies above, by words of their names, the first that fits.
BODY_NAMES = (
    ("ban chi dao", "BCĐ"),
    ("trung uong", "TW"),
    ("tinh uy", "TU"),
    ("thanh uy", "TU"),
    ("huyen uy", "HU"),
    ("dang uy", "ĐU"),
    ("hoi dong nhan dan", "HĐND"),
    ("hdnd", "HĐND"),
    ("uy ban nhan dan", "UBND"),
    ("ubnd", "UBND"),
    ("mat tran", "MTTQ"),
    ("mttq", "MTTQ"),
)
# Bodies whose papers are of one system only; for the others either will do.
SYSTEM_OF_KIND = {"party_committee": PARTY, "party": PARTY, "peoples_committee": STATE}

LARGEST_NUMBER = 999_999


def _ascii(text: str) -> str:
    """Capitals without marks: how a code is recognised however it was typed."""
    return fold(text).upper()


_CANONICAL = {
    _ascii(code): code
    for code in (
        *TYPE_CODES[PARTY].values(),
        *OTHER_CODES,
        *BODY_CODES.values(),
        *(code for _words, code in BODY_NAMES),
    )
}
_SPACED = re.compile(r"\s*([-/])\s*")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_PREFIX = re.compile(r"^\s*s[ốôo]\s*[:.]?\s*(?=[\d/-])", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[0-9]+")
_PARTY_FORM = re.compile(r"([0-9]+)-([^/]+/[^/]+)")
# Legal texts carry the year too: 15/2023/QĐ-UBND.
_STATE_FORM = re.compile(r"([0-9]+)/((?:[0-9]{4}/)?[^/]+)")
_FORMS = {PARTY: _PARTY_FORM, STATE: _STATE_FORM}
_BARE = re.compile(r"([0-9]+)[-/]?")


@dataclass(frozen=True, slots=True)
class Reference:
    """A number and symbol: 15 and NQ/ĐU. Without a number it is a draft's.

    `display` is how the paper writes them; empty for a draft.
    """

    number: int | None
    symbol: str
    display: str


def tidy(text: str) -> str:
    """What was typed in one spelling: no "Số:", plain dashes, no spaces around them."""
    plain = _DASHES.sub("-", " ".join(nfc(text).split()))
    return _SPACED.sub(r"\1", _PREFIX.sub("", plain)).strip(" .,;:")


def spelled(symbol: str) -> str:
    """A symbol with its known codes as they are written: "nq/du" gives NQ/ĐU."""
    return _LETTERS.sub(lambda found: _spelled_code(found[0]), symbol)


def _spelled_code(code: str) -> str:
    if code.isascii() and code.upper() in _CANONICAL:
        return _CANONICAL[code.upper()]
    return code.upper() if code.islower() else code


def display(system: str, number: int | None, symbol: str) -> str:
    """Number and symbol as papers of the system carry them; "" without a number."""
    if number is None:
        return ""
    mark = "-" if system == PARTY else "/"
    return f"{number:02d}{mark}{symbol}" if symbol else f"{number:02d}"


def written(system: str, shown: str) -> str:
    """As it stands in the head of the paper: "Số 15-NQ/ĐU", "Số: 05/KH-UBND"."""
    if not shown:
        return ""
    return f"Số {shown}" if system == PARTY else f"Số: {shown}"


def read(text: str, system: str) -> Reference:
    """Take number and symbol out of what was typed in one box.

    What follows the system's form is spelled as the rules say; anything else keeps its
    own spelling for showing, with the first number found in it. No digits: a draft.
    """
    plain = spelled(tidy(text))
    if bare := _BARE.fullmatch(plain):
        number = int(bare[1][:18])
        return Reference(number, "", display(system, number, ""))
    if (found := _FORMS[system].fullmatch(plain)) and _is_whole(found[1]):
        number, symbol = int(found[1]), found[2]
        return Reference(number, symbol, display(system, number, symbol))
    first = _NUMBER.search(plain)
    # Digits behind letters belong to a body's code: "KH-BCĐ138" has no number yet.
    if first is None or (first.start() and plain[first.start() - 1].isalpha()):
        return Reference(None, plain.strip("-/ "), "")
    rest = (plain[: first.start()] + plain[first.end() :]).strip("-/ ")
    return Reference(int(first[0][:18]), rest, plain)


def _is_whole(digits: str) -> bool:
    return len(digits) <= 9


def body_code(kind: str, name: str) -> str:
    """The code of a body in a symbol, by its kind or its name; "" when unknown."""
    if kind in BODY_CODES:
        return BODY_CODES[kind]
    folded = fold(name)
    return next((code for words, code in BODY_NAMES if words in folded), "")


def propose_symbol(system: str, doc_type: str, body: str) -> str:
    """The symbol a paper of this type and body usually carries, without a number."""
    code = TYPE_CODES[system].get(doc_type, "")
    mark = "/" if system == PARTY else "-"
    return mark.join(part for part in (code, body) if part)


def oddities(
    *,
    system: str,
    doc_type: str,
    reference: Reference,
    issuer_kind: str = "",
) -> list[str]:
    """What is unusual, as codes; empty for a paper in good form.

    "other_system" (written the way of the other one), "form" (neither way),
    "no_symbol", "type_code" (another type's), "issuer_system" (a body of the other).
    """
    found = []
    if reference.number is not None and not reference.symbol:
        found.append("no_symbol")
    elif reference.number is not None:
        if not _FORMS[system].fullmatch(reference.display):
            other = _FORMS[STATE if system == PARTY else PARTY]
            is_other = other.fullmatch(reference.display)
            found.append("other_system" if is_other else "form")
        elif not _type_fits(system, doc_type, reference.symbol):
            found.append("type_code")
    if SYSTEM_OF_KIND.get(issuer_kind, system) != system:
        found.append("issuer_system")
    return found


def _type_fits(system: str, doc_type: str, symbol: str) -> bool:
    """Whether a symbol begins with the code of its type (a year may stand before)."""
    code = TYPE_CODES[system].get(doc_type, "")
    parts = re.split("[-/]", symbol)
    first = parts[1] if parts[0].isdigit() and len(parts) > 1 else parts[0]
    if not code:  # an official letter: no type's code there
        return first not in set(TYPE_CODES[system].values())
    return first in (code, *ALSO_NUMBERED_AS.get(doc_type, ()))
