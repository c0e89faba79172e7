"""Copy a picture without what it says about people: pixels whole, metadata gone.

The compressed pixels are copied byte for byte, so a photo loses nothing and memory
stays flat. Only what a viewer needs to draw them comes along; EXIF (place, time,
telephone), XMP, IPTC, comments, thumbnails, further frames and anything before, between
or after the parts of the format stay behind.
"""

import re
import struct
import zlib
from typing import BinaryIO

from wardsecurity.files.findings import damaged

_CHUNK = 1024 * 1024  # bytes read at a time


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        damaged()
    return data


# --- JPEG (ITU T.81) --------------------------------------------------------------

_SOI, _EOI, _SOS, _APP0, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE2, 0xEE
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
# Frames (SOF), tables (DHT, DAC, DQT), restart interval, number of lines, scans.
_DRAWING = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, _SOS} - {0xC8}
_MAX_SCANS = 100  # a camera writes 1, a progressive picture about 10
_MAX_FILL = 64  # bytes of filling between two segments
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def strip_jpeg(source: BinaryIO, target: BinaryIO) -> None:
    """Copy the drawing segments and the colour profile; stop at the end of image.

    Raises Refused "file_damaged".
    """
    if source.read(2) != b"\xff\xd8":
        damaged()
    target.write(b"\xff\xd8")
    scans = 0
    marker = _next_marker(source)
    while marker != _EOI:
        if marker in _STANDALONE:
            marker = _next_marker(source)
            continue
        (size,) = struct.unpack(">H", _exactly(source, 2))
        payload = _exactly(source, max(size, 2) - 2)
        kept = _kept_payload(marker, payload)
        if kept is not None:
            target.write(struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept)
        if marker == _SOS:
            scans += 1
            if scans > _MAX_SCANS:  # each one costs a pass over all pixels
                damaged()
            marker = _copy_scan(source, target)
        else:
            marker = _next_marker(source)
    target.write(b"\xff\xd9")


def _kept_payload(marker: int, payload: bytes) -> bytes | None:
    """Return what to keep of a segment, None to leave it out."""
    if marker in _DRAWING:
        return payload
    if marker == _APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 14:
        return payload[:12] + b"\0\0"  # no thumbnail
    if marker == _APP2 and payload.startswith(b"ICC_PROFILE\0"):
        return payload
    if marker == _APP14 and payload.startswith(b"Adobe") and len(payload) >= 12:
        return payload[:12]  # says how the colours are coded
    return None


def _next_marker(source: BinaryIO) -> int:
    """Return the next marker, past a little filling."""
    previous = 0
    for _count in range(_MAX_FILL):
        byte = _exactly(source, 1)[0]
        if previous == 0xFF and byte not in (0x00, 0xFF):
            return byte
        previous = byte
    return damaged()


def _copy_scan(source: BinaryIO, target: BinaryIO) -> int:
    """Copy compressed pixels up to the next marker; return it."""
    held = b""
    while chunk := source.read(_CHUNK):
        data = held + chunk
        if end := _END_OF_SCAN.search(data):
            target.write(data[: end.start()])
            source.seek(end.end() - len(data), 1)
            return data[end.start() + 1]
        held = data[-1:] if data.endswith(b"\xff") else b""
        target.write(data[: len(data) - len(held)])
    return damaged()


# --- PNG (ISO/IEC 15948) ----------------------------------------------------------

_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM"} | {
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}


def strip_png(source: BinaryIO, target: BinaryIO) -> None:
    """Copy the chunks that draw the (first) picture; stop at IEND.

    Raises Refused "file_damaged", also where a checksum is wrong.
    """
    if source.read(8) != _PNG_START:
        damaged()
    target.write(_PNG_START)
    name = b""
    while name != b"IEND":
        head = _exactly(source, 8)
        size, name = struct.unpack(">I4s", head)
        if size > 0x7FFFFFFF:
            damaged()
        if name in _PNG_KEPT:
            target.write(head)
            _copy_png_data(source, target, size, zlib.crc32(name))
        else:
            source.seek(size + 4, 1)


def _copy_png_data(source: BinaryIO, target: BinaryIO, size: int, crc: int) -> None:
    while size:
        data = _exactly(source, min(size, _CHUNK))
        crc = zlib.crc32(data, crc)
        target.write(data)
        size -= len(data)
    checksum = _exactly(source, 4)
    if struct.unpack(">I", checksum) != (crc,):
        damaged()
    target.write(checksum)


# --- WebP (RFC 9649) --------------------------------------------------------------

_WEBP_KEPT = {b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"}
_ALPHA_AND_ICC = 0x30  # the flags of VP8X that stay true


def strip_webp(source: BinaryIO, target: BinaryIO) -> None:
    """Copy the chunks that draw a still picture; stop at the size RIFF states.

    Raises Refused "file_damaged".
    """
    start, size, form = struct.unpack("<4sI4s", _exactly(source, 12))
    if (start, form) != (b"RIFF", b"WEBP"):
        damaged()
    target.write(b"RIFF\0\0\0\0WEBP")
    left = size - 4
    while left >= 8:
        head = _exactly(source, 8)
        name, size = struct.unpack("<4sI", head)
        padded = size + size % 2
        left -= 8 + padded
        if left < -1:  # some writers leave the last pad byte out of the sum
            damaged()
        if name not in _WEBP_KEPT:
            source.seek(padded, 1)
            continue
        target.write(head)
        if name == b"VP8X":
            flags = _exactly(source, padded)
            target.write(bytes([flags[0] & _ALPHA_AND_ICC]) + flags[1:])
        else:
            _copy_webp_data(source, target, size)
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))
    target.seek(end)


def _copy_webp_data(source: BinaryIO, target: BinaryIO, size: int) -> None:
    left = size
    while left:
        data = _exactly(source, min(left, _CHUNK))
        target.write(data)
        left -= len(data)
    if size % 2:
        source.read(1)
        target.write(b"\0")
