"""load_criteria: every fault found, all or nothing, the same content only once."""

import datetime as dt
import json

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from criteria.models import Category, CriteriaSet, Criterion, SetState
from criteria.services.set_files import SetContent, checked_set
from criteria.services.yaml_files import Faulty, read_yaml
from tests.factories.wards import UnitFactory, WardFactory
from wardsecurity.audit.models import TrailEntry

CATALOG = settings.BASE_DIR / "criteria" / "catalog" / "criteria-34.yaml"

BASE = {
    "code": "THU-2026",
    "name_vi": "Bộ tiêu chí thử",
    "year": 2026,
    "state": "draft",
    "provenance": {"statement_vi": "Để thử."},
    "categories": [
        {"code": "I", "order": 1, "name_vi": "Nhóm một"},
        {"code": "II", "order": 2, "name_vi": "Nhóm hai"},
    ],
    "criteria": [],
}
COMMON = {
    "title_vi": "Tiêu chí",
    "requirement_vi": "Yêu cầu.",
    "max_points": 2.5,
    "evidence_vi": ["Quyết định (số/ngày)"],
    "lead_unit_kind": "peoples_committee",
    "due_quarter": 2,
    "provenance": "drafted",
}
BASE["criteria"] = [
    COMMON | {"number": 1, "key": "c01", "category": "I", "kind": "yes_no"},
    COMMON
    | {"number": 2, "key": "c02", "category": "I", "kind": "count_min", "target": 4},
    COMMON
    | {"number": 3, "key": "c03", "category": "II", "kind": "count_max", "target": 0},
    COMMON
    | {
        "number": 4,
        "key": "c04",
        "category": "II",
        "kind": "percentage",
        "target": 90,
        "direction": "at_least",
        "when_base_zero": "error",
        "bounded": True,
    },
]


def base(**head):
    return json.loads(json.dumps(BASE)) | head  # nothing in it shared, no references


def with_criterion(place, /, **changes):
    """The file with one criterion changed; None takes a field away."""
    raw = base()
    fields = raw["criteria"][place - 1]
    fields.update(changes)
    for name in [name for name, value in changes.items() if value is None]:
        del fields[name]
    return raw


def write(folder, raw, name="set.yaml"):
    path = folder / name
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


def faults_of(raw):
    with pytest.raises(Faulty) as refusal:
        checked_set(raw)
    return [(one.number, one.field) for one in refusal.value.faults]


# --- What is there, is taken ------------------------------------------------------


def test_the_base_of_the_corpus_is_faultless():
    assert len(checked_set(base()).criteria) == 4


@pytest.mark.django_db
def test_the_catalog_loads_with_every_field(capsys):
    call_command("load_criteria", CATALOG)

    loaded = CriteriaSet.objects.get()
    assert loaded.owner.slug == "viet-nam"
    assert (loaded.version, loaded.state) == (1, SetState.WORKING)
    assert [one.code for one in loaded.categories.all()] == ["I", "II", "III", "IV"]
    assert list(loaded.criteria.values_list("number", flat=True)) == [*range(1, 35)]
    six = loaded.criteria.get(number=6)
    assert (six.max_points, six.target, six.direction) == (250, 90, "at_least")
    assert six.measure_source == "funding.allocated_share"
    assert loaded.criteria.get(number=13).figures_by == ["residential_group"]
    assert loaded.criteria.get(number=23).shown_with == [24]
    assert loaded.criteria.get(number=24).evidence_mode == "reference_only"
    assert "KHÔNG phải phụ lục chính thức" in loaded.provenance["statement_vi"]
    assert len(loaded.legal_basis) == 8
    written = yaml.safe_load(CATALOG.read_text(encoding="utf-8"))["criteria"]
    assert sum(one.max_points for one in loaded.criteria.all()) == 100 * sum(
        one["max_points"] for one in written
    )


@pytest.mark.django_db
def test_loading_twice_changes_nothing(capsys):
    call_command("load_criteria", CATALOG)
    entries = TrailEntry.objects.count()

    call_command("load_criteria", CATALOG)

    assert "1" in capsys.readouterr().out.splitlines()[-1]
    assert CriteriaSet.objects.count() == 1
    assert TrailEntry.objects.count() == entries


