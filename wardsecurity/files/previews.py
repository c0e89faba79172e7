"""Small JPEG previews of pictures and of a PDF's first page."""

from pathlib import Path

import PIL.Image
from PIL.Image import Image

from wardsecurity.files.kinds import PREVIEW_HEIGHT, PREVIEW_WIDTH

PREVIEW_QUALITY = 80


def save_preview(image: Image, target: Path) -> None:
    """Write `image` as a JPEG of at most 448 x 1344 pixels, on white, never enlarged.

    Changes `image`.
    """
    profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda grey: grey / 256).convert("L")
    if "transparency" in image.info or image.mode in ("LA", "PA", "RGBA", "RGBa"):
        image = _on_white(image)
    image = image.convert("RGB")
    image.thumbnail((PREVIEW_WIDTH, PREVIEW_HEIGHT))
    image.info = {}
    image.save(target, "JPEG", quality=PREVIEW_QUALITY, icc_profile=profile)


def _on_white(image: Image) -> Image:
    image = image.convert("RGBA")
    image.thumbnail((PREVIEW_WIDTH, PREVIEW_HEIGHT))
    page = PIL.Image.new("RGBA", image.size, "white")
    return PIL.Image.alpha_composite(page, image)
