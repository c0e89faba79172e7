"""Reading files."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from wardsecurity.files import storage
from wardsecurity.files.models import StoredFile
from wardsecurity.wards.models import AdministrativeUnit


def get_file(*, user: Any, pk: int) -> StoredFile:
    """Return the file if its unit is in the user's scope; Http404 otherwise."""
    return get_object_or_404(StoredFile.objects.for_user(user), pk=pk)


def list_files(
    *, user: Any, unit: AdministrativeUnit, pks: Collection[int]
) -> list[StoredFile]:
    """Return those of a unit's files the user may read, in the order of `pks`."""
    rows = StoredFile.objects.for_user(user).filter(unit=unit).in_bulk(list(pks))
    return [rows[pk] for pk in dict.fromkeys(pks) if pk in rows]


def find_same(*, unit: AdministrativeUnit, original_sha256: str) -> StoredFile | None:
    """Return the unit's file of these bytes: as first sent, or as kept and handed out.

    Never another unit's. One query.
    """
    same = Q(original_sha256=original_sha256) | Q(sha256=original_sha256)
    rows = StoredFile.objects.filter(same, unit=unit)
    return rows.order_by("pk").first()


# --- For commands: every unit's files ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What check_files reports: `what` is missing, corrupt or orphan."""

    what: str
    where: str


def find_faults() -> Iterator[Fault]:
    """Compare rows and disk both ways, reading every byte kept."""
    for row in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        where = f"file={row.pk} unit={row.unit_id} sha256={row.sha256}"
        try:
            found = storage.fingerprint_of(storage.file_path(row.unit_id, row.sha256))
        except FileNotFoundError:
            yield Fault("missing", where)
            continue
        if found != storage.Fingerprint(row.size, row.sha256):
            yield Fault("corrupt", where)
    for orphan in find_orphans():
        yield Fault("orphan", f"path={orphan.path}")


def find_orphans() -> Iterator[storage.Shelved]:
    """Walk files and previews in place that no row names. A query per folder."""
    for folder in storage.shelf_folders():
        files = list(storage.shelved(folder))
        rows = StoredFile.objects.filter(
            unit_id=int(folder.parent.name), sha256__startswith=folder.name
        )
        named = set(rows.values_list("sha256", flat=True))
        yield from (file for file in files if file.sha256 not in named)


def find_unused(*, before: dt.datetime) -> QuerySet[StoredFile]:
    """Rows that nothing refers to and nobody sent since: forms never finished.

    Whoever refers to files (criteria's evidence …) is found through the models, for
    this app must not know them.
    """
    unused = StoredFile.objects.filter(last_sent_at__lt=before)
    for relation in StoredFile._meta.related_objects:
        model: Any = relation.related_model
        referring = model._default_manager.filter(
            **{relation.field.name: OuterRef("pk")}
        )
        unused = unused.filter(~Exists(referring))
    return unused
