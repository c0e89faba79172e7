"""Has anything changed beneath a decision? What a snapshot says, beside what stands."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from criteria.models import (
    Assessment,
    DecisionSnapshot,
    Evaluation,
    Recognition,
    SnapshotKind,
)
from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.selectors.scores import ScoreSheet, get_score_sheet
from criteria.selectors.snapshot_content import plain, read_content
from criteria.selectors.snapshot_moves import Moved, moved_since
from criteria.selectors.snapshot_words import (
    CRITERION,
    EVIDENCE,
    FILE,
    HEAD,
    NOTHING,
    SET,
    SUM,
    Words,
    short,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.services import digest
from wardsecurity.files import storage

_RECOGNITION = ("is_recognised", "deciding_body", "number", "decided_on")
# What the province writes after a ward has submitted.
_LATER = frozenset(
    {
        *("state", "verified", "recognition"),
        *("verified_result", "verified_points", "review", "review_reason"),
        *("recheck_result", "recheck_points", "recheck_on", "recheck_finding"),
    }
)
# What the ward writes on a criterion that was returned to it.
_WARDS_OWN = frozenset(
    {
        *("choice", "value", "base", "explanation", "self_result", "self_points"),
        *("scored_on", "supported", "late"),
    }
)

_UNMOVED = Moved()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer as it was decided on, in words."""

    where: str
    was: str
    now: str
    number: int | None = None  # the criterion it belongs to


def _with_what_stands(rows: QuerySet[DecisionSnapshot]) -> QuerySet[DecisionSnapshot]:
    """Snapshots with the recognition that holds now and the trail's word on each."""
    told = TrailEntry.objects.filter(
        target_type=DecisionSnapshot._meta.label_lower,
        target_id=OuterRef("pk"),
        action="snapshot_taken",
    ).order_by("pk")
    before = TrailEntry.objects.filter(
        chain_id=OuterRef("told_chain"), seq=OuterRef("told_seq") - 1
    )
    return (
        rows.select_related("evaluation__campaign__ward", "evaluation__criteria_set")
        .select_related("evaluation__criteria_set__owner")
        .alias(
            live=FilteredRelation(
                "evaluation__recognitions",
                condition=Q(evaluation__recognitions__voided_at=None),
            )
        )
        .annotate(
            **{f"live_{name}": F(f"live__{name}") for name in _RECOGNITION},
            live_pk=F("live__pk"),
            told=Subquery(told.values("payload")[:1]),
            told_chain=Subquery(told.values("chain_id")[:1]),
            told_seq=Subquery(told.values("seq")[:1]),
        )
        .annotate(**{"head_now": Subquery(before.values("hash")[:1])})
    )


def latest_snapshot(evaluation: Evaluation) -> DecisionSnapshot | None:
    """The last snapshot of an evaluation the caller may read. One query."""
    rows = DecisionSnapshot.objects.filter(evaluation=evaluation)
    return _with_what_stands(rows).order_by("-pk").first()


def list_snapshots(*, user: Any, evaluation: Evaluation) -> QuerySet[DecisionSnapshot]:
    """All snapshots of an evaluation, the last first."""
    rows = DecisionSnapshot.objects.for_user(user).filter(evaluation=evaluation)
    return _with_what_stands(rows).order_by("-pk")


def recognition_of(evaluation: Evaluation) -> dict[str, Any] | None:
    """The recognition that holds, as content keeps it. One query."""
    rows = Recognition.objects.filter(evaluation=evaluation, voided_at=None)
    live = rows.values(*_RECOGNITION).first()
    return dict(live) if live else None


def changed_since(
    evaluation: Evaluation,
    *,
    sheet: ScoreSheet | None = None,
    rows: Sequence[Assessment] | None = None,
) -> list[Difference]:
    """What changed beneath a concluded decision, for a page: the database only.

    Nothing where nothing is decided. Three queries, two where the page has read the
    assessments (`rows`); `sheet` is what it shows of the sums, left out without one.
    """
    if evaluation.state not in CONCLUDED_STATES:
        return []
    snapshot = latest_snapshot(evaluation)
    if snapshot is None:
        where = _("Snapshot of the decision")
        return [Difference(where, _("kept with the decision"), _("is gone"))]
    return list(_differences(snapshot, sheet, rows))


