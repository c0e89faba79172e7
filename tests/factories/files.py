"""Files for tests: rows, uploads, and bytes of every kind, honest and hostile."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.factories.wards import WardFactory
from wardsecurity.files import storage
from wardsecurity.files.kinds import KINDS
from wardsecurity.files.models import StoredFile


class StoredFileFactory(DjangoModelFactory):
    """A PDF of two pages that a ward keeps, on the disk too; `content` sets its bytes.

    `missing=True` leaves nothing on the disk; `preview` are the bytes of a preview.
    """

    class Meta:
        model = StoredFile

    unit = factory.SubFactory(WardFactory)
    content = factory.Sequence(lambda n: pdf(f"paper {n}"))
    missing = False
    preview = b""
    original_sha256 = factory.LazyAttribute(lambda o: sha256(o.content))
    sha256 = factory.LazyAttribute(lambda o: sha256(o.content))
    original_size = factory.LazyAttribute(lambda o: len(o.content))
    size = factory.LazyAttribute(lambda o: len(o.content))
    kind = "pdf"
    content_type = factory.LazyAttribute(lambda o: KINDS[o.kind].content_type)
    name = factory.LazyAttribute(lambda o: f"Quyết định{KINDS[o.kind].extensions[0]}")
    pages = factory.LazyAttribute(lambda o: 2 if o.kind == "pdf" else None)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> StoredFile:
        content, preview = kwargs.pop("content"), kwargs.pop("preview")
        missing = kwargs.pop("missing")
        row = super()._create(model_class, *args, has_preview=bool(preview), **kwargs)
        if not missing:
            path = storage.file_path(row.unit_id, row.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if preview:
                storage.preview_path(row.unit_id, row.sha256).write_bytes(preview)
        return row


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upload(content: bytes, name: str = "giấy tờ.pdf") -> SimpleUploadedFile:
    """What a form receives. The stated type is a lie, as it may be."""
    sent = SimpleUploadedFile("x", content, content_type="application/octet-stream")
    sent._name = name  # past Django's own cleaning
    return sent


# --- PDF --------------------------------------------------------------------------


def pdf(
    text: str = "", *, pages: int = 2, size: int | None = None, trailer: str = ""
) -> bytes:
    """A PDF with a green square on each page, padded by a comment up to `size`."""
    square = b"0 0.5 0 rg 50 50 100 100 re f"
    kids = " ".join(f"{number + 4} 0 R" for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(square), square),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 3 0 R >>"]
        * pages,
    ]

    def written(padding: int) -> bytes:
        out = io.BytesIO()
        out.write(b"%PDF-1.7\n% " + text.encode() + b" " * padding + b"\n")
        offsets = []
        for number, body in enumerate(objects, 1):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
        out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        out.write(
            b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%010d\n%%%%EOF\n"
            % (len(objects) + 1, trailer.encode("latin-1"), start)
        )
        return out.getvalue()

    bare = written(0)
    return bare if size is None else written(size - len(bare))


_PDF_PAD = bytes.fromhex(
    "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a"
)


def encrypted_pdf(*, opens_without_password: bool) -> bytes:
    """A PDF under the standard handler; either locked, or open but protected."""
    owner, file_id = b"o" * 32, b"i" * 16
    digest = hashlib.md5(  # noqa: S324 - the format's own key derivation
        _PDF_PAD + owner + struct.pack("<i", -44) + file_id
    ).digest()
    user = _rc4(digest[:5], _PDF_PAD) if opens_without_password else b"u" * 32
    return pdf(
        trailer=f"/ID [<{file_id.hex()}> <{file_id.hex()}>] /Encrypt << /Filter"
        f" /Standard /V 1 /R 2 /P -44 /O <{owner.hex()}> /U <{user.hex()}> >>"
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# --- Pictures ---------------------------------------------------------------------

GPS = 0x8825
SECRET = "Nguyễn Văn A, 0912345678"


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF that tells the place, the owner and which side is up."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x8298] = SECRET  # Copyright
    tags[GPS] = {1: "N", 2: (17.0, 28.0, 6.0), 3: "E", 4: (106.0, 37.0, 20.0)}
    return tags


def drawing(mode: str = "RGB", size: tuple[int, int] = (160, 120)) -> Image.Image:
    """Red above, blue below: a picture whose upper side shows."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, size[1] // 2, *size))
    return image.convert(mode)


