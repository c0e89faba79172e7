"""Criteria sets: loading, copying, editing, publishing (RULES "Sets").

A set's content is hashed on every write, so that the same content is recognised
whoever brings it. Only working sets and drafts change, and only while no campaign uses
them; only drafts are published.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import Category, CriteriaSet, Criterion, Evaluation, SetState
from criteria.services.set_files import (
    TEXTS,
    SetContent,
    checked_set,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Mandate, ScopedRow, SystemActor, require
from wardsecurity.wards.models import AdministrativeUnit

# What an editor may change, by the names of the file; number and key stay as they are.
SET_FIELDS = (
    "name_vi",
    "name_en",
    "year",
    "recognition.min_met",
    "recognition.min_percent",
    "recognition.min_percent_per_category",
    "assessment_period.start",
    "assessment_period.end",
    "provenance.statement_vi",
    "provenance.statement_en",
)
_SET_COLUMNS = (
    "name_vi",
    "name_en",
    "year",
    "min_met",
    "min_percent",
    "min_percent_per_category",
    "period_start",
    "period_end",
    "provenance",
)
CRITERION_FIELDS = (
    "category",
    *TEXTS,
    "kind",
    "max_points",
    "mandatory",
    "target",
    "floor",
    "direction",
    "rule",
    "bounded",
    "when_base_zero",
    "baseline",
    "measure_source",
    "figures_by",
    "shown_with",
    "evidence_mode",
    "evidence_vi",
    "evidence_en",
    "lead_unit_kind",
    "due_quarter",
    "provenance",
)
_FREE_TEXT = {*TEXTS, "name_vi", "name_en", "evidence_vi", "evidence_en"} | {
    "provenance.statement_vi",
    "provenance.statement_en",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file came to."""

    criteria_set: CriteriaSet
    is_new: bool


@transaction.atomic
def load_set(
    *,
    actor: Any,
    owner: AdministrativeUnit,
    content: SetContent,
    copied_from: CriteriaSet | None = None,
    file: Mapping[str, Any] | None = None,
) -> Loaded:
    """Store a checked file as a set of `owner`; the same content again changes nothing.

    The first version takes the file's state, working or draft; other content under the
    same code becomes a new draft version. A file never publishes: that is an act of
    somebody in the owning unit. `copied_from` is the set that the file began as, `file`
    what the trail tells of it.
    """
    owner = lock_owner(owner)
    require(actor, "edit_set", owner)
    head = content.criteria_set
    known = CriteriaSet.objects.filter(owner=owner, code=head.code)
    same = known.filter(content_hash=content.hash).order_by("version").last()
    if same:
        return Loaded(same, is_new=False)
    is_first = not known.exists()
    state = head.state if is_first and head.state == SetState.WORKING else None
    made = _store(content, owner, state or SetState.DRAFT, copied_from)
    record(
        require(actor, "edit_set", made),
        "set_loaded",
        made,
        after=_identity(made) | {"criteria": len(content.criteria)} | dict(file or {}),
    )
    return Loaded(made, is_new=True)


@transaction.atomic
def copy_set(
    *, actor: Any, source: CriteriaSet, owner: AdministrativeUnit
) -> CriteriaSet:
    """Copy a set that the actor may read into a new draft of `owner`, same keys.

    Copying a unit's own published set is how its next version begins.
    """
    owner = lock_owner(owner)
    require(actor, "edit_set", owner)
    readable = CriteriaSet.objects.all()
    if not isinstance(actor, SystemActor):
        readable = readable.for_user(actor)
    found = readable.filter(pk=source.pk).first()
    if found is None:
        raise PermissionDenied("copy_set: source out of sight")
    content = SetContent.of(found)
    made = _store(content, owner, SetState.DRAFT, copied_from=found)
    record(
        require(actor, "edit_set", made),
        "set_copied",
        made,
        after=_identity(made) | {"from": found.pk, "from_version": found.version},
    )
    return made


def lock_owner(owner: AdministrativeUnit) -> AdministrativeUnit:
    """Versions are numbered one after another: two loads or copies take turns."""
    return AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=owner.pk)


