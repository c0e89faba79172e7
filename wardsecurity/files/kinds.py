"""The kinds of file a ward may keep. Plain Python: the workbench has no Django."""

from dataclasses import dataclass

MAX_SIZE = 50 * 1024 * 1024  # bytes accepted, 50 MiB; one more is refused
MAX_PIXELS = 100_000_000  # width x height of a picture
PREVIEW = "preview.jpg"  # what the workbench calls it
PREVIEW_WIDTH = 448  # pixels: the 112 px of an evidence card at 4 px each
PREVIEW_HEIGHT = 1344  # pixels: a strip of receipts stays a small file


@dataclass(frozen=True, slots=True)
class KindFacts:
    """How one kind is named and served."""

    content_type: str
    extensions: tuple[str, ...]  # the first is the usual one
    is_picture: bool = False
    opens_in_browser: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS: dict[str, KindFacts] = {
    "pdf": KindFacts("application/pdf", (".pdf",), opens_in_browser=True),
    "jpeg": KindFacts("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), True, True),
    "png": KindFacts("image/png", (".png",), True, True),
    "webp": KindFacts("image/webp", (".webp",), True, True),
    "docx": KindFacts(f"{_OOXML}.wordprocessingml.document", (".docx",)),
    "xlsx": KindFacts(f"{_OOXML}.spreadsheetml.sheet", (".xlsx",)),
    "pptx": KindFacts(f"{_OOXML}.presentationml.presentation", (".pptx",)),
    "odt": KindFacts(f"{_ODF}.text", (".odt",)),
    "ods": KindFacts(f"{_ODF}.spreadsheet", (".ods",)),
}
