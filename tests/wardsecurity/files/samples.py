"""Uploads and the verdict that each must get: a row is a name, bytes, an outcome."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image

from tests.factories.files import (
    OOXML,
    archive,
    drawing,
    encrypted_pdf,
    exif,
    jpeg_segment,
    jpeg_with_everything,
    odf,
    odf_parts,
    ole,
    ooxml,
    ooxml_parts,
    pdf,
    picture,
    png_of,
    png_with_text,
)
from wardsecurity.files.kinds import MAX_SIZE

SCRIPT = b"<script>alert(document.cookie)</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
MEGABYTE = 1024 * 1024


class Good(NamedTuple):
    name: str
    content: Callable[[], bytes]
    kind: str


class Bad(NamedTuple):
    name: str
    content: Callable[[], bytes]
    code: str
    reason: str = ""


def heic(**options: object) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return picture("HEIF", **options)


def frames(form: str, **options: object) -> bytes:
    more = [drawing("L").convert("RGB")]
    return picture(form, save_all=True, append_images=more, **options)


def sixteen_bits() -> bytes:
    image = Image.new("I;16", (64, 64), 40_000)
    return picture("PNG", image)


def palette_with_hole() -> bytes:
    image = drawing("P")
    return picture("PNG", image, transparency=image.getpixel((0, 0)))


def pdf_with_attached_zip() -> bytes:
    """A ZIP inside the PDF, as an attachment is, with the PDF's own end behind it."""
    inner = ooxml()
    stream = b"9 0 obj\n<< /Length %d >>\nstream\n" % len(inner)
    whole = pdf()
    return whole.replace(b"xref\n", stream + inner + b"\nendstream\nendobj\nxref\n", 1)


def docx_typed_by_default() -> bytes:
    """As some programs write it: the extension names the main part's type."""
    parts = ooxml_parts()
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="{OOXML}.wordprocessingml.document'
        '.main+xml"/></Types>'
    )
    return archive(parts)


def odt_of_old() -> bytes:
    """OpenOffice 2 names an outside DTD, which declares nothing here."""
    parts = odf_parts()
    parts["META-INF/manifest.xml"] = (
        '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN"'
        ' "Manifest.dtd">' + str(parts["META-INF/manifest.xml"])
    )
    return archive(parts)