def _identity(one: CriteriaSet) -> dict[str, Any]:
    return {
        "code": one.code,
        "version": one.version,
        "state": one.state,
        "content": one.content_hash,
    }


def _as_new(row: models.Model) -> Any:
    """A copy of a row, not stored yet."""
    new = copy.copy(row)
    new._state.adding = True
    new.pk = None
    return new


def _store(
    content: SetContent,
    owner: AdministrativeUnit,
    state: str,
    copied_from: CriteriaSet | None = None,
) -> CriteriaSet:
    """Write the rows as the next version of (owner, code)."""
    head: CriteriaSet = _as_new(content.criteria_set)
    last = CriteriaSet.objects.filter(owner=owner, code=head.code).aggregate(
        models.Max("version")
    )["version__max"]
    head.owner, head.version, head.state = owner, (last or 0) + 1, state
    head.copied_from, head.published_at = copied_from, None
    head.content_hash = content.hash
    head.save(force_insert=True)
    categories: dict[str, Category] = {}
    for category in content.categories:
        row: Category = _as_new(category)
        row.criteria_set = head
        row.save(force_insert=True)
        categories[row.code] = row
    criteria: list[Criterion] = []
    for criterion in content.criteria:
        one: Criterion = _as_new(criterion)
        one.criteria_set, one.category = head, categories[criterion.category.code]
        criteria.append(one)
    Criterion.objects.bulk_create(criteria)
    return head


# --- Editing ----------------------------------------------------------------------


def _locked(criteria_set: CriteriaSet) -> CriteriaSet:
    return (
        CriteriaSet.objects.select_for_update(of=("self",))
        .select_related("owner")
        .get(pk=criteria_set.pk)
    )


def is_in_use(criteria_set: CriteriaSet) -> bool:
    """Whether a campaign measures on it: its criteria must not move any more."""
    return Evaluation.objects.filter(criteria_set=criteria_set).exists()


def _check_editable(criteria_set: CriteriaSet) -> None:
    if not criteria_set.is_editable:
        raise RuleViolation(
            _("This set is frozen. Copy it, and change the copy."), code="set_frozen"
        )
    if is_in_use(criteria_set):
        raise RuleViolation(
            _("A campaign already measures on this set. Copy it, and change the copy."),
            code="set_in_use",
        )


def _changed(
    raw: dict[str, Any], changes: Mapping[str, Any], known: tuple[str, ...]
) -> dict[str, tuple[Any, Any]]:
    """Write changes into a file's layout; return before and after by field."""
    done = {}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"{name} is not changed here")
        *path, last = name.split(".")
        part = raw
        for step in path:
            part = part.setdefault(step, {})
        before = part.get(last)
        if value is None or value is False or value in ("", []):
            part.pop(last, None)
            value = None
        else:
            part[last] = value
        if before != value:
            done[name] = (before, value)
    return done


def _record_change(
    mandate: Mandate, action: str, row: ScopedRow, done: Mapping[str, tuple[Any, Any]]
) -> None:
    """Trail a change; free text stands apart, since it can be erased."""
    texts: dict[str, str] = {}
    for name in done.keys() & _FREE_TEXT:
        old, new = (
            "\n".join(text) if isinstance(text, list) else text or ""
            for text in done[name]
        )
        texts |= {f"{name}.before": old, f"{name}.after": new}
    plain = done.keys() - _FREE_TEXT
    record(
        mandate,
        action,
        row,
        before={name: done[name][0] for name in plain},
        after={name: done[name][1] for name in plain},
        texts=texts,
    )


@transaction.atomic
def save_set(
    *, actor: Any, criteria_set: CriteriaSet, changes: Mapping[str, Any]
) -> CriteriaSet:
    """Change fields of a set (SET_FIELDS, named as in a file); None takes one away.

    Raises RuleViolation "set_frozen", "set_in_use"; Faulty when it no longer checks.
    """
    row = _locked(criteria_set)
    mandate = require(actor, "edit_set", row)
    _check_editable(row)
    raw = SetContent.of(row).raw()
    # The JSON column is not written through the row that was read.
    raw["provenance"] = dict(raw["provenance"])
    done = _changed(raw, changes, SET_FIELDS)
    if not done:
        return row
    new = checked_set(raw)
    for name in _SET_COLUMNS:
        setattr(row, name, getattr(new.criteria_set, name))
    row.content_hash = new.hash
    row.save(update_fields=[*_SET_COLUMNS, "content_hash"])
    _record_change(mandate, "set_changed", row, done)
    return row


