"""What a measuring server holds: invented wards, and two people who are signed in.

`python -m benchmarks.world WARDS YEARS` fills the empty database of DATABASE_URL and
prints, as JSON, cookies and addresses.
"""

import datetime as dt
import io
import json
import os
import sys
from typing import Any

import django

SEED = 34
SAVED = 12  # the criterion that is saved, read and saved again


def fill(wards: int, years: int) -> dict[str, Any]:
    """Migrate, make wards and people; return what the client needs to know.

    The ward that is asked for is the same, row by row, in a small and a large world.
    """
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    quiet = io.StringIO()
    call_command(
        "generate_province",
        wards=wards,
        years=years,
        seed=SEED,
        stdout=quiet,
        stderr=quiet,
    )
    from criteria.models import Assessment, Evaluation
    from wardsecurity.permissions import Role

    evaluation = (
        Evaluation.objects.filter(state="open", self_met__gt=0)
        .select_related("campaign__ward__parent")
        .order_by("-campaign__year", "campaign__ward__pk")
        .first()
    )
    assert evaluation is not None, "choose a seed whose first ward is at work"
    ward, year = evaluation.campaign.ward, evaluation.campaign.year
    officer = _person("canbo", {ward: Role.WARD_STAFF})
    # Sees the whole province, and serves in the ward: saves with the widest scope.
    admin = _person("congan", {ward.parent: Role.PROVINCE_ADMIN, ward: Role.WARD_STAFF})
    province = _person("tinh", {ward.parent: Role.PROVINCE_ADMIN})
    saved = Assessment.objects.get(evaluation=evaluation, criterion__number=SAVED)
    return {
        "ward": ward.slug,
        "year": year,
        "province": ward.parent.slug,
        "saved": saved.criterion.number,
        "sessions": {
            "officer": _session(officer),
            "admin": _session(admin),
            "province": _session(province),
        },
        "province_page": _province_page(ward.parent.slug, year),
        "commitments": _address("commitments:pledge-board", ward.slug, year),
        "documents": _address("commitments:document-list", ward.slug, year),
    }


def _person(username: str, posts: dict[Any, str]) -> Any:
    from wardsecurity.accounts.models import User
    from wardsecurity.wards.models import Membership

    user = User.objects.create_user(username, "a password for measuring 34")
    for unit, role in posts.items():
        Membership.objects.create(
            user=user,
            unit=unit,
            role=role,
            position="Cán bộ",
            valid_from=dt.date(2020, 1, 1),
        )
    return user


def _session(user: Any) -> str:
    """A session as sign-in leaves it; signing in itself is not measured."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return str(session.session_key)


def _address(name: str, *args: Any) -> str | None:
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def _province_page(slug: str, year: int) -> str | None:
    return _address("criteria:province", slug, year)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    stdout, sys.stdout = sys.stdout, sys.stderr
    json.dump(fill(int(sys.argv[1]), int(sys.argv[2])), stdout)