def picture(
    form: str = "JPEG", image: Image.Image | None = None, **options: Any
) -> bytes:
    """Encode a picture, EXIF included unless told otherwise."""
    out = io.BytesIO()
    options.setdefault("exif", exif())
    (image or drawing()).save(out, form, **options)
    return out.getvalue()


def png_with_text() -> bytes:
    """A PNG that carries words and XMP beside its pixels."""
    info = PngInfo()
    info.add_text("Author", SECRET)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET}</x>")
    return picture("PNG", pnginfo=info)


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg_with_everything() -> bytes:
    """A photo with EXIF, XMP, IPTC, a comment, a thumbnail, and words at its end."""
    plain = picture()
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + SECRET.encode()
    iptc = b"Photoshop 3.0\x008BIM" + SECRET.encode()
    extra = (
        jpeg_segment(0xE1, xmp)
        + jpeg_segment(0xED, iptc)
        + jpeg_segment(0xFE, SECRET.encode())
        + jpeg_segment(0xE5, SECRET.encode())
    )
    return plain[:2] + extra + plain[2:] + SECRET.encode()


def png_of(width: int, height: int) -> bytes:
    """A PNG of one bit a pixel, all black, tiny however large it claims to be."""
    line = b"\0" * (1 + (width + 7) // 8)  # the filter, then the pixels
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    )


# --- Archives ---------------------------------------------------------------------

OOXML = "application/vnd.openxmlformats-officedocument"
_MAIN = {
    "docx": ("word/document.xml", f"{OOXML}.wordprocessingml.document", "document"),
    "xlsx": ("xl/workbook.xml", f"{OOXML}.spreadsheetml.sheet", "workbook"),
    "pptx": (
        "ppt/presentation.xml",
        f"{OOXML}.presentationml.presentation",
        "presentation",
    ),
}
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def archive(
    parts: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP of these parts, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def ooxml_parts(kind: str = "docx", content_type: str = "") -> dict[str, bytes | str]:
    """The parts of a small Word, Excel or PowerPoint file."""
    path, usual, root = _MAIN[kind]
    content_type = content_type or f"{usual}.main+xml"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/'
        'package/2006/content-types"><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/{path}" ContentType='
        f'"{content_type}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package'
        '/2006/relationships"><Relationship Id="rId1" Type="http://schemas.'
        "openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        f'" Target="{path}"/></Relationships>',
        path: f'<w:{root} xmlns:w="http://example.test/main"/>',
    }


def ooxml(kind: str = "docx", content_type: str = "", **more: bytes | str) -> bytes:
    """A small Word, Excel or PowerPoint file; `more` by path, given as **{path: …}."""
    return archive(ooxml_parts(kind, content_type) | more)


def odf_parts(kind: str = "text", manifest: str = "") -> dict[str, bytes | str]:
    """The parts of a small OpenDocument file."""
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f'<o:document-content xmlns:o="{_ODF}:office:1.0"/>',
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_ODF}:manifest:1.0">'
        f'<m:file-entry m:full-path="content.xml">{manifest}</m:file-entry>'
        "</m:manifest>",
    }


def odf(kind: str = "text", manifest: str = "", **more: bytes | str) -> bytes:
    """A small OpenDocument file."""
    return archive(odf_parts(kind, manifest) | more)


def ole(*, encrypted: bool) -> bytes:
    """The container of Office before 2007, and of encrypted Office since."""
    entry = "EncryptedPackage" if encrypted else "WordDocument"
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + entry.encode("utf-16-le")
    ).ljust(4096, b"\0")
