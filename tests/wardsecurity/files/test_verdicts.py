"""Every kind of upload gets the right verdict, on the workbench."""

import json
from pathlib import Path

import pytest

from tests.wardsecurity.files.samples import BAD, GOOD, SCRIPT, Bad, Good
from wardsecurity.files import workbench

BY_SERVICE = {"empty", "one_byte_too_large", "60_MB"}  # refused before the workbench


def verdict(content: bytes, folder: Path, capsys: pytest.CaptureFixture) -> dict:
    """Run the workbench here, without its process, and return what it says."""
    source = folder / "original"
    source.write_bytes(content)
    workbench.main(source, folder)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("sample", GOOD.values(), ids=GOOD)
def test_honest_file_is_taken(
    sample: Good, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    content = sample.content()
    said = verdict(content, tmp_path, capsys)
    assert said.get("kind") == sample.kind, said
    kept = (tmp_path / said["kept"]).read_bytes()
    if sample.kind in ("jpeg", "png", "webp"):
        assert min(said["width"], said["height"]) > 0
        assert SCRIPT not in kept
        assert b"PK\x05\x06" not in kept
        assert (tmp_path / workbench.PREVIEW).exists()
    else:
        assert kept == content  # decision 0004: signatures stay valid
        assert (tmp_path / workbench.PREVIEW).exists() == (sample.kind == "pdf")


@pytest.mark.parametrize(
    "sample",
    [sample for name, sample in BAD.items() if name not in BY_SERVICE],
    ids=[name for name in BAD if name not in BY_SERVICE],
)
def test_hostile_file_is_refused(
    sample: Bad, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    said = verdict(sample.content(), tmp_path, capsys)
    assert said == {"refused": sample.code, "reason": sample.reason}


def test_full_disk_is_no_verdict_on_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbench, "examine", full)
    assert verdict(b"%PDF-", tmp_path, capsys) == {"fault": 28}
