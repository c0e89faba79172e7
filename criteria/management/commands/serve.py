"""manage.py serve [--demo]: bring the database up to date and serve, in one process."""

import os
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.base import Application

from criteria.services.demo import ACCOUNTS, PASSWORD
from wardsecurity.files.isolation import close_workshop


class Server(Application):
    """gunicorn in this process, with its own gunicorn.conf.py, and a worker beside."""

    worker: "Attended | None" = None

    def init(self, parser: Any, opts: Any, args: Any) -> None:
        """No command line: the environment and gunicorn.conf.py decide."""

    def load_config(self) -> None:
        """Read gunicorn.conf.py."""
        self.load_config_from_file(str(settings.BASE_DIR / "gunicorn.conf.py"))
        check = self.cfg.when_ready

        def ready(server: Any) -> None:
            check(server)
            self.worker = Attended(start_worker)

        self.cfg.set("when_ready", ready)

    def run(self) -> None:
        """Serve; the worker of the tasks ends with the server."""
        try:
            super().run()
        finally:
            if self.worker is not None:
                self.worker.stop()

    def load(self) -> Any:
        """The application, guarded as every WSGI server gets it."""
        from wardsecurity.wsgi import application

        return application


def start_worker() -> "subprocess.Popen[bytes]":
    """Start the worker of the tasks beside the server; it ends with this process."""
    manage = settings.BASE_DIR / "manage.py"
    command = [sys.executable, str(manage), "work", "--parent", str(os.getpid())]
    return subprocess.Popen(command)  # noqa: S603 - ourselves


class Attended:
    """A process that is started again whenever it ends, until it is to be stopped."""

    def __init__(
        self, start: "Callable[[], subprocess.Popen[bytes]]", pause: float = 2
    ) -> None:
        """`pause`: seconds before each new start, so that a fault does not spin."""
        self._start, self._pause = start, pause
        self._owner, self._over = os.getpid(), threading.Event()
        self.process = start()
        threading.Thread(target=self._attend, daemon=True).start()

    def _attend(self) -> None:
        while True:
            self.process.wait()
            if self._over.wait(self._pause):
                return
            self.process = self._start()

    def stop(self) -> None:
        """End it for good; only who started it does, not a fork of theirs."""
        if os.getpid() == self._owner:
            self._over.set()
            self.process.terminate()


def newest(folder: Path) -> float:
    """When anything in a folder last changed."""
    return max((path.stat().st_mtime for path in folder.rglob("*")), default=0)


class Command(BaseCommand):
    """What `make run` ends in."""

    help = "Migrate, collect static files, serve; --demo makes the demo data first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """HOST and PORT come from the environment."""
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do only what is not done yet: a second start takes seconds."""
        settings.VAR_DIR.mkdir(exist_ok=True)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        manifest = settings.STATIC_ROOT / "staticfiles.json"
        locked = settings.BASE_DIR / "requirements" / "base.txt"
        changed = max(newest(settings.BASE_DIR / "static"), locked.stat().st_mtime)
        if not manifest.exists() or manifest.stat().st_mtime < changed:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        if options["demo"]:
            call_command("demo", stdout=self.stdout)
            host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT")
            self.stdout.write(f"\n  http://{host}:{port or 8000}/\n\n")
            for username, (_role, position, _place) in ACCOUNTS.items():
                self.stdout.write(f"  {username:<12} {position}")
            self.stdout.write(f"\n  password of all: {PASSWORD}\n")
            self.stdout.flush()
        connections.close_all()  # not to be shared by the workers
        close_workshop()  # nor needed by this process any more
        Server().run()
