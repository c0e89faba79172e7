"""Criteria sets: loaded all or nothing, copied, edited, published, then frozen."""

import copy
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from criteria.models import CriteriaSet, Criterion, SetState
from criteria.selectors.sets import list_openable_sets
from criteria.services.sets import (
    copy_set,
    publish_set,
    retire_set,
    save_criterion,
    save_set,
)
from tests.factories.wards import TESTS, UnitFactory, WardFactory, member
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

CATALOG = Path(settings.BASE_DIR, "criteria/catalog/criteria-34.yaml")
FACTS = yaml.safe_load(CATALOG.read_text(encoding="utf-8"))


@pytest.fixture
def load(tmp_path, capsys):
    """Return `load(facts)`: load a file of these facts; its faults, as one text."""

    def load(facts):
        path = tmp_path / "set.yaml"
        text = facts if isinstance(facts, str) else yaml.safe_dump(facts)
        path.write_text(text, encoding="utf-8")
        try:
            call_command("load_criteria", str(path))
        except (CommandError, SystemExit) as error:
            return f"{error}{''.join(capsys.readouterr())}"
        return ""

    return load


def changed(number=None, /, **fields):
    facts = copy.deepcopy(FACTS)
    place = facts["criteria"][number - 1] if number else facts
    for name, value in fields.items():
        place[name] = value
    return facts


# --- Loading ----------------------------------------------------------------------


def test_the_34_criteria_load_with_every_field(load):
    assert load(FACTS) == ""
    made = CriteriaSet.objects.get()
    assert (made.state, made.criteria.count(), made.categories.count()) == (
        "working",
        34,
        4,
    )
    sixth = made.criteria.get(number=6)
    assert (sixth.max_points, sixth.target, sixth.when_base_zero) == (250, 90, "error")
    assert sum(made.criteria.values_list("max_points", flat=True)) == 100 * 100


def test_loading_twice_changes_nothing(load):
    load(FACTS)
    load(FACTS)
    assert CriteriaSet.objects.count() == 1


def test_other_content_makes_a_new_draft_version(load):
    load(FACTS)
    load(changed(1, title_vi="Tên khác"))
    versions = CriteriaSet.objects.order_by("version")
    assert [(one.version, one.state) for one in versions] == [
        (1, "working"),
        (2, "draft"),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "criteria: [1, 2",
        "- a\n- b",
        "",
        "code: a\ncode: b",
        "code: &x [*x]",
        changed(nonsense=1),
        changed(state="final"),
        changed(criteria=[]),
        changed(2, number=1),
        changed(3, key="c01"),
        changed(34, number=40),
        changed(1, category="IX"),
        changed(1, max_points=0),
        changed(1, max_points=-1),
        changed(1, max_points="2,5"),
        changed(1, max_points=2.555),
        changed(1, kind="maybe"),
        changed(1, title_vi=""),
        changed(1, title_vi="x" * 301),
        changed(1, colour="red"),
        changed(1, target=4),
        changed(1, due_quarter=5),
        changed(1, mandatory="yes"),
        changed(1, lead_unit_kind="club"),
        changed(1, provenance="rumour"),
        changed(1, evidence_vi=[]),
        changed(1, evidence_en=["one"]),
        changed(1, evidence_mode="none"),
        changed(1, shown_with=[99]),
        changed(1, shown_with=[1]),
        changed(3, measure_source="documents.nothing"),
        changed(7, target=None),
        changed(7, direction="at_least"),
        changed(13, figures_by=["club"]),
        changed(6, when_base_zero="ignore"),
        changed(6, bounded="yes"),
        changed(27, rule="proportional"),
        changed(26, rule="proportional"),
        changed(7, floor=4, rule="proportional"),
        changed(7, floor=1),
    ],
    ids=lambda facts: None,
)
def test_a_faulty_file_is_refused_whole(load, facts):
    assert load(facts)
    assert not CriteriaSet.objects.exists()


def test_every_fault_is_named_with_its_criterion_and_field(load):
    facts = changed(1, max_points=0)
    facts["criteria"][6]["kind"] = "maybe"
    said = load(facts)
    assert "1" in said
    assert "max_points" in said
    assert "7" in said
    assert "kind" in said


# --- A ward's own copy ------------------------------------------------------------


@pytest.fixture
def working(load):
    load(FACTS)
    return CriteriaSet.objects.get()


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def draft(working, province, admin):
    return copy_set(actor=admin, source=working, owner=WardFactory(parent=province))


def test_a_copy_is_a_draft_of_its_own_with_the_same_keys(draft, working):
    assert (draft.state, draft.copied_from) == ("draft", working)
    keys = [
        one.criteria.order_by("number").values_list("key") for one in (draft, working)
    ]
    assert list(keys[0]) == list(keys[1])


def test_a_working_set_is_not_published_itself(working):
    with pytest.raises(RuleViolation):
        publish_set(actor=TESTS, criteria_set=working)


def test_a_draft_is_edited_and_published_and_then_frozen(draft, admin):
    save_set(actor=admin, criteria_set=draft, changes={"recognition.min_met": 31})
    first = draft.criteria.get(number=1)
    save_criterion(actor=admin, criterion=first, changes={"mandatory": True})
    publish_set(actor=admin, criteria_set=draft)
    draft.refresh_from_db()
    assert (draft.state, draft.min_met) == ("published", 31)
    with pytest.raises(RuleViolation) as refused:
        save_criterion(actor=admin, criterion=first, changes={"mandatory": False})
    assert refused.value.code == "set_frozen"
    assert Criterion.objects.get(pk=first.pk).mandatory


def test_the_second_to_publish_is_told(draft, admin):
    publish_set(actor=admin, criteria_set=draft)
    with pytest.raises(RuleViolation):
        publish_set(actor=admin, criteria_set=draft)


def test_an_edit_that_breaks_the_set_is_refused(draft, admin):
    first = draft.criteria.get(number=1)
    with pytest.raises(RuleViolation):
        save_criterion(actor=admin, criterion=first, changes={"max_points": 0})
    assert draft.criteria.get(number=1).max_points == 250


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.PROVINCE_VERIFIER])
def test_who_may_not_edit_sets_does_not(draft, role):
    with pytest.raises(PermissionDenied):
        publish_set(actor=member(draft.owner, role), criteria_set=draft)


def test_a_copy_stays_within_the_own_province(working, admin):
    with pytest.raises(PermissionDenied):
        copy_set(actor=admin, source=working, owner=WardFactory())


def test_a_ward_opens_on_published_sets_of_its_own_or_from_above(draft, admin):
    leader = member(draft.owner, Role.WARD_LEADER)
    openable = list_openable_sets(user=leader, ward=draft.owner)
    assert list(openable) == []
    publish_set(actor=admin, criteria_set=draft)
    assert list(list_openable_sets(user=leader, ward=draft.owner)) == [draft]
    retire_set(actor=admin, criteria_set=draft)
    assert list(list_openable_sets(user=leader, ward=draft.owner)) == []


def test_a_retired_set_is_neither_published_nor_retired_again(draft, admin):
    retire_set(actor=admin, criteria_set=draft)
    for act in (publish_set, retire_set):
        with pytest.raises(RuleViolation) as refused:
            act(actor=admin, criteria_set=draft)
        assert refused.value.code == "set_retired"
    draft.refresh_from_db()
    assert draft.state == SetState.RETIRED


def test_another_wards_sets_are_not_seen(draft):
    stranger = member(WardFactory(), Role.WARD_LEADER)
    assert not CriteriaSet.objects.for_user(stranger).filter(pk=draft.pk).exists()
