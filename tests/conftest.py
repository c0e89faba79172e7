"""What every test stands on: a clean start, and only where it can run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.plugins.tools import CHROMIUM, GETTEXT

NEEDS = {"browser": CHROMIUM, "gettext": GETTEXT}
DATABASES = {"sqlite", "postgres"}

ROOT = Path(__file__).resolve().parent.parent

# A slow machine is no fault of the code. CI tries the same examples each time, so that
# a change fails for what it changes; at home the examples are new with every run.
hypothesis_settings.register_profile(
    "home",
    deadline=None,
    database=DirectoryBasedExampleDatabase(ROOT / "var" / "hypothesis"),
)
hypothesis_settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") == "true" else "home")


def pytest_configure() -> None:
    """Make the folder of the settings' files, in each worker its own."""
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out the other database's tests; skip what the machine cannot run."""
    other_database = (DATABASES - {config.getoption("db")}).pop()
    elsewhere = [item for item in items if item.get_closest_marker(other_database)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]

    for marker, tool in NEEDS.items():
        if tool.find():
            continue
        skip = pytest.mark.skip(reason=f"{tool.name} is missing: {tool.remedy}")
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def clean_start() -> Iterator[None]:
    """Let no language and no count of a rate limit reach the next test."""
    yield
    translation.deactivate()
    cache.clear()


@pytest.fixture
def evidence_root(settings: LazySettings, tmp_path: Path) -> Path:
    """Return this test's own, empty folder of evidence, in use by the application."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.EVIDENCE_ROOT.mkdir()
    return settings.EVIDENCE_ROOT
