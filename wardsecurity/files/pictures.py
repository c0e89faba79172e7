"""Photos and pictures: read them whole, keep them without metadata."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import PIL.Image
from PIL import JpegImagePlugin, UnidentifiedImageError
from PIL.Image import Image, Transpose

from wardsecurity.files.findings import Findings, Refused, damaged
from wardsecurity.files.kinds import MAX_PIXELS, PREVIEW_HEIGHT, PREVIEW_WIDTH
from wardsecurity.files.stripping import strip_jpeg, strip_png, strip_webp

QUALITY = 92  # of a photo that had to be turned or converted

_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_STRIP = {"jpeg": strip_jpeg, "png": strip_png, "webp": strip_webp}
_ORIENTATION = 0x0112  # the EXIF tag
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def keep_picture(source: Path, kind: str, folder: Path) -> tuple[Findings, Image]:
    """Write `source` as folder/kept; return the findings and the decoded picture.

    The pixels are copied as they are, and encoded anew only where they must be:
    a photo lying on its side, HEIC, an animation. The decoded picture is read back
    from what is kept, a JPEG at a fraction of its size, so the file is proven to open.

    Raises Refused "file_damaged" or "image_too_many_pixels".
    """
    kept = folder / "kept"
    try:
        with _opened(source, kind) as image:
            turn = _turn_of(image)
            if turn is not None or kind == "heic" or _moves(image, kind):
                kind = _encode(image, kind, turn, kept)
            else:
                with source.open("rb") as whole, kept.open("w+b") as bare:
                    _STRIP[kind](whole, bare)
        with _opened(kept, kind) as image:
            size = image.size
            # A preview's worth of pixels is enough to have read every byte.
            image.draft(None, (PREVIEW_WIDTH, PREVIEW_HEIGHT))
            image.load()
            decoded = image
    except MemoryError:
        raise Refused("image_too_many_pixels") from None
    return Findings(kind, kept.name, width=size[0], height=size[1]), decoded


@contextmanager
def _opened(path: Path, kind: str) -> Iterator[Image]:
    """Open with the one decoder that `kind` names; nothing is decoded yet."""
    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with warnings.catch_warnings():
            # Our own limit is checked below; odd EXIF is thrown away anyway.
            warnings.simplefilter("ignore")
            image = PIL.Image.open(path, formats=[_FORMATS[kind]])
    except PIL.Image.DecompressionBombError:
        raise Refused("image_too_many_pixels") from None
    except UnidentifiedImageError:
        damaged()
    with image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise Refused("image_too_many_pixels")
        yield image


def _turn_of(image: Image) -> Transpose | None:
    """Return how to set the picture upright. HEIC is upright once decoded."""
    exif = PIL.Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        return _TURNS.get(exif.get(_ORIENTATION, 1))
    except Exception:
        return None


def _moves(image: Image, kind: str) -> bool:
    """Whether only a first frame is kept. PNG holds it apart, so a copy will do."""
    return kind == "webp" and getattr(image, "is_animated", False)


def _encode(image: Image, kind: str, turn: Transpose | None, target: Path) -> str:
    """Write the upright first frame without metadata; return its kind."""
    image.load()
    upright = image if turn is None else image.transpose(turn)
    options: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    # Writers fall back to `info` for comments and the like: leave them nothing else.
    upright.info = {
        name: value for name, value in image.info.items() if name == "transparency"
    }
    if kind in ("jpeg", "heic"):
        kind = "jpeg"
        options |= {"quality": QUALITY, "subsampling": _sampling(image)}
        if upright.mode not in ("RGB", "L", "CMYK"):
            upright = upright.convert("RGB")
    elif kind == "webp":
        options |= {"quality": QUALITY, "exif": b"", "xmp": b""}
    upright.save(target, _FORMATS[kind], **options)
    return kind


def _sampling(image: Image) -> int:
    """Return the photo's own chroma subsampling, -1 (the encoder's choice) if none."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return JpegImagePlugin.get_sampling(image)
    return -1
