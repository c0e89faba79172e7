"""The admin site: who gets in, what they see, and what nobody sees from elsewhere.

The addresses come from the resolver, so that a page added later is tried too.
"""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from criteria.models import Category, CriteriaSet, Criterion, SetState
from criteria.services.sets import copy_set
from tests.factories.criteria import a_set
from tests.factories.wards import (
    TESTS,
    MembershipFactory,
    ParticipatingUnitFactory,
    SuccessionFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import User
from wardsecurity.admin import ScopedAdmin
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
    UnitSuccession,
)
from wardsecurity.wards.services import save_participating_unit

pytestmark = pytest.mark.django_db

MODELS = {
    AdministrativeUnit,
    ParticipatingUnit,
    Membership,
    User,
    CriteriaSet,
    Criterion,
    TrailChain,
    TrailEntry,
    UnitSuccession,
}
ADDABLE = {AdministrativeUnit, ParticipatingUnit, Membership, User}
CHANGEABLE = ADDABLE | {CriteriaSet, Criterion}
WARD_ROLES = (
    Role.UNIT_CONTRIBUTOR,
    Role.WARD_STAFF,
    Role.WARD_LEADER,
    Role.COMMITTEE_MEMBER,
)
HERE, THERE = "here", "there"


@dataclass
class Province:
    """A province with people, a ward, a body in it, a draft set and a trail."""

    unit: AdministrativeUnit
    ward: AdministrativeUnit
    body: ParticipatingUnit
    staff: User
    draft: CriteriaSet
    admin: User
    verifier: User
    succession: UnitSuccession  # of two more wards

    def row(self, model):
        """Its row of a registered model."""
        return {
            AdministrativeUnit: lambda: self.ward,
            ParticipatingUnit: lambda: self.body,
            Membership: lambda: self.staff.memberships.get(),
            User: lambda: self.staff,
            CriteriaSet: lambda: self.draft,
            Category: lambda: self.draft.categories.first(),
            Criterion: lambda: self.draft.criteria.get(number=1),
            TrailChain: lambda: TrailChain.objects.get(unit=self.ward),
            TrailEntry: lambda: TrailEntry.objects.filter(
                chain__unit=self.ward
            ).first(),
            UnitSuccession: lambda: self.succession,
        }[model]()


def a_province(source):
    unit = UnitFactory()
    ward = WardFactory(parent=unit)
    body = save_participating_unit(
        actor=TESTS, ward=ward, name=f"Tổ của {ward.name}", kind="residential_group"
    )
    return Province(
        unit=unit,
        ward=ward,
        body=body,
        staff=member(ward, user__full_name=f"Người của {ward.name}"),
        draft=copy_set(actor=TESTS, source=source, owner=ward),
        admin=member(unit, Role.PROVINCE_ADMIN),
        verifier=member(unit, Role.PROVINCE_VERIFIER),
        succession=SuccessionFactory(predecessor=WardFactory(parent=unit)),
    )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The country's working set and two provinces; each test takes its changes back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        source = a_set(
            {}, {"measured": True}, {"percentage": True}, {}, state="working"
        )
        made = (source, a_province(source), a_province(source))
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def working(world):
    """The country's working set."""
    return world[0]


@pytest.fixture
def here(world):
    return world[1]


@pytest.fixture
def there(world):
    return world[2]


@pytest.fixture
def manage(client, here):
    """A client signed in as the province admin."""
    client.force_login(here.admin)
    return client


def routes():
    """Every named address of the admin site, with the model it belongs to."""
    site = next(
        one
        for one in get_resolver().url_patterns
        if getattr(one, "namespace", None) == "admin"
    )
    labels = {
        f"{model._meta.app_label}_{model._meta.model_name}_": model for model in MODELS
    }
    for one in site.url_patterns:
        for inner in getattr(one, "url_patterns", [one]):
            if not inner.name:
                continue
            model = next(
                (labels[label] for label in labels if inner.name.startswith(label)),
                None,
            )
            yield inner.name, model


ROUTES = sorted(routes(), key=lambda route: route[0])
SITE_WIDE = [name for name, model in ROUTES if model is None]
OF_MODELS = [(name, model) for name, model in ROUTES if model is not None]


