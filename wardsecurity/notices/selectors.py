"""Reading comments and notices: one's own notices, and only of units still in scope."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from wardsecurity.notices.models import Comment, CommentRead, Notice
from wardsecurity.notices.words import Look, detail_of, look_of, place_of, sentence_of
from wardsecurity.permissions import ScopedRow


def target_of(row: ScopedRow) -> dict[str, Any]:
    """How comments name a record: by kind and key, as in the trail."""
    assert isinstance(row, models.Model)  # noqa: S101 - for the type checker
    return {"target_type": row._meta.label_lower, "target_id": row.pk}


# --- Comments ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment as a page shows it; `text` is "" once it was taken back."""

    pk: int
    post: str
    text: str
    mentioned: list[str]
    when: dt.datetime
    taken_back: dt.datetime | None
    is_new: bool
    is_own: bool


def list_comments(*, user: Any, row: ScopedRow) -> list[CommentLine]:
    """Comments on a record, the oldest first. One query."""
    return [
        CommentLine(
            pk=one.pk,
            post=one.post,
            text=one.text,
            mentioned=one.mentioned,
            when=timezone.localtime(one.created_at),
            taken_back=one.taken_back_at and timezone.localtime(one.taken_back_at),
            is_new=one.is_unread,
            is_own=one.author_id == user.pk,
        )
        for one in _comments_of(user=user, row=row)
        .annotate(is_unread=_is_unread(user))
        .order_by("pk")
    ]


def _comments_of(*, user: Any, row: ScopedRow) -> QuerySet[Comment]:
    return Comment.objects.for_user(user).filter(**target_of(row))


def get_comment(*, user: Any, row: ScopedRow, pk: int) -> Comment:
    """A comment on a record; Http404 when it is another's or out of sight."""
    return get_object_or_404(_comments_of(user=user, row=row), pk=pk)


def _is_unread(user: Any) -> Case:
    """Whether somebody else wrote it, it still speaks, and `user` has not read it."""
    read = CommentRead.objects.filter(
        user_id=user.pk,
        target_type=OuterRef("target_type"),
        target_id=OuterRef("target_id"),
        last_comment_id__gte=OuterRef("pk"),
    )
    unread = ~models.Q(author_id=user.pk) & models.Q(taken_back_at=None) & ~Exists(read)
    return Case(When(unread, then=True), default=False)


def counts_of_comments(
    model: type[models.Model], user: Any
) -> dict[str, models.expressions.Combinable]:
    """Columns for a query of records the user may read: no query of their own.

    `comment_count`: how many were ever written; `unread_comments`: how many of them
    are new to the person.
    """
    rows = Comment.objects.filter(
        target_type=model._meta.label_lower, target_id=OuterRef("pk")
    ).order_by()
    unread = rows.annotate(is_unread=_is_unread(user)).filter(is_unread=True)
    return {"comment_count": _count(rows), "unread_comments": _count(unread)}


def _count(rows: QuerySet[Any], by: str = "target_id") -> Coalesce:
    grouped = rows.values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(grouped), 0)


# --- Notices ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in the reader's language."""

    pk: int
    sentence: str
    detail: str
    place: str
    look: Look
    when: dt.datetime
    is_read: bool


def list_notices(*, user: Any) -> QuerySet[Notice]:
    """The person's notices of units still in scope: unread first, newest first."""
    return (
        Notice.objects.for_user(user)
        .filter(user_id=user.pk)
        .order_by(models.F("read_at").desc(nulls_first=True), "-pk")
    )


def line_of(notice: Notice) -> NoticeLine:
    """A notice of list_notices, ready to be shown."""
    return NoticeLine(
        pk=notice.pk,
        sentence=sentence_of(notice),
        detail=detail_of(notice),
        place=place_of(notice),
        look=look_of(notice),
        when=timezone.localtime(notice.created_at),
        is_read=notice.read_at is not None,
    )


def get_notice(*, user: Any, pk: int) -> Notice:
    """One of the person's notices; Http404 for anybody else's."""
    found = list_notices(user=user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def unread_count(user: Any) -> int:
    """How many notices the person has not read. One query."""
    return _unread(user).count()


def unread_column(user: Any) -> Coalesce:
    """`unread_count` as a column of another query, which asks for it anyway."""
    return _count(_unread(user).order_by(), by="user_id")


def _unread(user: Any) -> QuerySet[Notice]:
    return Notice.objects.for_user(user).filter(user_id=user.pk, read_at=None)
