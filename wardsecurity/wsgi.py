"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardsecurity.settings")

application = get_wsgi_application()

from django.db import connections  # noqa: E402

from wardsecurity.demo import is_demo, loopback_only  # noqa: E402 - after the set-up

if is_demo():
    application = loopback_only(application)  # type: ignore[assignment]
connections.close_all()  # asked before the fork: not to be shared by the workers