@pytest.mark.django_db
def test_other_content_is_a_new_draft_version_and_the_old_one_stays_known(tmp_path):
    first, other = base(state="working"), with_criterion(1, max_points=3)
    call_command("load_criteria", write(tmp_path, first))

    call_command("load_criteria", write(tmp_path, other | {"state": "working"}))
    call_command("load_criteria", write(tmp_path, first))

    versions = CriteriaSet.objects.order_by("version").values_list("version", "state")
    assert list(versions) == [(1, SetState.WORKING), (2, SetState.DRAFT)]


@pytest.mark.django_db
def test_identity_is_the_content_not_the_spelling(tmp_path):
    raw = base()
    call_command("load_criteria", write(tmp_path, raw))
    raw["criteria"].reverse()
    raw["criteria"][0]["bounded"] = True
    raw["criteria"][3]["mandatory"] = False
    raw["criteria"][2]["target"] = 4.0
    raw["name_vi"] = "Bô\u0323\u0302 tiêu chí thử".replace("ô\u0323\u0302", "ộ")

    call_command("load_criteria", write(tmp_path, raw))

    assert CriteriaSet.objects.count() == 1


@pytest.mark.django_db
def test_text_is_kept_in_nfc(tmp_path):
    raw = with_criterion(1, title_vi="Nghi\u0323 quye\u0302\u0301t")

    call_command("load_criteria", write(tmp_path, raw))

    assert Criterion.objects.get(number=1).title_vi == "Nghị quyết"


@pytest.mark.django_db
def test_a_file_that_calls_itself_published_is_a_draft(tmp_path):
    call_command("load_criteria", write(tmp_path, base(state="published")))

    assert CriteriaSet.objects.get().state == SetState.DRAFT


@pytest.mark.django_db
def test_the_owner_is_the_unit_named(tmp_path):
    ward = WardFactory(slug="phuong-thu")

    call_command("load_criteria", write(tmp_path, base()), owner="phuong-thu")

    assert CriteriaSet.objects.get().owner == ward
    entry = TrailEntry.objects.get(action="set_loaded")
    assert (entry.actor, entry.chain.unit) == ("load_criteria", ward)


@pytest.mark.django_db
def test_owners_number_their_versions_apart(tmp_path):
    UnitFactory(slug="tinh-mot")
    file = write(tmp_path, base())

    call_command("load_criteria", file)
    call_command("load_criteria", file, owner="tinh-mot")

    assert {one.version for one in CriteriaSet.objects.all()} == {1}
    assert CriteriaSet.objects.count() == 2


def test_an_owner_that_does_not_exist_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_criteria", write(tmp_path, base()), owner="nowhere")


def test_a_size_other_than_34_is_fine():
    assert len(checked_set(base(criteria_count=4)).criteria) == 4


@pytest.mark.django_db
def test_what_is_stored_reads_back_as_the_same_content(tmp_path):
    content = checked_set(read_yaml(CATALOG.read_bytes()))
    call_command("load_criteria", CATALOG)

    stored = SetContent.of(CriteriaSet.objects.get())

    assert stored.hash == content.hash == stored.criteria_set.content_hash
    assert checked_set(stored.raw()).hash == content.hash


@pytest.mark.parametrize(
    "raw",
    [
        with_criterion(2, rule="proportional", floor=1),
        with_criterion(4, rule="proportional", floor=89.99),
        with_criterion(3, target=-2, baseline="previous_period"),
        with_criterion(
            4,
            bounded=False,
            when_base_zero=None,
            baseline="previous_period",
            direction="at_most",
            target=-5,
        ),
        with_criterion(4, figures_by=["residential_group", "school"]),
        with_criterion(1, shown_with=[2, 4]),
        with_criterion(1, rule="threshold", bounded=False),
        with_criterion(1, max_points=0.01),
        base(recognition={"min_met": 4, "min_percent": 79.5}),
        base(recognition={"min_met": None}),
        base(assessment_period={"start": dt.date(2026, 1, 1), "end": "2026-12-31"}),
    ],
)
def test_good_variations_are_taken(raw):
    assert checked_set(raw).criteria


# --- What is wrong, is found ------------------------------------------------------

