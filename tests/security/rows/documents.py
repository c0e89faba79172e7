"""Who gets what at the addresses of documents, bodies and terms."""

from typing import Any

from django.utils import timezone

from tests.security.matrix import (
    FOR_READING,
    FOR_WRITING,
    WRITES,
    Access,
    of_year,
    seen_by,
)
from wardsecurity.permissions import Role

# Bodies and terms belong to no unit: a contributor reads them.
KEEPERS = (Role.WARD_STAFF, Role.WARD_LEADER)
FOR_KEEPING = seen_by(*KEEPERS)
KEEPS = seen_by(*KEEPERS, outcome=302)


def _paper(place: Any) -> dict[str, Any]:
    return {
        "system": "state",
        "doc_type": "bao_cao",
        "reference": "45/BC-UBND",
        "issued_on": f"{timezone.localdate():%d/%m/%Y}",
        "subject_vi": "Sơ kết sáu tháng",
        "issuer": f"unit-{place.group.pk}",
    }


def _term(place: Any) -> dict[str, Any]:
    return {
        "holder": f"unit-{place.records.term.unit_id}",
        "name": "Nhiệm kỳ 2010 – 2015",
        "starts_on": "01/06/2010",
        "ends_on": "31/05/2015",
    }


def _document(place: Any) -> int:
    return place.records.document.pk


ACCESS: dict[str, Access] = {
    "commitments:document-list": Access(of_year(), FOR_READING),
    "commitments:document-create": Access(of_year(), FOR_WRITING, WRITES, _paper),
    "commitments:document-detail": Access(of_year(_document), FOR_READING),
    "commitments:document-edit": Access(
        of_year(_document),
        FOR_WRITING,
        WRITES,
        lambda place: _paper(place) | {"version": 1},
    ),
    "commitments:document-withdraw": Access(
        of_year(_document),
        FOR_WRITING,
        WRITES,
        lambda place: {"reason": "Ban hành nhầm."},
    ),
    "commitments:body-list": Access(of_year(), FOR_READING),
    "commitments:body-create": Access(
        of_year(),
        FOR_KEEPING,
        KEEPS,
        lambda place: {"name": "Công an tỉnh Mẫu", "kind": "police"},
    ),
    "commitments:body-edit": Access(
        of_year(lambda place: place.records.body.pk),
        FOR_KEEPING,
        KEEPS,
        lambda place: {"name": "Công an tỉnh Mẫu", "kind": "police"},
    ),
    "commitments:term-create": Access(of_year(), FOR_KEEPING, KEEPS, _term),
    "commitments:term-edit": Access(
        of_year(lambda place: place.records.term.pk), FOR_KEEPING, KEEPS, _term
    ),
}
