"""Notices by e-mail: one letter per person and day, once EMAIL_URL says how."""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.accounts.models import User
from wardsecurity.notices.models import Notice
from wardsecurity.notices.words import detail_of, place_of, sentence_of
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import Membership

logger = logging.getLogger(__name__)

OLDEST = dt.timedelta(days=14)  # what is older is no news: it stays on the page
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """How many letters left, and how many did not."""

    sent: int = 0
    failed: int = 0


def send_digests() -> Sent:
    """Send each person one letter with the unread notices of units still in scope.

    People without an address get none; who had a letter today waits for tomorrow. A
    letter's notices are marked (`mailed_at`) before it is sent, so that two runs at
    once send one, and unmarked when it fails: the next run tries again. Nothing happens
    where no mail is configured. Three queries for each hundred people.
    """
    if not settings.MAIL_IS_CONFIGURED:
        return Sent()
    people = list(
        User.objects.filter(Exists(_to_send().filter(user_id=OuterRef("pk"))))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    total = Sent()
    for start in range(0, len(people), _PEOPLE_AT_ONCE):
        done = _send_to(people[start : start + _PEOPLE_AT_ONCE])
        total = Sent(total.sent + done.sent, total.failed + done.failed)
    return total


def _to_send() -> QuerySet[Notice]:
    """Notices that wait for a letter."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    seats = Membership.objects.filter(
        open_on(timezone.localdate()),
        user_id=OuterRef("user_id"),
        unit__seen__unit_id=OuterRef("unit_id"),
    )
    today = Notice.objects.filter(user_id=OuterRef("user_id"), mailed_at__gte=midnight)
    return Notice.objects.filter(
        ~Exists(today),
        Exists(seats),
        read_at=None,
        mailed_at=None,
        created_at__gte=now - OLDEST,
        user__is_active=True,
    ).exclude(user__email="")


def _claim(people: list[int]) -> list[Notice]:
    """Mark the notices of some people as mailed, for this run alone."""
    with transaction.atomic():
        notices = list(
            _to_send()
            .filter(user__in=people)
            .select_related("user")
            .select_for_update(of=("self",))
            .order_by("user_id", "pk")
        )
        _mark(notices, timezone.now())
    return notices


def _mark(notices: list[Notice], at: dt.datetime | None) -> None:
    pks = [one.pk for one in notices]
    Notice.objects.filter(pk__in=pks).update(mailed_at=at)


def _send_to(people: list[int]) -> Sent:
    by_user: dict[User, list[Notice]] = defaultdict(list)
    for notice in _claim(people):
        by_user[notice.user].append(notice)
    failed: list[Notice] = []
    sent = lost = 0
    connection = mail.get_connection()
    for user, notices in by_user.items():
        if _deliver(user, notices, connection):
            sent += 1
        else:
            lost += 1
            failed += notices
    _close(connection)
    if failed:
        _mark(failed, None)
    return Sent(sent, lost)


def _deliver(user: User, notices: list[Notice], connection: BaseEmailBackend) -> bool:
    """Send one letter; False, and a line in the log, when it did not leave."""
    with translation.override(settings.LANGUAGE_CODE):
        letter = mail.EmailMessage(
            subject=subject_of(notices),
            body=body_of(notices),
            to=[user.email],
            connection=connection,
        )
    try:
        return bool(letter.send())
    except (SMTPException, OSError, ValueError) as error:
        # The address stays out of the log.
        logger.warning("digest user=%s failed: %s", user.pk, type(error).__name__)
        _close(connection)
        return False


def _close(connection: BaseEmailBackend) -> None:
    """Hang up; the next letter dials again."""
    try:
        connection.close()
    except (SMTPException, OSError):
        logger.warning("the mail server hung up by itself")


def subject_of(notices: list[Notice]) -> str:
    """The subject of a letter: how many notices, nothing of what they say."""
    return ngettext(
        "Exemplary ward: %(count)s notice",
        "Exemplary ward: %(count)s notices",
        len(notices),
    ) % {"count": len(notices)}


def body_of(notices: list[Notice]) -> str:
    """A letter: each notice with its place and the address of its page."""
    home = settings.PUBLIC_URL.rstrip("/")
    blocks = [
        "\n".join(
            line
            for line in (
                f"- {sentence_of(one)}",
                f"  {detail_of(one)}".rstrip(),
                f"  {place_of(one)}".rstrip(),
                f"  {home}{one.path}",
            )
            if line
        )
        for one in notices
    ]
    closing = _("All notices: %(address)s") % {"address": f"{home}/notices/"}
    return "\n\n".join([_("Not read yet:"), *blocks, closing]) + "\n"
