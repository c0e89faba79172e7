"""Two province admins in one row: the second is told, and nothing is lost silently.

Forms are sent as a browser sends them: read from the page, fields changed, sent back.
"""

import datetime as dt
from functools import partial
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from criteria.models import CriteriaSet, Criterion
from criteria.services.sets import copy_set, publish_set
from criteria.services.yaml_files import Fault, Faulty
from tests.factories.criteria import a_set
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from tests.test_races import together
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)

pytestmark = pytest.mark.django_db

CATALOG = settings.BASE_DIR / "criteria" / "catalog" / "criteria-34.yaml"


class Sent(HTMLParser):
    """What a browser would send of the page's main form, as it stands."""

    def __init__(self, page):
        super().__init__()
        self.data, self.inside, self.select, self.area = {}, False, None, None
        self.feed(page)

    def add(self, name, value):
        self.data.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        name = at.get("name")
        if tag == "form":
            self.inside = at.get("id", "").endswith("_form") and at["id"] != (
                "logout-form"
            )
        if not self.inside:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in at:
            self.add(self.select, at.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.add(name, "")
        elif tag == "input" and name and at.get("type") not in ("submit", "button"):
            is_box = at["type"] in ("checkbox", "radio")
            if not is_box or "checked" in at:
                self.add(name, at.get("value", "on" if is_box else ""))

    def handle_data(self, data):
        if self.area:
            self.data[self.area][-1] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            text = self.data[self.area][-1].removeprefix("\n")
            self.data[self.area][-1] = text.replace("\n", "\r\n")
            self.area = None
        elif tag == "form":
            self.inside = False


def sent_by(response):
    return Sent(response.content.decode()).data


class Editor:
    """A province admin with a browser of the own."""

    def __init__(self, province, row, post):
        self.user = member(province, Role.PROVINCE_ADMIN, position=post)
        self.client = Client()
        self.client.force_login(self.user)
        label = f"{row._meta.app_label}_{row._meta.model_name}"
        self.address = reverse(f"admin:{label}_change", args=[row.pk])
        self.form = {}

    def open(self):
        self.form = sent_by(self.client.get(self.address))
        return self

    def save(self, **changes):
        """Type and send; what comes back is the form for the next try."""
        self.form |= {
            name: value if isinstance(value, list) else [value]
            for name, value in changes.items()
        }
        response = self.client.post(self.address, self.form)
        if response.status_code == 200:
            self.form = sent_by(response)
        return response


@pytest.fixture
def province():
    return UnitFactory(name="Tỉnh Mẫu")


@pytest.fixture
def ward(province):
    return WardFactory(parent=province, name="Phường Cũ", code="100")


@pytest.fixture
def draft(ward):
    source = a_set(
        {"evidence_vi": ["Quyết định", "Báo cáo"]},
        {"measured": True},
        {"percentage": True, "figures_by": ["school", "residential_group"]},
        state="working",
    )
    return copy_set(actor=TESTS, source=source, owner=ward)


def editors(province, row):
    """The first and the second, both with the form open."""
    first = Editor(province, row, "Trưởng phòng").open()
    return first, Editor(province, row, "Phó Trưởng phòng").open()


def text_of(response):
    return " ".join(response.content.decode().split())


def refused(response):
    return response.status_code == 200 and response.context["adminform"].form.errors


# --- A form sent back untouched ---------------------------------------------------


def rows_of(ward, draft):
    seat = member(ward, position="Cán bộ").memberships.get()
    seat.valid_to = timezone.localdate() + dt.timedelta(days=9)
    seat.save()
    school = ParticipatingUnitFactory(ward=ward, kind="school")
    return [
        *(ward, seat, seat.user, draft, *draft.criteria.all()),
        ParticipatingUnitFactory(
            ward=ward, attached_to=school, valid_from="2024-01-02"
        ),
    ]


def columns(row):
    kept = type(row).objects.filter(pk=row.pk)
    return kept.values().get()


def test_a_form_sent_back_untouched_changes_nothing(province, ward, draft):
    for row in rows_of(ward, draft):
        before = columns(row)

        response = Editor(province, row, "Trưởng phòng").open().save()

        assert response.status_code == 302, row
        assert columns(row) == before


def test_no_criterion_of_the_catalogue_changes_by_being_looked_at(province, ward):
    call_command("load_criteria", CATALOG)
    copied = copy_set(actor=TESTS, source=CriteriaSet.objects.get(), owner=ward)
    for row in [copied, *copied.criteria.all()]:
        assert Editor(province, row, "Trưởng phòng").open().save().status_code == 302

    changed = TrailEntry.objects.filter(action__in=["set_changed", "criterion_changed"])
    assert not changed.exists()


# --- One unit ---------------------------------------------------------------------


def test_the_second_sees_who_changed_the_unit_and_when(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Mới")

    response = second.save(code="200")

    assert refused(response)
    entry = TrailEntry.objects.get(action="unit_changed")
    at = timezone.localtime(entry.at)
    page = text_of(response)
    assert f"Trưởng phòng ({first.user.username})" in page
    assert f"{at:%H:%M %d/%m/%Y}" in page
    ward.refresh_from_db()
    assert (ward.name, ward.code) == ("Phường Mới", "100")


def test_two_fields_of_a_unit_keep_both_changes(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Mới")

    second.save(code="200")
    assert (second.form["name"], second.form["code"]) == (["Phường Mới"], ["200"])
    assert second.save().status_code == 302

    ward.refresh_from_db()
    assert (ward.name, ward.code) == ("Phường Mới", "200")


def test_one_field_of_a_unit_shows_both_and_waits_for_a_decision(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Một")

    response = second.save(name="Phường Hai")

    sentence = response.context["adminform"].form.errors["name"][0]
    assert "Phường Một" in sentence
    assert second.form["name"] == ["Phường Hai"]
    ward.refresh_from_db()
    assert ward.name == "Phường Một"
    assert second.save().status_code == 302
    ward.refresh_from_db()
    assert ward.name == "Phường Hai"


def test_the_same_change_twice_is_no_conflict(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Mới")

    assert second.save(name="Phường Mới").status_code == 302


def test_whoever_saves_third_is_told_again(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Một")
    second.save(name="Phường Hai")
    first.open().save(name="Phường Ba")

    response = second.save()

    assert "Phường Ba" in response.context["adminform"].form.errors["name"][0]
    ward.refresh_from_db()
    assert ward.name == "Phường Ba"


def test_a_date_that_was_cleared_meanwhile_is_told_as_empty(province, ward):
    first, second = editors(province, ward)
    Editor(province, ward, "Trưởng phòng").open().save(valid_to="31/12/2030")
    first.open()
    second.open()
    first.save(valid_to="")

    response = second.save(valid_to="30/06/2030")

    assert "–" in response.context["adminform"].form.errors["valid_to"][0]
    assert second.form["valid_to"] == ["30/06/2030"]


def test_a_body_keeps_what_either_of_two_changed(province, ward):
    school = ParticipatingUnitFactory(ward=ward, kind="school", name="Trường A")
    row = ParticipatingUnitFactory(ward=ward, name="Tổ 1", signs=True)
    first, second = editors(province, row)
    form = dict(first.form)
    first.form.pop("signs")  # the box is no longer ticked
    first.save(attached_to=str(school.pk))
    assert form["signs"]

    response = second.save(name="Tổ dân phố 1")

    assert "signs" not in second.form
    assert second.form["attached_to"] == [str(school.pk)]
    assert len(response.context["adminform"].form.meanwhile.taken) == 2
    second.save()
    row.refresh_from_db()
    assert (row.name, row.signs, row.attached_to) == ("Tổ dân phố 1", False, school)


def test_the_end_of_a_membership_is_not_overwritten_unseen(province, ward):
    row = member(ward).memberships.get()
    first, second = editors(province, row)
    first.save(valid_to="31/12/2026")

    response = second.save(valid_to="30/06/2027")

    assert "31/12/2026" in response.context["adminform"].form.errors["valid_to"][0]
    row.refresh_from_db()
    assert row.valid_to == dt.date(2026, 12, 31)


def test_an_account_shut_meanwhile_stays_shut(province, ward):
    row = member(ward)
    first, second = editors(province, row)
    first.form.pop("is_active")
    first.save()

    second.save(full_name="Nguyễn Văn A")
    assert "is_active" not in second.form
    second.save()

    row.refresh_from_db()
    assert (row.is_active, row.full_name) == (False, "Nguyễn Văn A")


# --- One criterion, one set -------------------------------------------------------


def test_two_fields_of_a_criterion_keep_both_changes(province, draft):
    row = draft.criteria.get(number=3)
    first, second = editors(province, row)
    other = draft.categories.exclude(pk=row.category_id).get()
    first.save(target="92,5", category=str(other.pk), figures_by=["school"])

    response = second.save(title_vi="Tên khác", evidence_vi="Một\r\nHai\r\nBa")

    assert refused(response)
    assert second.form["target"] == ["92,50"]
    assert second.form["figures_by"] == ["school"]
    assert second.save().status_code == 302
    row.refresh_from_db()
    assert (row.target, row.category, row.figures_by) == (92.5, other, ["school"])
    assert (row.title_vi, row.evidence_vi) == ("Tên khác", ["Một", "Hai", "Ba"])


@pytest.mark.parametrize(
    ("number", "field", "theirs", "mine", "told"),
    [
        (1, "title_vi", "Tên một", "Tên hai", "Tên một"),
        (1, "points", "2,5", "4", "2,5"),
        (1, "evidence_vi", "Một\r\nHai", "Ba", "Một\nHai"),
        (1, "shown_with", "2, 3", "2", "2, 3"),
        (1, "lead_unit_kind", "school", "ward_police", "trường học"),
        (2, "target", "5", "6", "5"),
        (3, "figures_by", ["school"], [], "trường học"),
        (3, "direction", "at_most", "", None),
    ],
)
def test_one_field_of_a_criterion_waits_for_a_decision(
    province, draft, number, field, theirs, mine, told
):
    row = draft.criteria.get(number=number)
    first, second = editors(province, row)
    assert first.save(**{field: theirs}).status_code == 302
    before = columns(row)

    response = second.save(**{field: mine})

    sentence = response.context["adminform"].form.errors[field][0]
    assert told is None or told in sentence
    assert second.form.get(field, []) == (mine if isinstance(mine, list) else [mine])
    assert columns(row) == before


def test_two_criteria_of_one_set_are_two_rows(province, draft):
    one, two = draft.criteria.get(number=1), draft.criteria.get(number=2)
    first = Editor(province, one, "Trưởng phòng").open()
    second = Editor(province, two, "Phó Trưởng phòng").open()

    assert first.save(title_vi="Tên một").status_code == 302
    assert second.save(title_vi="Tên hai").status_code == 302

    titles = draft.criteria.order_by("number").values_list("title_vi", flat=True)
    assert list(titles)[:2] == ["Tên một", "Tên hai"]


def test_a_set_keeps_what_either_of_two_changed(province, draft):
    first, second = editors(province, draft)
    first.save(min_met="2", statement_vi="Nguồn một.")

    response = second.save(min_percent="79,5", statement_vi="Nguồn hai.")

    form = response.context["adminform"].form
    assert "Nguồn một." in form.errors["statement_vi"][0]
    assert second.form["min_met"] == ["2"]
    assert second.save(statement_vi="Nguồn một. Nguồn hai.").status_code == 302
    draft.refresh_from_db()
    assert (draft.min_met, draft.min_percent) == (2, 79.5)
    assert draft.provenance["statement_vi"] == "Nguồn một. Nguồn hai."


@pytest.mark.parametrize("which", ["set", "criterion"])
def test_what_was_typed_stays_when_the_set_was_published_meanwhile(
    province, draft, which
):
    row = draft if which == "set" else draft.criteria.get(number=1)
    field = "name_vi" if which == "set" else "title_vi"
    editor = Editor(province, row, "Trưởng phòng").open()
    publish_set(actor=TESTS, criteria_set=draft)
    before = columns(row)

    response = editor.save(**{field: "Tên đang nhập"})

    assert response.status_code == 200
    assert "Bộ này đã chốt" in text_of(response)
    assert editor.form[field] == ["Tên đang nhập"]
    assert columns(row) == before


def test_nobody_publishes_what_somebody_else_wrote_meanwhile(province, draft):
    first = Editor(province, draft, "Trưởng phòng")
    publish = reverse("admin:criteria_criteriaset_publish", args=[draft.pk])
    page = first.client.get(publish)
    other = Editor(province, draft.criteria.get(number=1), "Phó Trưởng phòng")
    other.open().save(title_vi="Tên khác")

    response = first.client.post(publish, {"seen": page.context["seen"]}, follow=True)

    draft.refresh_from_db()
    assert draft.state == "draft"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    page = first.client.get(publish)
    first.client.post(publish, {"seen": page.context["seen"]})
    draft.refresh_from_db()
    assert draft.state == "published"


# --- How many faults --------------------------------------------------------------


def places_told(response):
    """The number in "Chưa lưu được. Còn n chỗ cần sửa."; 0 when it is not said."""
    page = text_of(response)
    told = [n for n in range(1, 20) if f"Còn {n} chỗ cần sửa" in page]
    assert len(told) <= 1
    return told[0] if told else 0


def test_faults_are_counted_by_the_places_to_correct(province, ward):
    editor = Editor(province, ward, "Trưởng phòng").open()

    assert places_told(editor.save(name="")) == 1
    assert places_told(editor.save(name="", valid_from="31/02/2026")) == 2
    assert places_told(editor.save(code="x" * 21)) == 3


def test_a_fault_that_only_the_service_knows_counts_as_well(province, draft):
    editor = Editor(province, draft.criteria.get(number=1), "Trưởng phòng").open()

    response = editor.save(kind="percentage", points="0,001")
    assert places_told(response) == 1  # the form's own, first
    response = editor.save(points="3")

    errors = response.context["adminform"].form.errors
    assert set(errors) == {"target", "direction", "when_base_zero"}
    assert places_told(response) == 3


def test_a_page_without_a_fault_counts_none(province, ward):
    editor = Editor(province, ward, "Trưởng phòng")

    assert places_told(editor.client.get(editor.address)) == 0


def test_a_conflict_alone_is_no_fault_of_the_second(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Mới")

    assert places_told(second.save(code="200")) == 0


def test_beside_a_conflict_the_places_to_correct_are_counted(province, ward):
    first, second = editors(province, ward)
    first.save(name="Phường Một", valid_from="01/01/2020")

    response = second.save(name="Phường Hai", code="x" * 21)

    assert places_told(response) == 2
    assert second.form["valid_from"] == ["01/01/2020"]


def test_a_fault_of_another_criterion_stands_with_its_number(
    province, draft, monkeypatch
):
    def refuse(**kwargs):
        here = Fault("Sửa ở đây.", "target", "Tiêu chí 1", 1)
        raise Faulty([here, Fault("Sửa ở kia.", "target", "Tiêu chí 2", 2)])

    monkeypatch.setattr("criteria.admin.criteria.save_criterion", refuse)
    editor = Editor(province, draft.criteria.get(number=1), "Trưởng phòng").open()

    response = editor.save(title_vi="Tên khác")

    form = response.context["adminform"].form
    assert form.errors["target"] == ["Sửa ở đây."]
    assert form.faults_on_the_whole == ["Tiêu chí 2, target: Sửa ở kia."]
    assert places_told(response) == 2


def test_the_counted_page_speaks_both_languages(province, ward):
    editor = Editor(province, ward, "Trưởng phòng").open()
    editor.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    with translation.override("en"):
        page = text_of(editor.save(name=""))

    assert "Not saved yet. 1 place to correct." in page


# --- At the same moment -----------------------------------------------------------


@pytest.mark.parametrize(
    "seen",
    ["", "x", "[]", "{}", '{"name": 5}', '{"name": null}', "9" * 5000, "[" * 5000],
)
def test_a_form_that_was_made_up_is_no_fault_of_the_server(province, ward, seen):
    editor = Editor(province, ward, "Trưởng phòng").open()

    assert editor.save(seen=seen, code="200").status_code in (200, 302)


def a_unit():
    return WardFactory(name="Phường Cũ"), "name", AdministrativeUnit


def a_criterion():
    ward = WardFactory()
    draft = copy_set(actor=TESTS, source=a_set({}, {}, state="working"), owner=ward)
    return draft.criteria.get(number=1), "title_vi", Criterion


def a_body():
    row = ParticipatingUnitFactory()
    return row, "name", ParticipatingUnit


def an_account():
    return member(WardFactory()), "full_name", User


def a_membership():
    return member(WardFactory()).memberships.get(), "valid_to", Membership


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "make", [a_unit, a_criterion, a_body, an_account, a_membership]
)
def test_of_two_who_save_at_the_same_moment_one_is_told(make):
    for turn in range(4):
        row, field, model = make()
        unit = AdministrativeUnit.objects.get(seen__unit=unit_of(row), kind="province")
        typed = [f"{day:02}/01/2031" for day in (turn + 1, turn + 11)]
        people = editors(unit, row)

        statuses = together(
            *(
                partial(status_of, person, **{field: text})
                for person, text in zip(people, typed, strict=True)
            )
        )

        assert sorted(statuses) == [200, 302]
        winner = typed[statuses.index(302)]
        kept = getattr(model.objects.get(pk=row.pk), field)
        assert winner == (kept if isinstance(kept, str) else f"{kept:%d/%m/%Y}")


def status_of(person, **changes):
    return person.save(**changes).status_code


def unit_of(row):
    if isinstance(row, User):
        row = row.memberships.get()
    return AdministrativeUnit.objects.get(pk=row.scope_unit_id)
