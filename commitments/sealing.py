"""The seal of a commitment's text: one digest over exactly the words that are signed.

Anybody can work it out again with a dozen lines of any language. The bytes hashed are,
in this order:

1. the line `ward commitment 1`, in ASCII, ended by LF (0x0A);
2. for the title, the scope, the parties, then each content in its order: a line with
   the part's name (`title`, `scope`, `parties`, `content`), one space, and the number
   of bytes that follow, in decimal ASCII digits without leading zeros, ended by LF;
   then those bytes, the text in Unicode normalisation form C as UTF-8; then LF.

Lengths stand before the words, so that no two texts share their bytes: moving a word
from the title into a content changes them. Short names, the English reading and the
edition's number are not signed and not hashed.
"""

import hashlib
import unicodedata
from collections.abc import Iterable

_FIRST_LINE = b"ward commitment 1\n"


def canonical_bytes(
    *, title: str, scope: str, parties: str, contents: Iterable[str]
) -> bytes:
    """The bytes that the digest is worked out over, as described above."""
    parts = [("title", title), ("scope", scope), ("parties", parties)]
    parts += [("content", content) for content in contents]
    hashed = [_FIRST_LINE]
    for name, text in parts:
        words = unicodedata.normalize("NFC", text).encode()
        hashed.append(b"%s %d\n%s\n" % (name.encode(), len(words), words))
    return b"".join(hashed)


def text_digest(
    *, title: str, scope: str, parties: str, contents: Iterable[str]
) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(
        canonical_bytes(title=title, scope=scope, parties=parties, contents=contents)
    ).hexdigest()


def short_digest(digest: str) -> str:
    """The first twelve digits in groups of four, for comparing by eye."""
    return " ".join(digest[place : place + 4] for place in (0, 4, 8))