GOOD = {
    "pdf": Good("a.pdf", pdf, "pdf"),
    "pdf_of_200_pages": Good("a.pdf", lambda: pdf(pages=200), "pdf"),
    "pdf_with_attached_zip": Good("a.pdf", pdf_with_attached_zip, "pdf"),
    "jpeg": Good("a.jpg", picture, "jpeg"),
    "jpeg_progressive": Good("a.jpg", lambda: picture(progressive=True), "jpeg"),
    "jpeg_grey": Good("a.jpg", lambda: picture(image=drawing("L")), "jpeg"),
    "jpeg_cmyk": Good("a.jpg", lambda: picture(image=drawing("CMYK")), "jpeg"),
    "jpeg_with_restarts": Good(
        "a.jpg", lambda: picture(restart_marker_blocks=2), "jpeg"
    ),
    "jpeg_full_of_metadata": Good("a.jpg", jpeg_with_everything, "jpeg"),
    "jpeg_broken_exif": Good("a.jpg", lambda: picture(exif=b"Exif\0\0MM\0"), "jpeg"),
    "jpeg_of_two_pictures": Good("a.jpg", lambda: frames("MPO"), "jpeg"),
    "jpeg_and_html": Good("a.jpg", lambda: picture() + HTML, "jpeg"),
    "jpeg_and_zip": Good("a.jpg", lambda: picture() + ooxml(), "jpeg"),
    "jpeg_with_script": Good("a.jpg", lambda: picture(comment=SCRIPT), "jpeg"),
    "png": Good("a.png", lambda: picture("PNG"), "png"),
    "png_with_text": Good("a.png", png_with_text, "png"),
    "png_16_bits": Good("a.png", sixteen_bits, "png"),
    "png_1_bit": Good("a.png", lambda: picture("PNG", drawing("1")), "png"),
    "png_palette_with_hole": Good("a.png", palette_with_hole, "png"),
    "png_alpha": Good("a.png", lambda: picture("PNG", drawing("RGBA")), "png"),
    "png_grey_alpha": Good("a.png", lambda: picture("PNG", drawing("LA")), "png"),
    "png_animated": Good("a.png", lambda: frames("PNG"), "png"),
    "png_and_html": Good("a.png", lambda: picture("PNG") + HTML, "png"),
    "webp": Good("a.webp", lambda: picture("WEBP"), "webp"),
    "webp_lossless": Good("a.webp", lambda: picture("WEBP", lossless=True), "webp"),
    "webp_alpha": Good(
        "a.webp", lambda: picture("WEBP", drawing("RGBA"), xmp=SCRIPT), "webp"
    ),
    "webp_animated": Good("a.webp", lambda: frames("WEBP"), "webp"),
    "webp_and_html": Good("a.webp", lambda: picture("WEBP") + HTML, "webp"),
    "heic": Good("a.heic", heic, "jpeg"),
    "docx": Good("a.docx", ooxml, "docx"),
    "docx_typed_by_default": Good("a.docx", docx_typed_by_default, "docx"),
    "docx_with_ole_inside": Good(
        "a.docx", lambda: ooxml(**{"word/embeddings/x.bin": b"x" * 99}), "docx"
    ),
    "docx_with_blank_bitmap": Good(
        "a.docx", lambda: ooxml(**{"word/media/1.bmp": b"\xff" * 6 * MEGABYTE}), "docx"
    ),
    "xlsx": Good("a.xlsx", lambda: ooxml("xlsx"), "xlsx"),
    "pptx": Good("a.pptx", lambda: ooxml("pptx"), "pptx"),
    "odt": Good("a.odt", odf, "odt"),
    "odt_of_old": Good("a.odt", odt_of_old, "odt"),
    "odt_empty_basic_folder": Good("a.odt", lambda: odf(**{"Basic/": b""}), "odt"),
    "ods": Good("a.ods", lambda: odf("spreadsheet"), "ods"),
    # The name says something else: content decides.
    "pdf_named_docx": Good("a.docx", pdf, "pdf"),
    "jpeg_named_pdf": Good("a.pdf", picture, "jpeg"),
    "docx_named_zip": Good("a.zip", ooxml, "docx"),
}


# --- Hostile ----------------------------------------------------------------------


def docx_with(path: str) -> bytes:
    return ooxml(**{path: b"x"})


def docx_with_backslash() -> bytes:
    # zipfile writes a slash; the bytes are changed afterwards, in both directories.
    return docx_with("..%word%x").replace(b"..%word%x", b"..\\word\\x")


def zip_of(content: bytes, path: str = "word/media/1.bin") -> bytes:
    return ooxml(**{path: content})


def many_swelling() -> bytes:
    return ooxml(**{f"word/media/{n}": bytes(7 * MEGABYTE) for n in range(12)})


def lying_directory() -> bytes:
    """The directory states a small size for an entry that unpacks to 16 MiB."""
    honest = zip_of(bytes(16 * MEGABYTE))
    return honest.replace(struct.pack("<I", 16 * MEGABYTE), struct.pack("<I", 16))


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in ooxml_parts().items():
            made.writestr(name, content)
        for number in range(10_001):
            made.writestr(f"x/{number}", b"")
    return out.getvalue()


def vast_directory() -> bytes:
    """A directory of 3 MB, in entries of long names."""
    return ooxml(**{f"{n}/" + "x" * 60_000: b"" for n in range(50)})


