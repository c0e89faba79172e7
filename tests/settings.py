"""Settings of the tests: the application's own, made fast and kept off `var/`.

Every variable is set here, so that no test depends on the shell it runs in;
DATABASE_URL and TEST_FOLDER come from tests/plugins/databases.py.
"""

import os
import tempfile
from pathlib import Path

FOLDER = Path(
    os.environ.get("TEST_FOLDER", Path(tempfile.gettempdir(), "wardsecurity-tests")),
    os.environ.get("PYTEST_XDIST_WORKER", "main"),
)

for name in ("SECRET_KEY_FILE", "TRUSTED_PROXY_COUNT", "EMAIL_URL", "CLAMD_URL"):
    os.environ.pop(name, None)
os.environ.update(
    SECRET_KEY="a key for tests, known to everybody",
    DEBUG="False",
    DEMO="False",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    PUBLIC_URL="http://testserver",
    CACHE_URL="locmemcache://",
    EVIDENCE_STORAGE_URL=f"file://{FOLDER}/evidence",
    HEADS_DIR=f"{FOLDER}/heads",
)

from wardsecurity.settings import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The test client and the live server speak plain http.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False

# Static files straight from their sources: no collectstatic before a test.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATIC_ROOT = FOLDER / "static"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: in memory, threads would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}

# A task is done where it is ordered: tests of workers ask for theirs.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