def changed_since_submission(
    evaluation: Evaluation, *, rows: Sequence[Assessment]
) -> list[Difference] | None:
    """What the ward changed since it last submitted; None where nothing waits for that.

    `rows` are the evaluation's assessments. Two queries.
    """
    if evaluation.state not in (EvaluationState.SUBMITTED, EvaluationState.VERIFYING):
        return None
    rows_of = DecisionSnapshot.objects.filter(
        evaluation=evaluation, kind=SnapshotKind.SUBMITTED
    )
    snapshot = _with_what_stands(rows_of).order_by("-pk").first()
    return None if snapshot is None else list(_differences(snapshot, None, rows))


def compare_snapshot(
    snapshot: DecisionSnapshot, *, check_files: bool = False
) -> list[Difference]:
    """What is no longer as the snapshot says, in words; empty when all is as it was.

    What a reopened or returned year lawfully leaves behind is no difference
    (moved_since). Seven queries, five on a concluded year. With `check_files` the
    bytes on the disk are read too.
    """
    if not hasattr(snapshot, "told"):
        rows = DecisionSnapshot.objects.filter(pk=snapshot.pk)
        snapshot = _with_what_stands(rows).get()
    sheet, moved = get_score_sheet(snapshot.evaluation), moved_since(snapshot)
    found = list(_differences(snapshot, sheet, moved=moved))
    if check_files and not any(_own(snapshot)):
        found.extend(_lost_bytes(snapshot))
    return found


def _differences(
    snapshot: DecisionSnapshot,
    sheet: ScoreSheet | None,
    rows: Sequence[Assessment] | None = None,
    moved: Moved = _UNMOVED,
) -> Iterator[Difference]:
    if own := list(_own(snapshot)):
        yield from own  # what it says is worth nothing then
        return
    was = content_of(snapshot)
    head = was["trail"]
    now = read_content(snapshot.evaluation, head=head, sheet=sheet, rows=rows)
    now["recognition"] = _live(snapshot)
    if (snapshot.told_seq - 1, snapshot.head_now or "") != (head["seq"], head["hash"]):
        place = _("entry %(seq)s, %(hash)s") % {
            "seq": head["seq"],
            "hash": short(head["hash"]),
        }
        yield Difference(_("The ward's trail"), place, _("is gone or was rewritten"))
    is_later = snapshot.kind == SnapshotKind.SUBMITTED or bool(moved.reopened)
    skip = _LATER if is_later else frozenset[str]()
    if moved.reopened:  # which voids the recognition: none holds until the next
        was["recognition"], skip = None, skip - {"recognition"}
    yield from _compared(was, now, skip, moved.returned)


def content_of(snapshot: DecisionSnapshot) -> dict[str, Any]:
    """What a snapshot that is as it was taken holds."""
    content: dict[str, Any] = json.loads(snapshot.content)
    return content


def _own(snapshot: DecisionSnapshot) -> Iterator[Difference]:
    """Whether the snapshot itself is as it was taken: by its hash, and by the trail."""
    found = digest(snapshot.content)
    if found != snapshot.sha256:
        yield Difference(
            _("Snapshot of the decision"), short(snapshot.sha256), short(found)
        )
    told = json.loads(snapshot.told)["after"] if snapshot.told else {}
    if told.get("sha256") != snapshot.sha256:
        yield Difference(
            _("Snapshot's SHA-256 in the trail"),
            short(told.get("sha256")) or NOTHING,
            short(snapshot.sha256),
        )
    if told and (told["kind"], told["round"]) != (snapshot.kind, snapshot.round):
        yield Difference(
            _("Step at which the snapshot was taken"),
            f"{SnapshotKind(told['kind']).label}, {told['round']}",
            f"{snapshot.get_kind_display()}, {snapshot.round}",
        )


def _live(snapshot: DecisionSnapshot) -> dict[str, Any] | None:
    """The recognition that holds now, from the columns read with the snapshot."""
    if snapshot.live_pk is None:
        return None
    live = {name: getattr(snapshot, f"live_{name}") for name in _RECOGNITION}
    return plain(live)


