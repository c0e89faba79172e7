"""The database under test is the one that was asked for."""

import pytest
from django.conf import settings
from django.db import connection

ASKED_FOR = {"sqlite": "sqlite", "postgres": "postgresql"}


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for(pytestconfig):
    connection.ensure_connection()

    assert connection.vendor == ASKED_FOR[pytestconfig.getoption("db")]


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_test_marked_postgres_runs_there_only():
    assert connection.vendor == "postgresql"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_is_a_file_opened_with_our_options():
    with connection.cursor() as cursor:
        journal, synchronous = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        )

    assert settings.DATABASES["default"]["NAME"] != ":memory:"
    assert (journal, synchronous) == ("wal", 2)  # 2 is FULL