@transaction.atomic
def save_criterion(
    *, actor: Any, criterion: Criterion, changes: Mapping[str, Any]
) -> Criterion:
    """Change fields of a criterion (CRITERION_FIELDS, named and valued as in a file).

    Fields that are not named stay, so that two editors of different fields lose
    nothing. Raises RuleViolation "set_frozen", "set_in_use"; Faulty when the set no
    longer checks.
    """
    criteria_set = _locked(criterion.criteria_set)
    row = Criterion.objects.select_related("category").get(
        pk=criterion.pk, criteria_set=criteria_set
    )
    mandate = require(actor, "edit_set", criteria_set)
    _check_editable(criteria_set)
    raw = SetContent.of(criteria_set).raw()
    part = next(one for one in raw["criteria"] if one["number"] == row.number)
    done = _changed(part, changes, CRITERION_FIELDS)
    if not done:
        return row
    content = checked_set(raw)
    new = next(one for one in content.criteria if one.number == row.number)
    for name in CRITERION_FIELDS:
        if name != "category":
            setattr(row, name, getattr(new, name))
    row.category = criteria_set.categories.get(code=new.category.code)
    row.criteria_set = criteria_set
    row.save()
    criteria_set.content_hash = content.hash
    criteria_set.save(update_fields=["content_hash"])
    _record_change(mandate, "criterion_changed", row, done)
    return row


# --- Publishing -------------------------------------------------------------------


@transaction.atomic
def publish_set(
    *, actor: Any, criteria_set: CriteriaSet, seen_hash: str | None = None
) -> CriteriaSet:
    """Freeze a draft that checks out; campaigns may open on it from then on.

    `seen_hash` is the content hash that whoever publishes was shown: nobody publishes
    what somebody else wrote meanwhile. Raises RuleViolation "set_already_published",
    "set_is_working", "set_retired", "set_changed"; Faulty when the draft has faults.
    """
    row = _locked(criteria_set)
    mandate = require(actor, "edit_set", row)
    match row.state:
        case SetState.PUBLISHED:
            raise RuleViolation(
                _("This set was published already."), code="set_already_published"
            )
        case SetState.WORKING:
            raise RuleViolation(
                _(
                    "A working set is not the official annex. Copy it, check the copy"
                    " against the annex of the plan, and publish the copy."
                ),
                code="set_is_working",
            )
        case SetState.RETIRED:
            raise RuleViolation(_("This set is retired."), code="set_retired")
    if seen_hash is not None and seen_hash != row.content_hash:
        raise RuleViolation(
            _(
                "Somebody else changed this set meanwhile. Check what changed, then"
                " publish."
            ),
            code="set_changed",
        )
    content = checked_set(SetContent.of(row).raw())
    row.state, row.published_at = SetState.PUBLISHED, timezone.now()
    row.content_hash = content.hash
    row.save(update_fields=["state", "published_at", "content_hash"])
    record(
        mandate,
        "set_published",
        row,
        after=_identity(row) | {"criteria": len(content.criteria)},
    )
    return row


@transaction.atomic
def retire_set(*, actor: Any, criteria_set: CriteriaSet) -> CriteriaSet:
    """Take a set out of use: campaigns on it go on, none opens on it any more.

    Raises RuleViolation "set_retired".
    """
    row = _locked(criteria_set)
    mandate = require(actor, "edit_set", row)
    if row.state == SetState.RETIRED:
        raise RuleViolation(_("This set is retired already."), code="set_retired")
    before, row.state = row.state, SetState.RETIRED
    row.save(update_fields=["state"])
    record(
        mandate,
        "set_retired",
        row,
        before={"state": before},
        after={"state": row.state},
    )
    return row
