"""manage.py work: do the tasks that wait, until told to stop."""

import os
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from wardsecurity.jobs.services import take_up_again

WATCH = 2  # seconds between looks at the parent


class Command(BaseCommand):
    """The worker of django-tasks-db, and jobs that a killed one left go on."""

    help = "Do waiting tasks; --parent PID ends it when that process is gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--parent` is what `make run` gives, so that nothing is left behind."""
        parser.add_argument("--parent", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Until SIGTERM, which lets the item under way be finished."""
        if options["parent"]:
            watch = threading.Thread(
                target=_end_with, args=[options["parent"]], daemon=True
            )
            watch.start()
        take_up_again()
        call_command("db_worker", verbosity=0, reload=False, startup_delay=False)


def _end_with(parent: int) -> None:
    """End this process once its parent has ended, however that came about."""
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(0)  # every item is whole or not done: nothing to tidy up