def overlapping_entries() -> bytes:
    """Two entries that unpack the same bytes, as Fifield's bombs do."""
    made = docx_with("word/a").replace(b"word/a", b"word/b")
    out = io.BytesIO(made)
    with zipfile.ZipFile(out) as read:
        entries = read.infolist()
        start = read.start_dir
    twice = made[start:].find(b"PK\x01\x02", 10)
    second = made[start:][twice:].find(b"PK\x05\x06")
    directory = made[start : start + twice]
    copy = directory.replace(b"[Content_Types].xml", b"[Content_Typez].xml")
    body = made[start : start + twice + second] + copy
    end = struct.pack(
        "<4s4H2IH",
        b"PK\x05\x06",
        0,
        0,
        len(entries) + 1,
        len(entries) + 1,
        len(body),
        start,
        0,
    )
    return made[:start] + body + end


def doubled_entry() -> bytes:
    return docx_with("word/DOCUMENT.xml")


def symlink() -> bytes:
    out = io.BytesIO(ooxml())
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "a") as made:
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    types = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><Types>&e9;</Types>'
    return archive(ooxml_parts() | {"[Content_Types].xml": types})


def zip_encrypted() -> bytes:
    made = bytearray(ooxml())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = made.find(sign)
        made[start + at] |= 1
    return bytes(made)


def macro_office(kind: str, application: str) -> bytes:
    return ooxml(kind, f"application/vnd.ms-{application}.macroEnabled.main+xml")


def zip_around_pdf() -> bytes:
    """Valid as both: the ZIP's comment holds the PDF's end."""
    start, _sign, end = pdf().partition(b"xref\n")
    out = io.BytesIO(start)
    out.seek(0, 2)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("x.html", HTML)
        made.comment = b"xref\n" + end
    return out.getvalue()


def png_wrong_checksum() -> bytes:
    made = bytearray(picture("PNG"))
    made[made.find(b"IDAT") + 20] ^= 0xFF
    return bytes(made)


