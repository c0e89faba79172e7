"""Settings of the measuring server: the application's own, over plain http."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "a key for measuring, known to everybody")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1")
os.environ.setdefault("CACHE_URL", "locmemcache://")

from wardsecurity.settings import *
from wardsecurity.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
# Outermost, so that it counts what every other one asks.
MIDDLEWARE = ["benchmarks.middleware.CountQueries", *MIDDLEWARE]
ROOT_URLCONF = "benchmarks.urls"
WSGI_APPLICATION = "benchmarks.wsgi.application"

SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
# No collectstatic before a run: floors and pages name their files alike.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATIC_ROOT = Path(os.environ.get("BENCH_FOLDER", tempfile.gettempdir())) / "static"
LOGGING = {"version": 1, "root": {"level": "ERROR"}}