CRITERION_FAULTS = {
    "unknown field": (1, {"max_pionts": 3}, "max_pionts"),
    "points missing": (1, {"max_points": None}, "max_points"),
    "points as text": (1, {"max_points": "2.5"}, "max_points"),
    "points as bool": (1, {"max_points": True}, "max_points"),
    "points as list": (1, {"max_points": [2]}, "max_points"),
    "points 0": (1, {"max_points": 0}, "max_points"),
    "points below 0": (1, {"max_points": -1}, "max_points"),
    "points too fine": (1, {"max_points": 2.555}, "max_points"),
    "points without end": (1, {"max_points": float("inf")}, "max_points"),
    "points not a number": (1, {"max_points": float("nan")}, "max_points"),
    "title missing": (1, {"title_vi": None}, "title_vi"),
    "title too long": (1, {"title_vi": "a" * 301}, "title_vi"),
    "title a number": (1, {"title_vi": 34}, "title_vi"),
    "title a bool": (1, {"title_vi": False}, "title_vi"),
    "title of control characters": (1, {"title_vi": "a\x00b"}, "title_vi"),
    "requirement missing": (1, {"requirement_vi": None}, "requirement_vi"),
    "source too long": (1, {"source": "a" * 401}, "source"),
    "unit too long": (2, {"unit_vi": "a" * 81}, "unit_vi"),
    "key missing": (1, {"key": None}, "key"),
    "key twice": (2, {"key": "c01"}, "key"),
    "key too long": (1, {"key": "c" * 41}, "key"),
    "category missing": (1, {"category": None}, "category"),
    "category unknown": (1, {"category": "V"}, "category"),
    "kind unknown": (1, {"kind": "maybe"}, "kind"),
    "kind a list": (1, {"kind": ["yes_no"]}, "kind"),
    "mandatory as text": (1, {"mandatory": "yes"}, "mandatory"),
    "mandatory as number": (1, {"mandatory": 1}, "mandatory"),
    "number twice": (2, {"number": 1}, "number"),
    "number a bool": (1, {"number": True}, "number"),
    "number as text": (1, {"number": "1"}, "number"),
    "target missing": (2, {"target": None}, "target"),
    "target on yes_no": (1, {"target": 1}, "target"),
    "target 0 on yes_no": (1, {"target": 0}, "target"),
    "target as text": (2, {"target": "4"}, "target"),
    "target below 0": (3, {"target": -1}, "target"),
    "target beyond all": (4, {"target": 101}, "target"),
    "target too large": (2, {"target": 10**12}, "target"),
    "direction on a count": (2, {"direction": "at_least"}, "direction"),
    "direction missing": (4, {"direction": None}, "direction"),
    "direction unknown": (4, {"direction": "up"}, "direction"),
    "base zero not decided": (4, {"when_base_zero": None}, "when_base_zero"),
    "base zero unknown": (4, {"when_base_zero": "maybe"}, "when_base_zero"),
    "base zero on a count": (2, {"when_base_zero": "error"}, "when_base_zero"),
    "base zero against a baseline": (
        4,
        {"bounded": None, "baseline": "previous_period"},
        "when_base_zero",
    ),
    "bounded on a count": (2, {"bounded": True}, "bounded"),
    "bounded with a baseline": (
        4,
        {"baseline": "previous_period", "when_base_zero": None},
        "bounded",
    ),
    "baseline unknown": (3, {"baseline": "last_year"}, "baseline"),
    "baseline on count_min": (2, {"baseline": "previous_period"}, "baseline"),
    "baseline on yes_no": (1, {"baseline": "previous_period"}, "baseline"),
    "rule unknown": (2, {"rule": "stepwise"}, "rule"),
    "proportional count_max": (3, {"rule": "proportional"}, "rule"),
    "proportional yes_no": (1, {"rule": "proportional"}, "rule"),
    "proportional at_most": (
        4,
        {"rule": "proportional", "direction": "at_most"},
        "rule",
    ),
    "proportional with a baseline": (
        4,
        {
            "rule": "proportional",
            "baseline": "previous_period",
            "bounded": None,
            "when_base_zero": None,
        },
        "rule",
    ),
    "proportional to 0": (2, {"rule": "proportional", "target": 0}, "target"),
    "floor at the target": (2, {"rule": "proportional", "floor": 4}, "floor"),
    "floor without proportional": (2, {"floor": 1}, "floor"),
    "floor below 0": (2, {"rule": "proportional", "floor": -1}, "floor"),
    "figures_by unknown": (2, {"figures_by": ["families"]}, "figures_by"),
    "figures_by no list": (2, {"figures_by": "school"}, "figures_by"),
    "figures_by twice": (2, {"figures_by": ["school", "school"]}, "figures_by"),
    "figures_by on yes_no": (1, {"figures_by": ["school"]}, "figures_by"),
    "shown_with itself": (1, {"shown_with": [1]}, "shown_with"),
    "shown_with unknown": (1, {"shown_with": [5]}, "shown_with"),
    "shown_with text": (1, {"shown_with": ["c02"]}, "shown_with"),
    "quarter 0": (1, {"due_quarter": 0}, "due_quarter"),
    "quarter 5": (1, {"due_quarter": 5}, "due_quarter"),
    "quarter missing": (1, {"due_quarter": None}, "due_quarter"),
    "level unknown": (1, {"provenance": "official"}, "provenance"),
    "level missing": (1, {"provenance": None}, "provenance"),
    "evidence empty": (1, {"evidence_vi": []}, "evidence_vi"),
    "evidence missing": (1, {"evidence_vi": None}, "evidence_vi"),
    "evidence no list": (1, {"evidence_vi": "Quyết định"}, "evidence_vi"),
    "evidence blank": (1, {"evidence_vi": ["  "]}, "evidence_vi"),
    "evidence of other length": (1, {"evidence_en": ["One", "Two"]}, "evidence_en"),
    "evidence_mode unknown": (1, {"evidence_mode": "none"}, "evidence_mode"),
    "measure unknown": (1, {"measure_source": "police.register"}, "measure_source"),
    "lead unknown": (1, {"lead_unit_kind": "mayor"}, "lead_unit_kind"),
    "lead missing": (1, {"lead_unit_kind": None}, "lead_unit_kind"),
}


