"""What a person reads when a workbook cannot be opened: what it is, and what to do."""

from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation

FIELD = "file"


def refusal(code: str, reason: str) -> RuleViolation:
    """The refusal of a whole file."""
    return RuleViolation(_sentence(code, reason), code=code, field=FIELD)


def _sentence(code: str, reason: str) -> str:
    if code == "file_type_refused":
        return _kind(reason)
    sentences = {
        "file_empty": _("The file is empty. Open it, save it, then choose it again."),
        "file_too_large": _(
            "The file is larger than 5 MB. Remove pictures and sheets that do not"
            " belong to the table, then choose it again."
        ),
        "file_macros": _(
            "The workbook contains macros. Save it as “Excel Workbook (*.xlsx)”, then"
            " choose the new file."
        ),
        "file_encrypted": _(
            "The workbook is locked with a password. Remove the password, save it, then"
            " choose it again."
        ),
        "file_archive_bomb": _(
            "The workbook would swell to an enormous size when opened. Copy the table"
            " into a new workbook, then choose that."
        ),
        "workbook_too_large": _(
            "The workbook takes too long to read. Copy the table into a new workbook"
            " without formats, then choose that."
        ),
        "file_polyglot": _(
            "The file holds a second file hidden in the first. Copy the table into a"
            " new workbook, then choose that."
        ),
    }
    return sentences.get(code) or _(
        "The workbook cannot be read; it may be damaged or incomplete. Open it in"
        " Excel, save it again as .xlsx, then choose the new file."
    )


def _kind(reason: str) -> str:
    sentences = {
        "text": _(
            "This is plain text, perhaps CSV under another name. Open it in Excel and"
            " save it as “Excel Workbook (*.xlsx)”."
        ),
        "old_office": _(
            "This is an old Excel or Word file (.xls, .doc). Open it and save it as"
            " “Excel Workbook (*.xlsx)”."
        ),
        "ods": _(
            "This is an OpenDocument table. Save it as “Excel (*.xlsx)”, then choose"
            " the new file."
        ),
        "web_page": _(
            "This is a web page under the name of a workbook. Open it in Excel and save"
            " it as “Excel Workbook (*.xlsx)”."
        ),
        "archive": _(
            "This is an archive, not a workbook. Unpack it, then choose the .xlsx file"
            " inside."
        ),
    }
    return sentences.get(reason) or _(
        "This is no Excel workbook. Choose a file saved as “Excel Workbook (*.xlsx)”."
    )
