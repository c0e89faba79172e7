"""What a kept picture still says, and how it looks."""

from pathlib import Path

import PIL.Image
import pytest
from PIL import ImageCms

from tests.factories.files import (
    SECRET,
    drawing,
    exif,
    jpeg_with_everything,
    pdf,
    picture,
    png_of,
    png_with_text,
)
from tests.wardsecurity.files.samples import ROTATED, frames, heic, sixteen_bits
from wardsecurity.files import workbench
from wardsecurity.files.kinds import PREVIEW_HEIGHT, PREVIEW_WIDTH
from wardsecurity.files.pdf import draw_first_page, inspect_pdf

TELLTALE = (b"Exif", b"GPS", b"xmp", b"8BIM", b"MPF", SECRET.encode())
RED, BLUE = (200, 30, 30), (30, 30, 200)


def kept(content: bytes, folder: Path) -> Path:
    """Return the file that the workbench makes of an upload."""
    source = folder / "original"
    source.write_bytes(content)
    findings, draw = workbench.examine(source, folder)
    if draw:
        workbench.save_preview_of(draw, folder)
    return folder / findings.kept


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel[:3], colour, strict=True))


def is_red_above_blue(image: PIL.Image.Image) -> bool:
    image = image.convert("RGB")
    middle, height = image.width // 2, image.height
    return is_near(image.getpixel((middle, height // 8)), RED) and is_near(
        image.getpixel((middle, height - height // 8)), BLUE
    )


TELLING = {
    "jpeg": jpeg_with_everything,
    "jpeg_turned": lambda: picture(exif=exif(6)),
    "jpeg_turned_with_comment": lambda: picture(comment=SECRET.encode(), exif=exif(8)),
    "jpeg_of_two_pictures": lambda: frames("MPO"),
    "png": lambda: picture("PNG"),
    "png_with_text": png_with_text,
    "webp": lambda: picture("WEBP", xmp=SECRET.encode()),
    "webp_lossless": lambda: picture("WEBP", drawing("RGBA"), lossless=True),
    "webp_turned": lambda: picture("WEBP", exif=exif(6), xmp=SECRET.encode()),
    "webp_animated": lambda: frames("WEBP"),
    "heic": heic,
}


@pytest.mark.parametrize("content", TELLING.values(), ids=TELLING)
def test_no_metadata_is_kept(content, tmp_path: Path) -> None:
    path = kept(content(), tmp_path)
    for data in (path.read_bytes(), (tmp_path / workbench.PREVIEW).read_bytes()):
        assert not [word for word in TELLTALE if word in data]
    with PIL.Image.open(path) as image:
        assert not dict(image.getexif())
        assert "comment" not in image.info


@pytest.mark.parametrize("form", ROTATED)
@pytest.mark.parametrize("side", range(1, 9))
def test_picture_stands_upright(form: str, side: int, tmp_path: Path) -> None:
    """As a viewer that heeds EXIF would have shown the original."""
    content = ROTATED[form](side)
    path = kept(content, tmp_path)
    original = PIL.ImageOps.exif_transpose(PIL.Image.open(tmp_path / "original"))
    assert original is not None
    with PIL.Image.open(path) as image:
        assert image.size == original.size == ((160, 120), (120, 160))[side > 4]
        for place in ((5, 5), (115, 5), (5, 115), (115, 115)):
            expected = original.convert("RGB").getpixel(place)
            assert isinstance(expected, tuple)
            assert is_near(image.convert("RGB").getpixel(place), expected[:3])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_upright_picture_loses_no_pixel(form: str, tmp_path: Path) -> None:
    content = picture(form)
    with PIL.Image.open(kept(content, tmp_path)) as image:
        assert image.tobytes() == PIL.Image.open(tmp_path / "original").tobytes()


def test_stripping_twice_changes_nothing_more(tmp_path: Path) -> None:
    """A photo that was downloaded and sent again is recognised by its bytes."""
    once = kept(jpeg_with_everything(), tmp_path).read_bytes()
    (tmp_path / "again").mkdir()
    assert kept(once, tmp_path / "again").read_bytes() == once


def test_colour_profile_stays(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for place, side in enumerate((1, 6)):
        folder = tmp_path / str(place)
        folder.mkdir()
        content = picture(icc_profile=profile, exif=exif(side))
        with PIL.Image.open(kept(content, folder)) as image:
            assert image.info["icc_profile"] == profile


def test_sixteen_bits_stay(tmp_path: Path) -> None:
    with PIL.Image.open(kept(sixteen_bits(), tmp_path)) as image:
        assert image.getpixel((0, 0)) == 40_000
    with PIL.Image.open(tmp_path / workbench.PREVIEW) as preview:
        assert abs(preview.convert("L").tobytes()[0] - 40_000 // 256) < 3


def test_animation_keeps_its_first_frame(tmp_path: Path) -> None:
    for form in ("PNG", "WEBP"):
        with PIL.Image.open(kept(frames(form), tmp_path)) as image:
            assert getattr(image, "n_frames", 1) == 1
            assert is_red_above_blue(image)


def test_heic_is_kept_as_upright_jpeg(tmp_path: Path) -> None:
    with PIL.Image.open(kept(heic(), tmp_path)) as image:
        assert image.format == "JPEG"
        assert is_red_above_blue(image)


# --- Previews ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1600, 1200), (448, 336)),
        ((300, 200), (300, 200)),  # never enlarged
        ((500, 6000), (112, PREVIEW_HEIGHT)),
    ],
)
def test_preview_is_small(
    size: tuple[int, int], expected: tuple[int, int], tmp_path: Path
) -> None:
    kept(picture(image=drawing(size=size)), tmp_path)
    with PIL.Image.open(tmp_path / workbench.PREVIEW) as preview:
        assert preview.size == expected
        assert preview.format == "JPEG"
        assert is_red_above_blue(preview)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_preview_of_a_hole_is_white(mode: str, tmp_path: Path) -> None:
    image = PIL.Image.new("RGBA", (64, 64), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": image.getpixel((0, 0))} if mode == "P" else {}
    kept(picture("PNG", image, **options), tmp_path)
    with PIL.Image.open(tmp_path / workbench.PREVIEW) as preview:
        assert preview.getpixel((32, 32)) == (255, 255, 255)


def test_preview_of_cmyk_has_its_colours(tmp_path: Path) -> None:
    kept(picture(image=drawing("CMYK")), tmp_path)
    with PIL.Image.open(tmp_path / workbench.PREVIEW) as preview:
        assert is_red_above_blue(preview)


def test_preview_of_pdf_is_its_first_page(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf())
    _findings, document = inspect_pdf(source)
    page = draw_first_page(document)
    document.close()
    assert page.width == PREVIEW_WIDTH
    middle = page.convert("RGB").getpixel((page.width // 3, page.height * 3 // 4))
    assert is_near(middle, (0, 128, 0))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_picture_of_100_megapixels_is_taken(tmp_path: Path) -> None:
    with PIL.Image.open(kept(png_of(12_500, 8_000), tmp_path)) as image:
        assert image.size == (12_500, 8_000)