@pytest.mark.parametrize("case", CRITERION_FAULTS)
def test_a_fault_of_a_criterion_is_told_with_number_and_field(case):
    place, changes, field = CRITERION_FAULTS[case]
    number = changes.get("number", place)
    called = number if type(number) is int else None  # as it calls itself

    assert (called, field) in faults_of(with_criterion(place, **changes))


HEAD_FAULTS = {
    "code missing": ({"code": None}, "code"),
    "code too long": ({"code": "a" * 61}, "code"),
    "code a number": ({"code": 2026}, "code"),
    "name missing": ({"name_vi": ""}, "name_vi"),
    "year as text": ({"year": "2026"}, "year"),
    "year out of reach": ({"year": 26}, "year"),
    "state unknown": ({"state": "final"}, "state"),
    "unknown field": ({"catgories": []}, "catgories"),
    "no provenance": ({"provenance": None}, "provenance"),
    "provenance without statement": (
        {"provenance": {"statement_en": "x"}},
        "provenance.statement_vi",
    ),
    "provenance unknown field": (
        {"provenance": {"statement_vi": "x", "author": "y"}},
        "provenance.author",
    ),
    "provenance no mapping": ({"provenance": "drafted"}, "provenance"),
    "level explained that is none": (
        {"provenance": {"statement_vi": "x", "levels": {"annex": "y"}}},
        "provenance.levels.annex",
    ),
    "more to meet than there are": (
        {"recognition": {"min_met": 5}},
        "recognition.min_met",
    ),
    "nothing to meet": ({"recognition": {"min_met": 0}}, "recognition.min_met"),
    "over 100 percent": (
        {"recognition": {"min_percent": 100.5}},
        "recognition.min_percent",
    ),
    "0 percent": (
        {"recognition": {"min_percent_per_category": 0}},
        "recognition.min_percent_per_category",
    ),
    "threshold unknown": (
        {"recognition": {"min_points": 80}},
        "recognition.min_points",
    ),
    "period reversed": (
        {"assessment_period": {"start": "2026-12-31", "end": "2026-01-01"}},
        "assessment_period.end",
    ),
    "day that is none": (
        {"assessment_period": {"start": "2026-02-30"}},
        "assessment_period.start",
    ),
    "day as number": (
        {"assessment_period": {"start": 2026}},
        "assessment_period.start",
    ),
    "law without name": ({"legal_basis": [{"code": "1/QĐ"}]}, "legal_basis[1].name_vi"),
    "law with a script": (
        {"legal_basis": [{"code": "1", "name_vi": "x", "url": "javascript:alert(1)"}]},
        "legal_basis[1].url",
    ),
    "no categories": ({"categories": []}, "categories"),
    "category code twice": (
        {"categories": [*BASE["categories"], BASE["categories"][0] | {"order": 3}]},
        "categories[3].code",
    ),
    "category place twice": (
        {"categories": [*BASE["categories"], BASE["categories"][0] | {"code": "III"}]},
        "categories[3].order",
    ),
    "category without name": (
        {"categories": [{"code": "I", "order": 1}, BASE["categories"][1]]},
        "categories[1].name_vi",
    ),
    "category without criteria": (
        {
            "categories": [
                *BASE["categories"],
                {"code": "III", "order": 3, "name_vi": "Nhóm ba"},
            ]
        },
        "criteria_count",
    ),
    "category no mapping": ({"categories": ["I", "II"]}, "categories[1]"),
    "category counts otherwise": (
        {
            "categories": [
                BASE["categories"][0] | {"criteria_count": 3},
                BASE["categories"][1],
            ]
        },
        "criteria_count",
    ),
    "set counts otherwise": ({"criteria_count": 34}, "criteria_count"),
    "no criteria": ({"criteria": []}, "criteria"),
    "criteria no list": ({"criteria": {"c01": {}}}, "criteria"),
    "criterion no mapping": ({"criteria": ["c01"]}, ""),
}


