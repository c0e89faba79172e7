"""Notices by e-mail: one letter a day, and a mail server that fails loses nothing."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.notices import NoticeFactory
from tests.factories.wards import MembershipFactory, WardFactory
from wardsecurity.notices.mail import Sent, send_digests
from wardsecurity.notices.models import Notice
from wardsecurity.settings import mail_settings

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


class DownBackend(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, letters):
        raise ConnectionRefusedError("no mail server")


class PickyBackend(BaseEmailBackend):
    """A mail server that refuses one address only."""

    def send_messages(self, letters):
        if "refused" in letters[0].to[0]:
            raise OSError("refused")
        return 1


@pytest.fixture(autouse=True)
def mail_on(settings):
    settings.MAIL_IS_CONFIGURED = True
    settings.PUBLIC_URL = "https://phuong.example"


def somebody(email="can-bo@phuong.example", **seat):
    user = UserFactory(email=email)
    return MembershipFactory(user=user, **seat)


def test_one_letter_holds_all_unread_notices(mailoutbox):
    seat = somebody()
    NoticeFactory.create_batch(2, user=seat.user, unit=seat.unit, path="/menu/")
    NoticeFactory(user=seat.user, unit=seat.unit, read_at=timezone.now())

    assert send_digests() == Sent(1, 0)

    (letter,) = mailoutbox
    assert letter.to == ["can-bo@phuong.example"]
    assert letter.body.count("https://phuong.example/menu/") == 2
    assert Notice.objects.filter(mailed_at=None).count() == 1


def test_a_second_letter_waits_for_the_next_day(mailoutbox):
    seat = somebody()
    first = NoticeFactory(user=seat.user, unit=seat.unit)
    send_digests()
    NoticeFactory(user=seat.user, unit=seat.unit)

    assert send_digests() == Sent()
    Notice.objects.filter(pk=first.pk).update(mailed_at=timezone.now() - DAY)
    assert send_digests() == Sent(1, 0)
    assert len(mailoutbox) == 2


def test_no_mail_is_sent_unless_it_is_configured(settings, mailoutbox):
    settings.MAIL_IS_CONFIGURED = False
    seat = somebody()
    NoticeFactory(user=seat.user, unit=seat.unit)

    assert send_digests() == Sent()
    assert mailoutbox == []
    assert Notice.objects.get().mailed_at is None


@pytest.mark.parametrize(
    "case", ["no address", "ended", "closed account", "old", "out of scope"]
)
def test_who_gets_no_letter(mailoutbox, case):
    seat = somebody(
        email="" if case == "no address" else "a@phuong.example",
        valid_to=TODAY - DAY if case == "ended" else None,
    )
    if case == "closed account":
        seat.user.is_active = False
        seat.user.save()
    unit = WardFactory() if case == "out of scope" else seat.unit
    notice = NoticeFactory(user=seat.user, unit=unit)
    if case == "old":
        Notice.objects.update(created_at=timezone.now() - 15 * DAY)

    assert send_digests() == Sent()
    assert mailoutbox == []
    notice.refresh_from_db()
    assert notice.mailed_at is None


def test_a_server_that_is_down_loses_nothing(settings, mailoutbox, caplog):
    seat = somebody()
    NoticeFactory(user=seat.user, unit=seat.unit)
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"

    assert send_digests() == Sent(0, 1)
    assert Notice.objects.get().mailed_at is None
    assert seat.user.email not in caplog.text

    settings.EMAIL_BACKEND = good
    assert send_digests() == Sent(1, 0)
    assert len(mailoutbox) == 1


def test_one_refused_address_keeps_no_other_letter(settings):
    settings.EMAIL_BACKEND = f"{__name__}.PickyBackend"
    refused, good = somebody("refused@phuong.example"), somebody("good@phuong.example")
    for seat in (refused, good):
        NoticeFactory(user=seat.user, unit=seat.unit)

    assert send_digests() == Sent(1, 1)

    assert Notice.objects.get(user=refused.user).mailed_at is None
    assert Notice.objects.get(user=good.user).mailed_at is not None


def test_letters_cost_the_same_for_few_and_for_many(django_assert_num_queries):
    def a_day(people):
        Notice.objects.all().delete()
        for place in range(people):
            seat = somebody(f"{people}-{place}@phuong.example")
            NoticeFactory(user=seat.user, unit=seat.unit)

    for people in (1, 12):
        a_day(people)
        # Who waits; savepoint, claim, mark, savepoint.
        with django_assert_num_queries(5):
            assert send_digests().sent == people


def test_a_bad_address_of_the_mail_server_is_named_without_its_password():
    with pytest.raises(ImproperlyConfigured) as refusal:
        mail_settings("post://user:secret@host")

    assert "EMAIL_URL" in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert mail_settings("smtp+tls://u:p@host:587")["EMAIL_HOST"] == "host"
