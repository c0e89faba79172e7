"""The databases that are measured: SQLite as delivered, a PostgreSQL that keeps."""

import signal
import sys

from tests.plugins import postgres

# What the tests leave out: a commit counts here only once it is on the disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class DurablePostgres(postgres.ThrowawayPostgres):
    """A throw-away PostgreSQL whose commits wait for the disk."""

    module = "benchmarks.databases"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    postgres.HASTE.update(DURABLE)
    try:
        postgres.main(sys.stdin)
    except postgres.Unavailable as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(1)
