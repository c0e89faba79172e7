"""gunicorn: a worker a core, a few threads each."""

import multiprocessing
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count()))
threads = 4
preload_app = True
timeout = 120
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True


def when_ready(server):
    """Refuse to serve demo accounts to anybody but this machine."""
    from django.db import connections

    from wardsecurity.demo import is_demo, is_loopback

    addresses = [str(host) for host, _port in server.cfg.address]
    if is_demo() and not all(is_loopback(host) for host in addresses):
        server.log.error("Demo accounts: bind to 127.0.0.1 only.")
        raise SystemExit(4)
    connections.close_all()