def jpeg_claiming(width: int, height: int) -> bytes:
    made = bytearray(picture())
    at = made.find(b"\xff\xc0") + 5
    made[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(made)


def jpeg_of_many_scans() -> bytes:
    made = picture(progressive=True)
    at = made.rfind(b"\xff\xda")
    return made[:at] + made[at:-2] * 200 + made[-2:]


def cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def elf() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(500)


def exe() -> bytes:
    return b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode."


TYPE = "file_type_refused"
BAD = {
    "empty": Bad("a.pdf", lambda: b"", "file_empty"),
    "one_byte_too_large": Bad(
        "a.pdf", lambda: pdf(size=MAX_SIZE + 1), "file_too_large"
    ),
    "60_MB": Bad("a.pdf", lambda: pdf(size=60 * 10**6), "file_too_large"),
    # Not documents at all.
    "exe_named_pdf": Bad("a.pdf", exe, TYPE, "program"),
    "elf_named_pdf": Bad("a.pdf", elf, TYPE, "program"),
    "mach_o": Bad("a", lambda: b"\xcf\xfa\xed\xfe" + bytes(99), TYPE, "program"),
    "java_class": Bad("a.jpg", lambda: b"\xca\xfe\xba\xbe\0\0\0A", TYPE, "program"),
    "shell_script": Bad("a.pdf", lambda: b"#!/bin/sh\nrm -rf ~", TYPE, "program"),
    "php": Bad("a.jpg", lambda: b"<?php system($_GET[0]);", TYPE, "program"),
    "batch": Bad("a.docx", lambda: b"@ECHO off\r\ndel *", TYPE, "program"),
    "shortcut": Bad(
        "a.pdf.lnk", lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(99), TYPE, "program"
    ),
    "jar": Bad(
        "a.docx",
        lambda: archive({"META-INF/MANIFEST.MF": "x", "A.class": "x"}),
        TYPE,
        "program",
    ),
    "apk": Bad("a.zip", lambda: archive({"classes.dex": "dex"}), TYPE, "program"),
    "svg_named_jpg": Bad("a.jpg", lambda: SVG, TYPE, "drawing"),
    "svg_with_prologue": Bad(
        "a.svg", lambda: b'<?xml version="1.0"?><!-- x -->' + SVG, TYPE, "drawing"
    ),
    "html_named_jpg": Bad("a.jpg", lambda: HTML, TYPE, "web_page"),
    "html_after_spaces": Bad("a.pdf", lambda: b"\n \t" + HTML, TYPE, "web_page"),
    "html_with_mark": Bad(
        "a.pdf", lambda: b"\xef\xbb\xbf" + HTML.upper(), TYPE, "web_page"
    ),
    "html_fragment": Bad("a.png", lambda: b"<b>x</b>" + SCRIPT, TYPE, "web_page"),
    "zip": Bad("a.zip", lambda: archive({"a.txt": "x"}), TYPE, "archive"),
    "zip_named_docx": Bad("a.docx", lambda: archive({"a": "x"}), TYPE, "archive"),
    "zip_of_nothing": Bad("a.docx", lambda: archive({}), TYPE, "archive"),
    "rar": Bad("a.rar", lambda: b"Rar!\x1a\x07\x01\0" + bytes(99), TYPE, "archive"),
    "7z": Bad("a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), TYPE, "archive"),
    "gzip": Bad("a.pdf", lambda: zlib.compress(pdf(), wbits=31), TYPE, "archive"),
    "tar": Bad("a.tar", lambda: b"a".ljust(257, b"\0") + b"ustar", TYPE, "archive"),
    "mp3": Bad("a.mp3", lambda: b"ID3\x04" + bytes(99), TYPE, "recording"),
    "mp4": Bad(
        "a.mp4",
        lambda: b"\0\0\0\x18ftypisom\0\0\2\0isommp41" + bytes(99),
        TYPE,
        "recording",
    ),
    "avi": Bad("a.avi", lambda: b"RIFF\0\0\0\0AVI " + bytes(99), TYPE, "recording"),
    "webm": Bad("a.webm", lambda: b"\x1aE\xdf\xa3" + bytes(99), TYPE, "recording"),
    "gif": Bad("a.gif", lambda: picture("GIF", exif=b""), TYPE, "picture"),
    "bmp": Bad("a.bmp", lambda: picture("BMP", exif=b""), TYPE, "picture"),
    "tiff": Bad("a.tif", lambda: picture("TIFF", exif=b""), TYPE, "picture"),
    "avif": Bad("a.heic", lambda: picture("AVIF"), TYPE, "picture"),
    "ico": Bad("a.ico", lambda: picture("ICO", exif=b""), TYPE, "picture"),
    "word_of_2003": Bad("a.doc", lambda: ole(encrypted=False), TYPE, "old_office"),
    "rtf": Bad("a.docx", lambda: b"{\\rtf1\\ansi x}", TYPE, "old_office"),
    "text": Bad("a.pdf", lambda: "Báo cáo".encode(), TYPE, "text"),
    "csv": Bad("a.xlsx", lambda: b"a;b\n1;2\n" * 999, TYPE, "text"),
    "xml": Bad("a.xml", lambda: b'<?xml version="1.0"?><a/>', TYPE, "text"),
    "noise": Bad("a.pdf", lambda: bytes(range(255, 0, -1)), TYPE, "unknown"),
    "epub": Bad(
        "a.odt",
        lambda: archive({"mimetype": "application/epub+zip"}),
        TYPE,
        "other_document",
    ),
    "odp": Bad("a.odt", lambda: odf("presentation"), TYPE, "other_document"),
    "dotx": Bad(
        "a.docx",
        lambda: ooxml("docx", f"{OOXML}.wordprocessingml.template.main+xml"),
        TYPE,
        "other_document",
    ),
    "ppsx": Bad(
        "a.pptx",
        lambda: ooxml("pptx", f"{OOXML}.presentationml.slideshow.main+xml"),
        TYPE,
        "other_document",
    ),
    # Locked.
    "pdf_locked": Bad(
        "a.pdf",
        lambda: encrypted_pdf(opens_without_password=False),
        "file_encrypted",
        "pdf",
    ),
    "pdf_protected": Bad(
        "a.pdf",
        lambda: encrypted_pdf(opens_without_password=True),
        "file_encrypted",
        "pdf",
    ),
    "docx_locked": Bad("a.docx", lambda: ole(encrypted=True), "file_encrypted"),
    "zip_entry_locked": Bad("a.docx", zip_encrypted, "file_encrypted"),
    "odt_locked": Bad(
        "a.odt", lambda: odf(manifest="<m:encryption-data/>"), "file_encrypted"
    ),
    "odt_locked_whole": Bad(
        "a.odt", lambda: odf(**{"encrypted-package": b"x"}), "file_encrypted"
    ),
    # Macros.
    "docm": Bad("a.docm", lambda: macro_office("docx", "word.document"), "file_macros"),
    "xlsm_named_xlsx": Bad(
        "a.xlsx", lambda: macro_office("xlsx", "excel.sheet"), "file_macros"
    ),
    "pptm": Bad(
        "a.pptx", lambda: macro_office("pptx", "powerpoint.presentation"), "file_macros"
    ),
    "docx_with_vba": Bad(
        "a.docx", lambda: docx_with("word/vbaProject.bin"), "file_macros"
    ),
    "docx_with_vba_moved": Bad(
        "a.docx", lambda: docx_with("x/VBAPROJECT.BIN"), "file_macros"
    ),
    "xlsx_with_macro_sheet": Bad(
        "a.xlsx",
        lambda: ooxml("xlsx", **{"xl/macrosheets/sheet1.xml": "<x/>"}),
        "file_macros",
    ),
    "odt_with_basic": Bad(
        "a.odt", lambda: odf(**{"Basic/Standard/Module1.xml": "<x/>"}), "file_macros"
    ),
    "ods_with_python": Bad(
        "a.ods",
        lambda: odf("spreadsheet", **{"Scripts/python/x.py": "import os"}),
        "file_macros",
    ),
    # Bombs and broken archives.
    "zip_bomb": Bad(
        "a.docx", lambda: zip_of(bytes(100 * MEGABYTE)), "file_archive_bomb"
    ),
    "zip_bomb_in_main_part": Bad(
        "a.docx",
        lambda: ooxml(**{"word/document.xml": bytes(20 * MEGABYTE)}),
        "file_archive_bomb",
    ),
    "zip_bomb_in_types": Bad(
        "a.docx",
        lambda: ooxml(**{"[Content_Types].xml": " " * 5 * MEGABYTE}),
        "file_archive_bomb",
    ),
    "zip_bomb_in_pieces": Bad("a.docx", many_swelling, "file_archive_bomb"),
    "zip_overlaps": Bad("a.docx", overlapping_entries, "file_archive_bomb"),
    "zip_of_10_000_entries": Bad("a.docx", many_entries, "file_archive_bomb"),
    "zip_of_vast_directory": Bad("a.docx", vast_directory, "file_archive_bomb"),
    "zip_lies_about_size": Bad("a.docx", lying_directory, "file_damaged"),
    "zip_path_up": Bad("a.docx", lambda: docx_with("../../x"), "file_damaged"),
    "zip_path_inside_up": Bad("a.docx", lambda: docx_with("a/../../x"), "file_damaged"),
    "zip_path_absolute": Bad("a.docx", lambda: docx_with("/etc/x"), "file_damaged"),
    "zip_path_drive": Bad("a.docx", lambda: docx_with("C:/x"), "file_damaged"),
    "zip_path_backslash": Bad("a.docx", docx_with_backslash, "file_damaged"),
    "zip_doubled_entry": Bad("a.docx", doubled_entry, "file_damaged"),
    "zip_symlink": Bad("a.docx", symlink, "file_damaged"),
    "zip_other_packing": Bad(
        "a.docx", lambda: archive(ooxml_parts(), zipfile.ZIP_LZMA), "file_damaged"
    ),
    "docx_entity_bomb": Bad("a.docx", entity_bomb, "file_damaged"),
    "docx_main_part_is_html": Bad(
        "a.docx", lambda: ooxml(**{"word/document.xml": HTML}), "file_damaged"
    ),
    "docx_without_main_part": Bad(
        "a.docx",
        lambda: archive(
            {k: v for k, v in ooxml_parts().items() if "document" not in k}
        ),
        "file_damaged",
    ),
    "docx_types_broken": Bad(
        "a.docx", lambda: ooxml(**{"[Content_Types].xml": "<Types"}), "file_damaged"
    ),
    "odt_without_content": Bad(
        "a.odt",
        lambda: archive({k: v for k, v in odf_parts().items() if k != "content.xml"}),
        "file_damaged",
    ),
    "docx_cut": Bad("a.docx", lambda: cut(ooxml()), "file_damaged"),
    # Two files in one.
    "pdf_and_zip": Bad("a.pdf", lambda: pdf() + ooxml(), "file_polyglot", "pdf"),
    "pdf_and_zip_and_junk": Bad(
        "a.pdf", lambda: pdf() + ooxml() + b"\n" * 99, "file_polyglot", "pdf"
    ),
    "zip_around_pdf": Bad("a.pdf", zip_around_pdf, "file_polyglot", "pdf"),
    "html_before_pdf": Bad(
        "a.pdf", lambda: b"<!-- -->" + pdf(), "file_polyglot", "pdf"
    ),
    "gif_before_pdf": Bad("a.pdf", lambda: b"GIF89a" + pdf(), "file_polyglot", "pdf"),
    "docx_and_html": Bad("a.docx", lambda: ooxml() + HTML, "file_polyglot"),
    "zip_and_docx": Bad(
        "a.docx", lambda: archive({"a": "x"}) + ooxml(), "file_polyglot"
    ),
    "pdf_inside_docx_head": Bad(
        "a.docx",
        lambda: archive({"a.pdf": pdf(), **ooxml_parts()}, zipfile.ZIP_STORED),
        "file_polyglot",
    ),
    # Broken or monstrous pictures and papers.
    "pdf_only_a_header": Bad("a.pdf", lambda: b"%PDF-1.7\n", "file_damaged"),
    "pdf_noise": Bad("a.pdf", lambda: b"%PDF-1.7\n" + bytes(999), "file_damaged"),
    "pdf_without_pages": Bad("a.pdf", lambda: pdf(pages=0), "file_damaged"),
    "jpeg_cut": Bad("a.jpg", lambda: cut(picture()), "file_damaged"),
    "jpeg_only_a_header": Bad("a.jpg", lambda: b"\xff\xd8\xff\xe0", "file_damaged"),
    "jpeg_noise": Bad("a.jpg", lambda: b"\xff\xd8\xff" + b"x" * 999, "file_damaged"),
    "jpeg_without_pixels": Bad(
        "a.jpg",
        lambda: b"\xff\xd8" + jpeg_segment(0xFE, b"x") + b"\xff\xd9",
        "file_damaged",
    ),
    "jpeg_of_many_scans": Bad("a.jpg", jpeg_of_many_scans, "file_damaged"),
    "jpeg_huge": Bad(
        "a.jpg", lambda: jpeg_claiming(65_000, 65_000), "image_too_many_pixels"
    ),
    "jpeg_100_megapixels_and_some": Bad(
        "a.jpg", lambda: jpeg_claiming(10_000, 10_001), "image_too_many_pixels"
    ),
    "png_cut": Bad("a.png", lambda: cut(picture("PNG")), "file_damaged"),
    "png_wrong_checksum": Bad("a.png", png_wrong_checksum, "file_damaged"),
    "png_bomb": Bad("a.png", lambda: png_of(30_000, 30_000), "image_too_many_pixels"),
    "webp_cut": Bad("a.webp", lambda: cut(picture("WEBP")), "file_damaged"),
    "heic_cut": Bad("a.heic", lambda: cut(heic()), "file_damaged"),
}

ROTATED = {
    "JPEG": lambda side: picture(exif=exif(side)),
    "PNG": lambda side: picture("PNG", exif=exif(side)),
    "WEBP": lambda side: picture("WEBP", exif=exif(side)),
}
