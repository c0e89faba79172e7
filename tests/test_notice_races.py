"""The same thing told, read or said at the same moment: once, and nothing lost."""

import pytest
from django.utils import timezone

from criteria.services.comments import comment_on, take_back
from criteria.services.reminders import remind
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.notices import NoticeFactory
from tests.factories.wards import WardFactory, member
from tests.test_races import together
from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import verify_chain
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.mail import Sent, send_digests
from wardsecurity.notices.models import Comment, CommentRead, Notice, NoticeKind
from wardsecurity.notices.services import mark_read, notify

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_notice_from_two_at_once_is_one():
    ward = WardFactory()
    people = [member(ward) for _ in range(5)]

    def tell(order):
        return lambda: notify(
            users=people[::order],
            unit=ward,
            kind=NoticeKind.SUBMITTED,
            facts={},
            path="/",
            key="one",
        )

    assert together(tell(1), tell(-1)) == [None, None]
    assert Notice.objects.count() == 5


def test_two_reminders_at_once_tell_once():
    evaluation = an_evaluation({}, {}, {})
    member(evaluation.campaign.ward)
    evaluation.assessments.update(due_on=timezone.localdate())

    together(remind, remind)

    assert Notice.objects.count() == 3


def test_two_runs_at_once_send_one_letter(settings):
    settings.MAIL_IS_CONFIGURED = True
    ward = WardFactory()
    user = member(ward)
    user.email = "a@phuong.example"
    user.save()
    NoticeFactory.create_batch(3, user=user, unit=ward)

    results = together(send_digests, send_digests)

    assert sorted(one.sent for one in results) == [0, 1]
    assert Sent(0, 1) not in results


def test_two_comments_at_once_stand_both_and_the_trail_is_whole():
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward
    people = [member(ward) for _ in range(2)]

    def writing(person):
        row = assessment_of(evaluation)
        return lambda: comment_on(actor=person, assessment=row, text="Ý kiến")

    together(*map(writing, people))

    assert Comment.objects.count() == 2
    assert list(verify_chain(TrailChain.objects.get(unit=ward))) == []


def test_a_comment_taken_back_twice_at_once_is_taken_back_once():
    evaluation = an_evaluation({})
    person = member(evaluation.campaign.ward)
    row = assessment_of(evaluation)
    comment = comment_on(actor=person, assessment=row, text="Ý kiến")

    def taking():
        return take_back(
            actor=person, assessment=assessment_of(evaluation), comment=comment
        )

    results = together(taking, taking)

    assert sum(isinstance(one, RuleViolation) for one in results) == 1


def test_reading_in_two_tabs_is_one_mark():
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward
    row = assessment_of(evaluation)
    comment = comment_on(actor=member(ward), assessment=row, text="Ý kiến")
    reader = member(ward)

    def reading():
        mark_read(actor=reader, row=row, upto=comment.pk)

    assert together(reading, reading) == [None, None]
    assert CommentRead.objects.filter(user=reader).count() == 1
