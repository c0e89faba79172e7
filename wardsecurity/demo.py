"""Demo mode never leaves the machine: loopback only (DESIGN §6)."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_demo() -> bool:
    """Whether DEMO is set, or the database holds demo accounts."""
    if settings.DEMO:
        return True
    try:
        users = apps.get_model("accounts.User")._default_manager
        return users.filter(is_demo=True).exists()
    except DatabaseError:
        return False  # not migrated yet: /readyz tells


def loopback_only(application: Wsgi) -> Wsgi:
    """Refuse whoever is not on this machine, also when a proxy passes them on."""

    def guarded(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR") or "127.0.0.1"  # a unix socket has none
        if not is_loopback(peer) or "HTTP_X_FORWARDED_FOR" in environ:
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Demo accounts: this machine only.\n"]
        return application(environ, start_response)

    return guarded
