import cProfile
import pstats
import random
import time

import pytest
from django.db import connection
from django.db.models import *
from django.utils import timezone

from criteria.selectors.missed import *
from tests.factories.criteria import a_set
from tests.factories.provinces import many_evaluations, many_wards
from tests.factories.wards import UnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db
Y = timezone.localdate().year


def timed(name, f, n=3):
    t = []
    for _ in range(n):
        t0 = time.perf_counter()
        r = f()
        t.append(time.perf_counter() - t0)
    print(f"{name}: {min(t) * 1000:.0f} ms")
    return r


def test_perf(client):
    s = a_set(size=34, categories=4, min_met=31)
    d = random.Random(3)
    provs = [UnitFactory(slug=f"t-{i}") for i in range(20)]
    for p in provs:
        w = many_wards(p, 98)
        many_evaluations(
            w,
            s,
            [d.randint(5, 34) for _ in w],
            seed=d.random(),
            overdue=[d.randint(0, 1) for _ in w],
        )
    with connection.cursor() as c:
        c.execute("ANALYZE")
    country = provs[0].parent
    today = timezone.localdate()
    print()
    a = timed("current", lambda: most_missed(country, Y, today))

    def raw():
        sql = """SELECT c.key, SUM(g.missed), SUM(g.n), MIN(c.number), MIN(c.title_vi) FROM (
        SELECT a.criterion_id AS cid,
          SUM(CASE WHEN e.state IN ('verified','recognised','not_recognised') THEN (CASE WHEN a.verified_result IN ('met','not_applicable') THEN 0 ELSE 1 END)
              WHEN a.self_result='met' AND a.supported_until >= COALESCE(a.scored_on, e.day) THEN 0
              WHEN a.self_result='not_applicable' AND a.explained_until >= COALESCE(a.scored_on,e.day) THEN 0 ELSE 1 END) AS missed,
          SUM(1) AS n
        FROM (SELECT e.id, e.state, CASE WHEN p.period_end < %(today)s THEN p.period_end ELSE %(today)s END AS day FROM criteria_evaluation e JOIN commitments_campaign p ON p.id=e.campaign_id JOIN wards_unitscope s ON s.unit_id=p.ward_id WHERE s.viewer_id=%(viewer)s AND NOT s.read_only AND p.year=%(year)s) e
        JOIN criteria_assessment a ON a.evaluation_id=e.id
        GROUP BY a.criterion_id) g JOIN criteria_criterion c ON c.id=g.cid WHERE c.evidence_mode <> 'reference_only' GROUP BY c.key ORDER BY 2 DESC, 4 LIMIT 5"""
        with connection.cursor() as c:
            c.execute(
                sql, {"today": today.isoformat(), "viewer": country.pk, "year": Y}
            )
            return c.fetchall()

    b = timed("raw", raw)
    print([(x.key, x.count, x.of) for x in a])
    print([x[:3] for x in b])
    client.force_login(member(provs[0].parent, Role.PROVINCE_ADMIN))
    for url in (f"/p/t-3/{Y}/", f"/p/viet-nam/{Y}/", "/menu/"):
        client.get(url)
        timed(url, lambda: client.get(url))
        pr = cProfile.Profile()
        pr.enable()
        client.get(url)
        pr.disable()
        pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
