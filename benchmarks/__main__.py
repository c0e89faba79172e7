"""`make bench`: ratios to the two floors, on SQLite and PostgreSQL, in one run.

Seconds are never compared with anything but seconds of the same run.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2

from benchmarks.client import (
    ROOT,
    Answer,
    Server,
    Visitor,
    environment,
    form_fields,
)
from benchmarks.databases import DurablePostgres
from benchmarks.table import MOST_QUERIES, Line, as_text
from tests.plugins.postgres import Unavailable


@dataclass
class World:
    """A database of a size, its server, and what was measured there."""

    database: str
    wards: int
    url: str
    facts: dict[str, Any]
    environment: dict[str, str]
    server: Server
    visitors: dict[str, Visitor]
    seconds: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    inside: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, answer: Answer) -> None:
        """Keep what an answer took."""
        self.seconds.setdefault(name, []).append(answer.seconds)
        self.queries[name] = answer.queries

    def over(self, name: str, other: "World", base: str) -> float | None:
        """The median, round by round, of a row over another; None where not asked.

        Both were asked in the same round, so that a machine that slows down meanwhile
        slows both.
        """
        times, bases = self.seconds.get(name), other.seconds.get(base)
        if not times or not bases:
            return None
        return median(one / two for one, two in zip(times, bases, strict=True))


# --- What is asked ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """A page, who asks for it, and what it may take of that person's floor."""

    name: str
    address: Callable[[dict[str, Any]], str | None]
    target: float
    who: str = "officer"
    grows: bool = True


def _at(path: str) -> Callable[[dict[str, Any]], str]:
    return lambda facts: f"/w/{facts['ward']}/{facts['year']}/{path}"


PAGES = (
    Page("ward dashboard", _at(""), 2.5),
    Page("criterion page", lambda facts: _saved(facts), 2.5),
    Page("my work", lambda facts: "/", 2.5),
    Page("evidence library", _at("evidence/"), 2.5),
    Page("documents", lambda facts: facts["documents"], 2.5),
    Page("commitments matrix", lambda facts: facts["commitments"], 2.5),
    # A page over 100 wards is no page over one: its time may grow, its queries not.
    Page(
        "province page",
        lambda facts: facts["province_page"],
        3,
        "province",
        grows=False,
    ),
)
SAVERS = {"officer": "save, an officer", "admin": "save, who administers the province"}


def _saved(facts: dict[str, Any]) -> str:
    return _at(f"criteria/{facts['saved']}/")(facts)


def ask_round(world: World, number: int) -> None:
    """One round: floors and rows in turn, each asked once."""
    for who in ("officer", "province"):
        world.note(f"floor {who}", world.visitors[who].get("/floor/page/"))
    for page in PAGES:
        address = page.address(world.facts)
        if address is not None:
            world.note(page.name, world.visitors[page.who].get(address))
    for who, name in SAVERS.items():
        visitor, address = world.visitors[who], _saved(world.facts)
        shown = visitor.get(address).body
        fields = form_fields(shown, f"{address}assess/")
        floor = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}
        world.note(f"floor {name}", visitor.post("/floor/write/", floor))
        fields |= {"value": str(10 + number % 5), "explanation": f"Vòng {number}."}
        world.note(name, visitor.post(f"{address}assess/", fields))


# --- Worlds -----------------------------------------------------------------------


def _run(module: str, *arguments: Any, env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def world(
    database: str, url: str, wards: int, years: int, folder: Path
) -> Iterator[World]:
    """Fill a database, serve it, take the server away at the end."""
    env = environment(url, folder)
    facts = _run("benchmarks.world", wards, years, env=env)
    server = Server(env)
    visitors = {
        who: Visitor(server.port, session) for who, session in facts["sessions"].items()
    }
    try:
        yield World(database, wards, url, facts, env, server, visitors)
    finally:
        for visitor in visitors.values():
            visitor.close()
        server.stop()


@contextmanager
def databases(wanted: list[str], sizes: list[int], folder: Path) -> Iterator[list[Any]]:
    """(name, size, URL) of an empty database for each kind and size."""
    found = []
    with ExitStack() as stack:
        if "SQLite" in wanted:
            found += [
                ("SQLite", size, f"sqlite:///{folder}/{size}.sqlite3") for size in sizes
            ]
        if "PostgreSQL" in wanted:
            server = DurablePostgres()
            stack.callback(server.stop)
            try:
                url = server.url()
            except Unavailable as problem:
                print(f"PostgreSQL is left out: {problem}", file=sys.stderr)
            else:
                found += [("PostgreSQL", size, _made(url, size)) for size in sizes]
        yield found


def _made(url: str, size: int) -> str:
    """Make an empty database beside the one of an address; return its address."""
    base = url.rsplit("/", 1)[0]
    connection = psycopg2.connect(f"{base}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE bench_{size:d}")
    connection.close()
    return f"{base}/bench_{size:d}"


# --- The table --------------------------------------------------------------------


def lines_of(small: World, large: World) -> Iterator[Line]:
    """The rows of one database."""

    def row(
        name: str, floor: str, target: float, *, grows: bool = True, **more: Any
    ) -> Line:
        return Line(
            name,
            small.over(name, small, floor),
            large.over(name, large, floor),
            target,
            (small.queries[name], large.queries[name]),
            growth=large.over(name, small, name) if grows else None,
            **more,
        )

    for page in PAGES:
        if page.name in large.seconds:
            yield row(
                page.name,
                f"floor {page.who}",
                page.target,
                grows=page.grows,
                most_queries=MOST_QUERIES,
            )
    for name in SAVERS.values():
        yield row(name, f"floor {name}", 2.5)
    inside = [(one.inside["rollup"], one.inside) for one in (small, large)]
    yield Line(
        "roll-up of a year / one GROUP BY",
        None,
        inside[1][0] / inside[1][1]["group_by"],
        1.3,
    )
    yield Line(
        "object by object / roll-up of a year",
        None,
        inside[1][1]["objects"] / inside[1][0],
        50,
        at_least=True,
    )
    scored = [one.inside["score"] / one.inside["decimals"] for one in (small, large)]
    yield Line("scoring a ward / adding 34 Decimals", scored[0], scored[1], 60)


def measure(wanted: list[str], sizes: list[int], years: int, rounds: int) -> str:
    """Run everything; return the tables."""
    folder = Path(tempfile.mkdtemp(prefix="wardsecurity-bench-"))
    (folder / "static").mkdir()
    try:
        with databases(wanted, sizes, folder) as found, ExitStack() as stack:
            worlds = [
                # The small world is the large one's first ward in its first year.
                stack.enter_context(
                    world(name, url, size, 1 if size == 1 else years, folder)
                )
                for name, size, url in found
            ]
            for number in range(rounds + 1):
                for one in worlds:
                    ask_round(one, number)
                    if number == 0:  # warming up
                        one.seconds.clear()
            for one in worlds:
                one.inside = _run("benchmarks.inside", 9, env=one.environment)
            return "\n\n".join(
                as_text(name, lines_of(small, large))
                for name in dict.fromkeys(one.database for one in worlds)
                for small, large in [[w for w in worlds if w.database == name]]
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--wards", type=int, default=100, help="of the large world")
    parser.add_argument("--years", type=int, default=2, help="of the large world")
    parser.add_argument(
        "--db",
        action="append",
        choices=["SQLite", "PostgreSQL"],
        help="one of them only",
    )
    given = parser.parse_args()
    wanted = given.db or ["SQLite", "PostgreSQL"]
    print(measure(wanted, [1, given.wards], given.years, given.rounds))


if __name__ == "__main__":
    main()
