"""What an officer reads when a file is not taken: what is wrong, and what to do."""

from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation
from wardsecurity.files.findings import Refused
from wardsecurity.files.kinds import MAX_PIXELS, MAX_SIZE

FIELD = "files"


def violation(refused: Refused, name: str) -> RuleViolation:
    """Return the refusal of the file shown as `name`, beside the field of files."""
    sentence = _sentence(refused.code, refused.reason)
    facts = {
        "name": name,
        "limit": MAX_SIZE // (1024 * 1024),
        "pixels": MAX_PIXELS // 1_000_000,
    }
    return RuleViolation(sentence % facts, code=refused.code, field=FIELD)


def _sentence(code: str, reason: str) -> str:
    """Return the translated sentence, its placeholders open."""
    sentences = {
        "file_empty": _(
            "%(name)s is empty. Open it to see whether it was saved, then choose it "
            "again."
        ),
        "file_too_large": _(
            "%(name)s is larger than %(limit)s MB. Choose a smaller copy: scan with "
            "fewer details, or split it into parts."
        ),
        "file_encrypted": _(
            "%(name)s is locked with a password. Remove the password and save it, then "
            "choose it again."
        ),
        "file_encrypted pdf": _(
            "%(name)s is locked or protected. Print it to a new PDF without "
            "protection, then choose the new file."
        ),
        "file_macros": _(
            "%(name)s contains macros. Save it as an ordinary Word, Excel or "
            "OpenDocument file without macros, or as PDF, then choose it again."
        ),
        "file_damaged": _(
            "%(name)s cannot be read; it may be damaged or incomplete. Open it on your "
            "machine, save it again, then choose the new file."
        ),
        "image_too_many_pixels": _(
            "%(name)s has too many pixels to be opened safely; the limit is %(pixels)s "
            "million. Save a smaller copy, then choose it again."
        ),
        "file_archive_bomb": _(
            "%(name)s would swell to an enormous size when opened. Save its content in "
            "a new document, or as PDF, then choose the new file."
        ),
        "file_polyglot": _(
            "%(name)s holds a second file hidden in the first. Open it, save it as a "
            "new document, then choose the new file."
        ),
        "file_polyglot pdf": _(
            "%(name)s holds something besides its PDF. Print it to a new PDF, then "
            "choose the new file."
        ),
    }
    if code == "file_type_refused":
        return _kind_refused(reason)
    return sentences.get(f"{code} {reason}") or sentences[code]


def _kind_refused(reason: str) -> str:
    """Say what the file is in the officer's words, and what is taken instead."""
    sentences = {
        "program": _(
            "%(name)s is a program, not a document. Choose a PDF, a photo, or a Word "
            "or Excel file."
        ),
        "web_page": _("%(name)s is a web page. Print it to PDF, then choose the PDF."),
        "drawing": _(
            "%(name)s is an SVG drawing. Save it as PNG or PDF, then choose that file."
        ),
        "archive": _(
            "%(name)s is an archive. Unpack it, then choose the files inside."
        ),
        "recording": _(
            "%(name)s is a sound or video recording. Keep it elsewhere and record its "
            "web link, or choose a photo."
        ),
        "picture": _(
            "%(name)s is a kind of picture that is not taken. Save it as JPEG or PNG, "
            "then choose that file."
        ),
        "old_office": _(
            "%(name)s is in an old Office format. Save it as DOCX, XLSX, PPTX or PDF, "
            "then choose that file."
        ),
        "other_document": _(
            "%(name)s is a kind of document that is not taken. Save it as PDF, DOCX, "
            "XLSX or PPTX, then choose that file."
        ),
        "text": _("%(name)s is plain text. Save it as DOCX or PDF, then choose that."),
        "unknown": _(
            "%(name)s is of a kind that is not taken. Choose a PDF, a photo (JPEG, "
            "PNG, WebP, HEIC), or a Word, Excel, PowerPoint or OpenDocument file."
        ),
    }
    return sentences.get(reason, sentences["unknown"])