def address(name, model=None, place=None):
    """The address, on the place's own row where it needs one; None without an id."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        if name == "app_list":
            return reverse("admin:app_list", args=["wards"])
        return reverse(f"admin:{name}", args=[place.row(model).pk])


def needs_a_row(name):
    try:
        reverse(f"admin:{name}")
    except NoReverseMatch:
        return True
    return False


OF_ROWS = [(name, model) for name, model in OF_MODELS if needs_a_row(name)]


# --- Who gets in ------------------------------------------------------------------


def test_only_scoped_pages_are_registered():
    assert set(admin.site._registry) == MODELS
    assert all(isinstance(one, ScopedAdmin) for one in admin.site._registry.values())


def test_every_action_of_a_row_is_tried_below():
    steps = {name.rsplit("_", 1)[1] for name, _model in OF_ROWS}

    assert steps == {
        "change",
        "delete",
        "history",
        "password",
        "over",  # hand_over
        "copy",
        "export",
        "compare",
        "move",
        "publish",
        "retire",
    }


@pytest.mark.parametrize("name", [name for name, _model in ROUTES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_people_are_sent_to_sign_in(client, here, name, method):
    url = address(name, dict(ROUTES)[name], here)

    response = getattr(client, method)(url)

    assert response.status_code == 302
    assert response.url.startswith(("/accounts/login/?next=", "/admin/login/?next="))
    if response.url.startswith("/admin/login/"):
        assert client.get(response.url).url.startswith("/accounts/login/?next=/admin/")


@pytest.mark.parametrize("role", WARD_ROLES)
def test_people_of_a_ward_do_not_get_in(client, here, role):
    client.force_login(member(here.ward, role))
    for name, model in ROUTES:
        url = address(name, model, here)
        assert client.get(url).status_code == 403, name
        assert client.post(url).status_code == 403, name


def test_a_province_role_that_ended_lets_nobody_in(client, here):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    client.force_login(member(here.unit, Role.PROVINCE_ADMIN, valid_to=yesterday))

    assert client.get("/admin/").status_code == 403


def test_signing_out_and_passwords_are_those_of_the_site(manage):
    assert manage.get("/admin/password_change/").url == "/accounts/password/"
    assert manage.get("/admin/login/").url.startswith("/accounts/login/")

    manage.post("/admin/logout/")

    assert "_auth_user_id" not in manage.session


def test_no_address_tells_whether_a_row_of_any_table_exists(manage, there):
    assert manage.get(f"/admin/r/1/{there.ward.pk}/").status_code == 404


# --- Verifiers read ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "model"), OF_MODELS)
def test_a_verifier_reads_and_changes_nothing(client, here, name, model):
    client.force_login(here.verifier)
    url = address(name, model, here)
    reads = ("_changelist", "_change", "_history", "_check", "_export", "_compare")
    is_read = name.endswith(reads)
    entries = TrailEntry.objects.count()

    assert client.get(url).status_code == (200 if is_read else 403)
    # Checking the trail is reading; a list without actions answers a POST as a GET.
    same = name.endswith(reads) and not name.endswith("_change")
    posted = 200 if same else 403
    assert client.post(url, {}).status_code == posted
    assert TrailEntry.objects.count() == entries


# --- Admins, in their province ----------------------------------------------------


@pytest.mark.parametrize(("name", "model"), OF_MODELS)
def test_an_admin_reaches_the_pages_of_the_own_province(manage, here, name, model):
    allowed = not name.endswith("_delete") and (
        model in ADDABLE or not name.endswith("_add")
    )

    response = manage.get(address(name, model, here))

    assert response.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(("name", "model"), OF_ROWS)
@pytest.mark.parametrize("role", ["admin", "verifier"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_of_another_province_are_not_there(
    client, here, there, name, model, role, method
):
    client.force_login(getattr(here, role))
    before = TrailEntry.objects.count()

    response = getattr(client, method)(address(name, model, there))
    missing = getattr(client, method)(
        re.sub(r"\d+", "999999", address(name, model, there), count=1)
    )

    assert response.status_code == missing.status_code == 404
    assert TrailEntry.objects.count() == before


def names_of(place):
    """Words that would give a province away."""
    return [place.unit.name, place.ward.name, place.ward.slug, place.body.name]


@pytest.mark.parametrize("model", sorted(MODELS, key=lambda one: one.__name__))
def test_lists_show_the_own_province_only(manage, here, there, model):
    name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"

    response = manage.get(address(name))

    shown = {one.pk for one in response.context["cl"].result_list}
    assert here.row(model).pk in shown
    assert there.row(model).pk not in shown
    assert not [one for one in names_of(there) if one in response.content.decode()]


@pytest.mark.parametrize(
    "model", [AdministrativeUnit, ParticipatingUnit, Membership, User, TrailEntry]
)
def test_searching_for_another_province_finds_nothing(manage, there, model):
    name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
    for word in (there.ward.name, there.staff.username, there.body.name):
        response = manage.get(address(name), {"q": word})
        assert not response.context["cl"].result_list


@pytest.mark.parametrize(
    "model", [ParticipatingUnit, Membership, CriteriaSet, TrailEntry]
)
@pytest.mark.parametrize("value", ["there", "abc", "9" * 40, "-1"])
def test_filters_take_no_unit_from_elsewhere(manage, there, model, value):
    name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
    asked = there.ward.pk if value == "there" else value

    response = manage.get(address(name), {"unit": asked})

    assert not response.context["cl"].result_list
    assert there.ward.name not in response.content.decode()


def test_the_filter_of_a_unit_shows_its_rows(manage, here):
    ParticipatingUnitFactory(ward=WardFactory(parent=here.unit))
    url = reverse("admin:wards_participatingunit_changelist")

    response = manage.get(url, {"unit": here.ward.pk})

    assert list(response.context["cl"].result_list) == [here.body]


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (User, "password__startswith"),
        (User, "memberships__unit__name__startswith"),
        (User, "email__contains"),
        (Membership, "user__password__startswith"),
        (Membership, "unit__slug"),
        (AdministrativeUnit, "parent__name"),
        (CriteriaSet, "content_hash__startswith"),
        (TrailEntry, "payload__contains"),
        (TrailEntry, "chain__unit__name"),
    ],
)
def test_columns_are_not_probed_through_addresses(manage, model, lookup):
    name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"

    assert manage.get(address(name), {lookup: "a"}).status_code == 400


RELATED = [
    (model, field.name)
    for model in sorted(MODELS, key=lambda one: one.__name__)
    for field in model._meta.get_fields()
    if field.is_relation and field.concrete and field.related_model in MODELS
]


@pytest.mark.parametrize(("model", "field"), RELATED)
def test_autocomplete_finds_nothing_from_elsewhere(manage, there, model, field):
    target = model._meta.get_field(field).related_model
    words = [*names_of(there), there.staff.username, there.draft.code, ""]
    for word in words:
        response = manage.get(
            reverse("admin:autocomplete"),
            {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field,
                "term": word,
            },
        )
        assert response.status_code in (200, 403)
        if response.status_code == 200:
            found = {one["id"] for one in response.json()["results"]}
            assert str(there.row(target).pk) not in found


@pytest.mark.parametrize(("name", "model"), OF_MODELS)
def test_no_form_offers_a_row_of_another_province(manage, here, there, name, model):
    if not name.endswith(("_add", "_change", "_copy")):
        return
    response = manage.get(
        address(name, model, here), {"unit": there.ward.pk, "ward": there.ward.pk}
    )
    if response.status_code == 403:
        return
    page = response.context
    form = page["adminform"].form if "adminform" in page else page["form"]
    for label, field in form.fields.items():
        if queryset := getattr(field, "queryset", None):
            foreign = queryset.filter(pk=there.row(queryset.model).pk)
            assert not foreign.exists(), label


def test_a_province_admin_who_is_staff_elsewhere_administers_only_the_province(
    manage, here, there
):
    MembershipFactory(user=here.admin, unit=there.ward)
    MembershipFactory(user=here.admin, unit=there.unit, role=Role.WARD_LEADER)

    for model in MODELS - {CriteriaSet, Criterion}:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        page = manage.get(reverse(f"admin:{name}_changelist"))
        shown = {one.pk for one in page.context["cl"].result_list}
        assert there.row(model).pk not in shown
        url = reverse(f"admin:{name}_change", args=[there.row(model).pk])
        assert manage.get(url).status_code == 404


def test_a_verifier_of_one_province_and_admin_of_another_changes_only_that_one(
    client, here, there
):
    both = member(here.unit, Role.PROVINCE_ADMIN)
    MembershipFactory(user=both, unit=there.unit, role=Role.PROVINCE_VERIFIER)
    client.force_login(both)

    def save(place):
        url = reverse("admin:wards_administrativeunit_change", args=[place.ward.pk])
        return client.post(url, {"name": "Tên mới"}).status_code

    assert (save(here), save(there)) == (302, 403)


# --- Plain pages, and one history -------------------------------------------------


@pytest.mark.parametrize(
    ("name", "model"), [*((n, None) for n in SITE_WIDE), *OF_MODELS]
)
def test_pages_keep_to_the_content_security_policy(manage, here, name, model):
    response = manage.get(address(name, model, here))
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    page = response.content.decode()

    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_every_column_and_field_has_a_name_that_is_translated():
    """A relation without a name of its own would be called by its English one."""
    for model, page in admin.site._registry.items():
        offered = flatten_fieldsets(page.fieldsets or ())
        shown = {*page.list_display, *(page.fields or ()), *offered}
        columns = {field.name: field for field in model._meta.fields}
        for name in shown & columns.keys():
            assert not isinstance(columns[name].verbose_name, str), (model, name)


def test_nothing_is_written_to_djangos_own_log(manage, here):
    url = reverse("admin:wards_administrativeunit_change", args=[here.ward.pk])

    manage.post(url, {"name": "Phường Đổi Tên"})

    assert AdministrativeUnit.objects.get(pk=here.ward.pk).name == "Phường Đổi Tên"
    assert not LogEntry.objects.exists()


def test_the_history_of_a_row_is_its_trail(manage, here, there):
    url = reverse("admin:wards_administrativeunit_change", args=[here.ward.pk])
    manage.post(url, {"name": "Phường Đổi Tên", "code": "19001"})

    page = manage.get(
        reverse("admin:wards_administrativeunit_history", args=[here.ward.pk])
    )

    lines = page.context["lines"]
    assert [one.entry.action for one in lines] == ["unit_changed", "unit_created"]
    assert ("code", None, "19001") in lines[0].changes
    assert here.admin.username in page.content.decode()


@pytest.mark.parametrize(
    "data", [{"_saveasnew": "1"}, {"_popup": "1"}, {"_to_field": "id"}]
)
def test_djangos_side_doors_lead_nowhere(manage, here, there, data):
    units = AdministrativeUnit.objects.count()
    url = reverse("admin:wards_administrativeunit_change", args=[there.ward.pk])

    assert manage.post(url, {"name": "Tên khác", **data}).status_code in (200, 400, 404)
    assert AdministrativeUnit.objects.count() == units
    assert AdministrativeUnit.objects.get(pk=there.ward.pk).name == there.ward.name


def test_the_trail_is_read_filtered_and_checked(manage, here):
    listing = reverse("admin:audit_trailentry_changelist")
    found = manage.get(listing, {"action": "membership_granted"}).context["cl"]
    assert not found.result_list
    found = manage.get(listing, {"q": here.body.name}).context["cl"].result_list
    assert {one.action for one in found} == {"participating_unit_created"}

    check = reverse("admin:audit_trailchain_check")
    assert not manage.post(check).context["findings"]
    TrailEntry.objects.filter(chain__unit=here.ward, seq=1).update(payload="{}")
    assert manage.post(check).context["findings"]


def test_the_trail_of_another_province_is_not_checked_for_this_one(manage, there):
    TrailEntry.objects.filter(chain__unit=there.ward, seq=1).update(payload="{}")

    page = manage.post(reverse("admin:audit_trailchain_check"))

    assert page.context["count"] == 0
    assert there.ward.name not in page.content.decode()


def test_working_sets_from_above_are_read_only(manage, working):
    url = reverse("admin:criteria_criteriaset_change", args=[working.pk])

    assert working.state == SetState.WORKING
    assert "Bộ tiêu chí để thử." in manage.get(url).content.decode()
    assert manage.post(url, {"name_vi": "Tên khác"}).status_code == 403
    for step in ("publish", "retire"):
        url = reverse(f"admin:criteria_criteriaset_{step}", args=[working.pk])
        assert manage.post(url).status_code == 403
