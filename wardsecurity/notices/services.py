"""Telling people things, and letting them comment on records."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.models import Comment, CommentRead, Notice, NoticeKind
from wardsecurity.notices.people import posts_of
from wardsecurity.notices.selectors import target_of
from wardsecurity.permissions import ScopedRow, require
from wardsecurity.scoping import open_on
from wardsecurity.text import nfc
from wardsecurity.wards.models import Membership, UnitScope

LONGEST = 4000  # letters of a comment
_AT_ONCE = 1000  # rows of one insert
_LARGEST = 2**63 - 1  # what the database takes for a pk


# --- Notices ----------------------------------------------------------------------


def notify(
    *,
    users: Iterable[User],
    unit: ScopedRow,
    kind: str,
    facts: Mapping[str, Any],
    path: str,
    key: str,
) -> None:
    """Tell people one thing about a unit, in the caller's transaction. Two queries.

    Who does not see the unit today (an ended membership, an account that is closed) is
    told nothing; who was told under this `key` before is not told again.
    """
    pks = {user.pk for user in users}
    if not pks or unit.scope_unit_id is None:
        return
    seats = Membership.objects.filter(
        open_on(timezone.localdate()),
        Exists(
            UnitScope.objects.filter(
                viewer_id=OuterRef("unit_id"), unit_id=unit.scope_unit_id
            )
        ),
        user_id=OuterRef("pk"),
    )
    told = User.objects.filter(Exists(seats), pk__in=pks, is_active=True)
    post(
        Notice(
            user_id=pk,
            unit_id=unit.scope_unit_id,
            kind=kind,
            facts=dict(facts),
            path=path,
            key=key,
        )
        for pk in told.order_by("pk").values_list("pk", flat=True)
    )


def post(notices: Iterable[Notice]) -> int:
    """Write notices whose people the caller found by their open memberships.

    Returns how many are new: one per person and key, also when two come at once. Two
    queries, and one more for each thousand.
    """
    wanted = {(one.user_id, one.key): one for one in notices}
    if not wanted:
        return 0
    kept = set(
        Notice.objects.filter(key__in={key for _user, key in wanted}).values_list(
            "user_id", "key"
        )
    )
    new = [one for pair, one in sorted(wanted.items()) if pair not in kept]
    Notice.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    return len(new)


def open_notice(*, actor: Any, notice: Notice) -> str:
    """Note that a person has read a notice; return the page it leads to."""
    Notice.objects.filter(pk=notice.pk, user_id=actor.pk, read_at=None).update(
        read_at=timezone.now()
    )
    return notice.path


def read_all(*, actor: Any) -> None:
    """Note that a person has read every notice."""
    Notice.objects.filter(user_id=actor.pk, read_at=None).update(read_at=timezone.now())


# --- Comments ---------------------------------------------------------------------


def _thread_of(row: ScopedRow) -> str:
    """How the keys of notices about a record's comments begin."""
    return "comment:{target_type}:{target_id}".format(**target_of(row))


@transaction.atomic
def add_comment(
    *,
    actor: Any,
    row: ScopedRow,
    path: str,
    text: str,
    people: Iterable[str] = (),
    users: Iterable[User] = (),
    facts: Mapping[str, Any] | None = None,
) -> Comment:
    """Write a comment on a record and tell whom it concerns.

    `people` are positions picked from the list, besides those that "@…" in the text
    names; who holds one is told as mentioned. `users` are told that a comment came, and
    so are those who wrote here before. `facts` name the record in the notices; `path`
    is the page they lead to. Raises RuleViolation "comment_empty", "comment_too_long",
    "mention_unknown".
    """
    mandate = require(actor, "comment", row)
    text = nfc(text)
    if not text:
        raise RuleViolation(
            _("Write the comment first."), code="comment_empty", field="text"
        )
    if len(text) > LONGEST:
        raise RuleViolation(
            _("Write at most %(most)s letters. Now: %(now)s.")
            % {"most": LONGEST, "now": len(text)},
            code="comment_too_long",
            field="text",
        )
    posts = posts_of(row=row, without=actor)
    keys = list(dict.fromkeys([*posts.find(text), *posts.chosen(people)]))
    spoken_to = {pk for key in keys for pk in posts.holders[key]}
    target = target_of(row)
    whose: dict[str, Any] = {
        "unit_id": row.scope_unit_id,
        "author_id": mandate.user_id,
    }
    comment = Comment.objects.create(
        path=path,
        post=mandate.post,
        text=text,
        mentioned=[posts.names[key] for key in keys],
        **whose,
        **target,
    )
    told = {"post": mandate.post, **(facts or {})}
    key = f"{_thread_of(row)}:{comment.pk}"
    before = User.objects.filter(
        pk__in=Comment.objects.filter(**target).values("author_id")
    )
    listening = {user.pk: user for user in (*users, *before)}
    told_once: dict[str, Any] = {"unit": row, "facts": told, "path": path, "key": key}
    notify(
        users=User.objects.filter(pk__in=spoken_to),
        kind=NoticeKind.MENTIONED,
        **told_once,
    )
    notify(
        users=[
            user
            for pk, user in listening.items()
            if pk not in spoken_to and pk != actor.pk
        ],
        kind=NoticeKind.COMMENTED,
        **told_once,
    )
    record(
        mandate,
        "comment_added",
        row,
        after={"comment": comment.pk, "mentioned": sorted(spoken_to)},
        texts={"text": text},
    )
    return comment


@transaction.atomic
def take_back_comment(*, actor: Any, comment: Comment, row: ScopedRow) -> Comment:
    """Let the own comment no longer speak. Who wrote it, and when, stays to be seen.

    Only its author, and only once: RuleViolation "comment_taken_back". Its words stay
    in the trail, where the province may erase them.
    """
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    mandate = require(actor, "comment", row)
    if comment.author_id != mandate.user_id:
        raise PermissionDenied("another person's comment")
    if comment.taken_back_at is not None:
        raise RuleViolation(
            _("This comment was taken back already."), code="comment_taken_back"
        )
    comment.taken_back_at, comment.text = timezone.now(), ""
    comment.save(update_fields=["taken_back_at", "text"])
    record(mandate, "comment_taken_back", row, after={"comment": comment.pk})
    return comment


@transaction.atomic
def mark_read(*, actor: Any, row: ScopedRow, upto: int) -> None:
    """Note that a person has read a record's comments, and the notices of them.

    `upto` is the last comment the page showed: what came meanwhile stays new. Nothing
    is trailed: it is a mark for the person alone.
    """
    target = target_of(row)
    last = (
        Comment.objects.for_user(actor)
        .filter(**target, pk__lte=min(upto, _LARGEST))
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if last is None:
        return
    mark, is_new = CommentRead.objects.select_for_update().get_or_create(
        user_id=actor.pk, **target, defaults={"last_comment_id": last}
    )
    if not is_new and mark.last_comment_id < last:
        mark.last_comment_id = last
        mark.save(update_fields=["last_comment_id"])
    about = f"{_thread_of(row)}:"
    unread = Notice.objects.filter(
        user_id=actor.pk, read_at=None, key__startswith=about
    )
    read = [
        pk
        for pk, key in unread.values_list("pk", "key")
        if int(key.removeprefix(about)) <= last
    ]
    Notice.objects.filter(pk__in=read).update(read_at=timezone.now())
