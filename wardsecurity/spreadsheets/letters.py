"""Text of cells: one spelling, nothing invisible, and old fonts told apart.

Files of before Unicode carry TCVN3 (ABC) or VNI text: bytes of one letter shown as
another by the font. It is recognised and explained, never converted: a guess would put
words into an official's mouth.
"""

import re

from wardsecurity.text import nfc

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
# Excel writes characters that XML has not as _x000D_.
_ESCAPED = re.compile(r"_x00(0[0-9A-Fa-f]|1[0-9A-Fa-f])_")

# Letters that only Unicode text has: no old font shows them.
_MODERN = re.compile("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
# TCVN3 in its Latin-1 dress: "Tæng", "phßng", "c¸n bé", "®iÓm", "ph\u00adêng".
_TCVN3 = re.compile(
    "[A-Za-z][µ¸¶¹¨¾¼½Æ©ÇÎÏÑª¬Ö×ÜÞßäåæçëîïñöøûþ]"
    "|[®§][A-Za-zµ-þ]"
    "|[A-Za-z]\u00ad[A-Za-z\u00c0-\u00ff]"
)
# VNI: a vowel, then a letter that stands for its mark: "coâng", "phoøng", "traät töï".
_VNI = re.compile(
    "[aA][âêùøûõïåäëüãáàúèÂÊÙØÛÕÏÅÄËÜÃÁÀ]|[eE][âùøûïåäáàãÂÙØÛÏÅÄÁÀÃ]"
    "|[oO][âøûïåäùÂØÛÏÅÄÙ]|[uU][øûïùåäØÛÏÙ]|[öôÖÔ][ùøûõïòóÙØÛÕÏ]|[ñÑ][aeiouyöôAEIOUYÖÔ]"
)


def clean(text: str) -> str:
    """The text in NFC, without invisible characters, outer spaces gone."""
    text = _ESCAPED.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    return nfc(text)


def old_font(text: str) -> str:
    """Return "TCVN3" or "VNI" when the text was typed for such a font, else ""."""
    composed = nfc(text)
    if _MODERN.search(composed):
        return ""
    vni = len(_VNI.findall(composed))
    tcvn3 = len(_TCVN3.findall(composed))
    if not vni and not tcvn3:
        return ""
    return "VNI" if vni >= tcvn3 else "TCVN3"