def _compared(
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    skip: frozenset[str],
    returned: frozenset[int],
) -> Iterator[Difference]:
    yield from _fields(HEAD, was, now, skip, "")
    yield from _fields(SET, was["set"], now["set"], skip, _("Criteria set"))
    there = {one["number"]: one for one in now["criteria"]}
    for criterion in was["criteria"]:
        number = criterion["number"]
        stands = there.pop(number, None)
        if stands is None:
            yield Difference(_criterion(number), criterion["title"], NOTHING, number)
            continue
        for one in _of_criterion(number, criterion, stands, skip, number in returned):
            yield Difference(one.where, one.was, one.now, number)
    for number, one in there.items():
        yield Difference(_criterion(number), NOTHING, one["title"], number)
    moving = {one["category"] for one in was["criteria"] if one["number"] in returned}
    yield from _sums(was["sums"], now.get("sums"), moving)


def _criterion(number: int) -> str:
    return _("Criterion %(number)s") % {"number": number}


def _of_criterion(
    number: int,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    skip: frozenset[str],
    is_returned: bool,
) -> Iterator[Difference]:
    skip = skip | _WARDS_OWN if is_returned else skip
    yield from _fields(CRITERION, was, now, skip, _criterion(number))
    if is_returned:
        return
    there = {one["id"]: one for one in now["evidence"]}
    for evidence in was["evidence"]:
        where = _("%(criterion)s, evidence “%(title)s”") % {
            "criterion": _criterion(number),
            "title": evidence["title"],
        }
        stands = there.pop(evidence["id"], None)
        if stands is None:
            yield Difference(where, _("counted for it"), _("no longer counts for it"))
            continue
        yield from _fields(EVIDENCE, evidence, stands, skip, where)
        yield from _files(where, evidence["files"], stands["files"])
    for one in there.values():
        where = _("%(criterion)s, evidence “%(title)s”") % {
            "criterion": _criterion(number),
            "title": one["title"],
        }
        yield Difference(where, NOTHING, _("added since"))


def _files(
    where: str, was: list[dict[str, Any]], now: list[dict[str, Any]]
) -> Iterator[Difference]:
    there = {one["id"]: one for one in now}
    for file in was:
        place = _("%(where)s, file “%(name)s”") % {"where": where, "name": file["name"]}
        stands = there.pop(file["id"], None)
        if stands is None:
            yield Difference(place, short(file.get("sha256")), _("is gone"))
            continue
        yield from _fields(FILE, file, stands, frozenset(), place)
    for one in there.values():
        place = _("%(where)s, file “%(name)s”") % {"where": where, "name": one["name"]}
        yield Difference(place, NOTHING, _("added since"))


def _fields(
    words: Mapping[str, Words],
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    skip: frozenset[str],
    place: str,
) -> Iterator[Difference]:
    """Each named field that differs."""
    for name, word in words.items():
        if name not in skip and was.get(name) != now.get(name):
            yield Difference(
                f"{place}: {word.label}" if place else str(word.label),
                word.show(was.get(name)),
                word.show(now.get(name)),
            )


def _sums(
    was: Mapping[str, Any], now: Any, moving: Collection[str]
) -> Iterator[Difference]:
    """The stored sums by category, where both are on one basis.

    Those of categories in which the ward is at work again (`moving`) left out.
    """
    if now is None or was["basis"] != now["basis"]:
        return
    for code in sorted({*was["categories"], *now["categories"]} - set(moving)):
        yield from _fields(
            SUM,
            was["categories"].get(code) or {},
            now["categories"].get(code) or {},
            frozenset(),
            _("Category %(code)s") % {"code": code},
        )


def _lost_bytes(snapshot: DecisionSnapshot) -> Iterator[Difference]:
    """Files of the snapshot whose bytes are missing, or are others. Reads them all."""
    seen: dict[tuple[int, str], str] = {}
    for criterion in content_of(snapshot)["criteria"]:
        for evidence in criterion["evidence"]:
            for file in evidence["files"]:
                key = (file["unit"], file["sha256"])
                if key not in seen:
                    seen[key] = _bytes_now(*key)
                if seen[key] != file["sha256"]:
                    where = _("%(criterion)s, file “%(name)s” on the disk") % {
                        "criterion": _criterion(criterion["number"]),
                        "name": file["name"],
                    }
                    gone = seen[key] and short(seen[key])
                    yield Difference(
                        where,
                        short(file["sha256"]),
                        gone or _("is missing"),
                        criterion["number"],
                    )


def _bytes_now(unit: int, sha256: str) -> str:
    """The hash of the bytes kept under a name; "" where none are."""
    try:
        return storage.fingerprint_of(storage.file_path(unit, sha256)).sha256
    except OSError:
        return ""
