"""Comments and notices for tests."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import UserFactory
from tests.factories.wards import WardFactory
from wardsecurity.notices.models import Comment, Notice, NoticeKind


class CommentFactory(DjangoModelFactory):
    """A comment of a ward's officer on `row`, an assessment."""

    class Meta:
        model = Comment

    class Params:
        row = None

    unit_id = factory.LazyAttribute(lambda o: o.row.scope_unit_id)
    target_type = factory.LazyAttribute(lambda o: o.row._meta.label_lower)
    target_id = factory.LazyAttribute(lambda o: o.row.pk)
    path = "/"
    author = factory.SubFactory(UserFactory)
    post = "Trưởng Công an phường"
    text = "Còn thiếu biên bản họp tháng 6."


class NoticeFactory(DjangoModelFactory):
    """A notice that a criterion was assigned."""

    class Meta:
        model = Notice

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(WardFactory)
    kind = NoticeKind.ASSIGNED
    facts = factory.LazyAttribute(
        lambda o: {
            "number": 3,
            "title": "Tiêu chí thử",
            "ward": str(o.unit),
            "year": 2026,
            "due_on": "2026-12-31",
        }
    )
    path = "/notices/"
    key = factory.Sequence(lambda n: f"test:{n}")
