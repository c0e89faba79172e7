"""pytest plugin: `--db sqlite` (the default) or `--db postgres`.

A plugin and not conftest.py, because pytest-django reads the settings before any
conftest.py is imported: PostgreSQL must stand in DATABASE_URL by then.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator

import pytest

from tests.plugins.postgres import ThrowawayPostgres, Unavailable


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the choice of database."""
    parser.addoption(
        "--db",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="the database to test on; PostgreSQL is made for this run and removed",
    )


@pytest.hookimpl(wrapper=True)  # wrappers come before pytest-django reads settings
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, None, None]:
    """Prepare folder and database; workers of xdist find them in the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        # Whoever stops the run politely gets the same tidying up as Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        lend_folder(early_config)
        lend_database(early_config)
    return (yield)


def pytest_report_header(config: pytest.Config) -> str:
    """Say on which database the tests run."""
    return f"database: {config.getoption('db')}"


def lend_folder(config: pytest.Config) -> None:
    """Set TEST_FOLDER to a folder that goes away with the run."""
    folder = tempfile.mkdtemp(prefix="wardsecurity-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["TEST_FOLDER"] = folder


def lend_database(config: pytest.Config) -> None:
    """Set DATABASE_URL: never the one that the shell happens to hold."""
    if config.known_args_namespace.db == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['TEST_FOLDER']}/db.sqlite3"
        return
    postgres = ThrowawayPostgres()
    config.add_cleanup(postgres.stop)
    try:
        os.environ["DATABASE_URL"] = postgres.url()
    except Unavailable as problem:
        raise pytest.UsageError(str(problem)) from problem
