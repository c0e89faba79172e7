"""The Vietnamese catalogue is whole, and says what officials say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

PO = Path(settings.BASE_DIR, "locale/vi/LC_MESSAGES/django.po")


def sentences():
    """Every Vietnamese sentence of the catalogue."""
    text = PO.read_text(encoding="utf-8")
    joined = re.sub(r'"\n"', "", text)
    return re.findall(r'^msgstr(?:\[0\])? "(.*)"$', joined, re.MULTILINE)[1:]


def msgids(path):
    joined = re.sub(r'"\n"', "", path.read_text(encoding="utf-8"))
    return set(re.findall(r'^msgid "(.+)"$', joined, re.MULTILINE))


def test_no_sentence_is_missing_or_fuzzy():
    assert all(sentences())
    assert "#, fuzzy" not in PO.read_text(encoding="utf-8")


@pytest.mark.gettext
def test_the_compiled_catalogue_is_that_of_the_text(tmp_path):
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", compiled, PO], check=True)  # noqa: S603, S607
    kept = [
        subprocess.run(["msgunfmt", path], capture_output=True, check=True).stdout  # noqa: S603, S607
        for path in (compiled, PO.with_suffix(".mo"))
    ]
    assert kept[0] == kept[1]


@pytest.mark.gettext
def test_every_sentence_of_the_source_is_in_the_catalogue(tmp_path):
    for folder in ("wardsecurity", "commitments", "criteria", "templates"):
        shutil.copytree(Path(settings.BASE_DIR, folder), tmp_path / folder)
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale=vi"]
    plain = {key: os.environ[key] for key in os.environ if not key.startswith("DJANGO")}
    subprocess.run(command, cwd=tmp_path, env=plain, check=True, capture_output=True)  # noqa: S603
    found = msgids(tmp_path / "locale/vi/LC_MESSAGES/django.po")
    assert found - msgids(PO) == set()


@pytest.mark.parametrize(
    "word", ["bằng chứng", "không hợp lệ", r"\bbạn\b", "!", "vui lòng"]
)
def test_words_that_officials_do_not_use(word):
    assert [one for one in sentences() if re.search(word, one.lower())] == []


def test_both_languages_speak():
    with translation.override("vi"):
        assert translation.gettext("My work") == "Việc của tôi"
    with translation.override("en"):
        assert translation.gettext("My work") == "My work"