@pytest.mark.parametrize("case", HEAD_FAULTS)
def test_a_fault_of_the_set_is_told_with_its_field(case):
    changes, field = HEAD_FAULTS[case]

    assert (None, field) in faults_of(base(**changes))


def test_numbers_have_no_gap():
    raw = with_criterion(4, number=5)

    assert (None, "criteria") in faults_of(raw)


def test_all_faults_are_told_at_once_in_sentences(db, tmp_path):
    raw = with_criterion(1, max_points=0, title_vi=None)
    raw["criteria"][3] |= {"bounded": "no", "colour": "red"}

    with pytest.raises(CommandError) as refusal:
        call_command("load_criteria", write(tmp_path, raw))

    told = str(refusal.value)
    for place in ("1, max_points: ", "1, title_vi: ", "4, bounded: ", "4, colour: "):
        assert place in told
    assert not CriteriaSet.objects.exists()
    assert not Category.objects.exists()


def test_a_typo_is_answered_with_what_was_meant():
    with pytest.raises(Faulty, match="max_points"):
        checked_set(with_criterion(1, max_pionts=3))


BROKEN = {
    "empty": b"",
    "a list": b"- one\n- two\n",
    "a word": b"criteria",
    "broken indentation": b"code: A\n name: B\n",
    "open quote": b'code: "A\n',
    "key twice": b"code: A\ncode: B\n",
    "key twice inside": b"provenance: {statement_vi: a, statement_vi: b}\n",
    "references": b"a: &a [x]\nb: [*a, *a]\n",
    "an object": b"!!python/object/apply:os.system ['true']\n",
    "not UTF-8": b"code: \xff\xfe\xfa\n",
    "control characters": b"code: a\x01b\n",
    "a day that is none": b"code: 2026-02-30\n",
    "a number of a million digits": b"code: 0x" + b"f" * 10_000 + b"\n",
    "an unhashable key": b"? [a]\n: b\n",
    "a merge of nothing": b"<<: 3\n",
    "a deep nest": b"[" * 3000,
    "half of a pair": b'code: "\\ud800"\n',
    "too large": b"#" * (2 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_refused_in_a_sentence(db, tmp_path, case):
    path = tmp_path / "set.yaml"
    path.write_bytes(BROKEN[case])

    with pytest.raises(CommandError):
        call_command("load_criteria", path)

    assert not CriteriaSet.objects.exists()


def test_broken_yaml_is_told_with_line_and_column():
    with pytest.raises(Faulty, match=r"2.* 6"):
        read_yaml(b"code: A\n name: B\n")


def test_a_missing_file_is_told(db, tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.yaml"):
        call_command("load_criteria", tmp_path / "nothing.yaml")


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    field=st.sampled_from(sorted(BASE["criteria"][3])),
    value=junk,
    head=st.sampled_from(sorted(BASE)),
    other=junk,
)
def test_whatever_stands_in_a_field_is_read_or_refused(field, value, head, other):
    raw = with_criterion(4)
    raw["criteria"][3][field] = value
    raw[head] = other

    try:
        checked_set(raw)
    except Faulty as refusal:
        assert refusal.faults  # noqa: PT017 - either way is right
