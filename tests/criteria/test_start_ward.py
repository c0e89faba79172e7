"""start_ward: a ward from a file; every fault placed, all or nothing, run again."""

import datetime as dt

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from commitments.models import Campaign
from criteria.models import CriteriaSet, Evaluation
from criteria.services.sets import copy_set, publish_set
from criteria.services.ward_files import checked_ward_file, start_ward
from criteria.services.yaml_files import Faulty
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.criteria import a_set
from tests.factories.wards import TESTS, MembershipFactory, UnitFactory, member
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)
from wardsecurity.wards.services import end_membership, update_unit

pytestmark = pytest.mark.django_db

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "ward.yaml"
CATALOG = settings.BASE_DIR / "criteria" / "catalog" / "criteria-34.yaml"
CODE = "PDH-ANTQ-2023"  # of the example, and of the catalogue


@pytest.fixture(autouse=True)
def in_english():
    """Compare with the sentences of the source, whatever their translation."""
    with translation.override("en"):
        yield


def example(**changes):
    """What the example file says; a value for units__1__slug goes there."""
    raw = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for path, value in changes.items():
        part = raw
        *steps, last = (
            int(step) if step.isdigit() else step for step in path.split("__")
        )
        for step in steps:
            part = part[step]
        part[last] = value
    return raw


def started(**changes):
    return start_ward(actor=TESTS, file=checked_ward_file(example(**changes)))


def run(tmp_path, **changes):
    path = tmp_path / "ward.yaml"
    path.write_text(
        yaml.safe_dump(example(**changes), allow_unicode=True), encoding="utf-8"
    )
    call_command("start_ward", path)


def the_ward():
    return AdministrativeUnit.objects.get(slug="phuong-an-binh")


def publish_copy(ward, criteria_set):
    copied = copy_set(actor=TESTS, source=criteria_set, owner=ward)
    return publish_set(actor=TESTS, criteria_set=copied)


def everything():
    """How many rows there are of whatever the command makes."""
    made = (
        *(AdministrativeUnit, ParticipatingUnit, User, Membership),
        *(Campaign, Evaluation, TrailEntry),
    )
    return {model.__name__: model.objects.count() for model in made}


# --- What the file names is made --------------------------------------------------


def test_units_stand_below_each_other_and_the_ward_below_the_country():
    ward = started().ward

    assert (ward.kind, ward.valid_from) == ("ward", dt.date(2025, 7, 1))
    assert (ward.parent.slug, ward.parent.kind) == ("tinh-vi-du", "province")
    assert ward.parent.parent.slug == "viet-nam"


def test_bodies_take_part_as_the_file_says():
    ward = started().ward

    bodies = {one.name: one for one in ward.participating_units.all()}
    assert len(bodies) == 10
    assert not bodies["UBND phường"].signs
    assert bodies["Công an phường"].signs
    team = bodies["Tổ bảo vệ ANTT tổ dân phố 1"]
    assert (team.kind, team.attached_to) == ("security_team", bodies["Tổ dân phố 1"])


def test_the_leader_signs_in_with_the_password_that_was_printed(client, capsys):
    call_command("start_ward", EXAMPLE)

    printed = capsys.readouterr().out
    password = printed.split("One-time password: ")[1].split()[0]
    assert client.login(username="anbinh.lanhdao", password=password)
    user = User.objects.get(username="anbinh.lanhdao")
    assert user.must_change_password
    seat = user.memberships.get()
    assert (seat.unit, seat.role) == (the_ward(), Role.WARD_LEADER)
    assert seat.position == "Chủ tịch UBND phường An Bình"


def test_what_was_made_is_counted_and_the_next_step_named(capsys):
    call_command("start_ward", EXAMPLE)

    printed = capsys.readouterr().out
    assert "Phường An Bình: 13 things made." in printed
    assert f"No campaign yet: Phường An Bình has no published set {CODE}." in printed
    assert not Campaign.objects.exists()


def test_the_trail_names_the_command():
    call_command("start_ward", EXAMPLE)

    entries = TrailEntry.objects.filter(chain__unit=the_ward())
    assert set(entries.values_list("actor", "actor_id")) == {("start_ward", None)}
    assert {"unit_created", "membership_granted"} <= set(
        entries.values_list("action", flat=True)
    )


def test_the_steps_of_a_first_ward_lead_to_an_open_campaign(capsys):
    """As docs/ward-file.md tells them."""
    call_command("load_criteria", CATALOG)
    call_command("start_ward", EXAMPLE)
    seat = {"position": "Phó Trưởng phòng"}
    call_command("grant", "congan", "province_admin", "tinh-vi-du", **seat)
    admin = User.objects.get(username="congan")
    source = CriteriaSet.objects.get(code=CODE)
    own = copy_set(actor=admin, source=source, owner=the_ward())
    publish_set(actor=admin, criteria_set=own)
    capsys.readouterr()

    call_command("start_ward", EXAMPLE)

    evaluation = Evaluation.objects.get()
    assert evaluation.criteria_set == own
    assert evaluation.assessments.count() == 34
    campaign = evaluation.campaign
    assert (campaign.ward, campaign.year) == (the_ward(), 2026)
    assert (campaign.period_start, campaign.period_end) == (
        dt.date(2026, 1, 1),
        dt.date(2026, 12, 31),
    )
    assert not campaign.is_sample
    printed = capsys.readouterr().out
    assert "0 things made" in printed
    assert "campaign opened on" in printed


def test_only_the_wards_own_copy_opens_its_campaign():
    a_set(code=CODE)  # the country's, published

    assert started().evaluation is None


def test_a_draft_of_the_ward_opens_no_campaign():
    ward = started().ward
    copy_set(actor=TESTS, source=a_set(code=CODE), owner=ward)

    assert started().evaluation is None


def test_the_latest_published_version_of_the_named_set_is_used():
    ward = started().ward
    country, other = a_set(code=CODE), a_set(code="KHAC")
    publish_copy(ward, country)
    second = publish_copy(ward, country)
    publish_copy(ward, other)

    assert started().evaluation.criteria_set == second


@pytest.mark.parametrize("kind", ["commune", "special_zone"])
def test_communes_and_special_zones_start_as_wards_do(kind):
    assert started(units__1__kind=kind).ward.kind == kind


def test_a_year_before_the_reform_goes_through_the_district():
    district = {"slug": "huyen-vi-du", "name": "Huyện Ví Dụ", "kind": "district"}
    units = example()["units"]

    ward = started(units=[units[0], district, units[1]]).ward

    assert ward.parent.slug == "huyen-vi-du"


def test_units_that_are_there_are_used():
    province = UnitFactory(slug="tinh-vi-du", name="Tỉnh Đã Có")

    result = started()

    assert result.ward.parent == province
    assert "Tỉnh Đã Có" not in result.made


def test_a_known_account_keeps_its_password_and_leads(capsys):
    user = UserFactory(username="anbinh.lanhdao")

    call_command("start_ward", EXAMPLE)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.memberships.get().role == Role.WARD_LEADER
    printed = capsys.readouterr().out
    assert (
        "anbinh.lanhdao, whose account is known, leads the ward from today" in printed
    )
    assert "password" not in printed


def test_the_sign_in_name_counts_whatever_its_case():
    UserFactory(username="anbinh.lanhdao")

    started(leader__username="AnBinh.LanhDao")

    assert User.objects.count() == 1


def test_text_is_kept_in_nfc():
    started(units__1__name="Phươ\u0300ng An Bi\u0300nh")

    assert the_ward().name == "Phường An Bình"


# --- Run again --------------------------------------------------------------------


def test_a_second_run_changes_nothing(capsys):
    call_command("start_ward", EXAMPLE)
    publish_copy(the_ward(), a_set(code=CODE))
    call_command("start_ward", EXAMPLE)
    before = everything()
    capsys.readouterr()

    call_command("start_ward", EXAMPLE)

    assert everything() == before
    printed = capsys.readouterr().out
    assert "0 things made" in printed
    assert "is already open" in printed
    assert "password" not in printed


def test_one_body_more_in_the_file_is_one_thing_made(tmp_path, capsys):
    call_command("start_ward", EXAMPLE)
    more = {"name": "Trường Tiểu học An Bình", "kind": "school"}
    capsys.readouterr()

    run(tmp_path, participating_units=[*example()["participating_units"], more])

    assert "1 thing made." in capsys.readouterr().out


def test_what_people_corrected_meanwhile_stays():
    ward = started().ward
    dates = {"code": "29999", "valid_from": None, "valid_to": None}
    update_unit(actor=TESTS, unit=ward, name="Phường An Bình Mới", **dates)
    body = ward.participating_units.get(name="Tổ dân phố 2")
    body.valid_to, body.signs = timezone.localdate(), False
    body.save()

    result = started()

    assert result.made == []
    assert (the_ward().name, the_ward().code) == ("Phường An Bình Mới", "29999")
    assert ward.participating_units.filter(name="Tổ dân phố 2").count() == 1


def test_a_leader_who_handed_over_does_not_come_back():
    seat = Membership.objects.get(user__username=started().username)
    end_membership(actor=TESTS, membership=seat, last_day=timezone.localdate())

    started()

    assert Membership.objects.get().valid_to == timezone.localdate()


def test_leading_another_ward_does_not_count_for_this_one():
    user = UserFactory(username="anbinh.lanhdao")
    MembershipFactory(user=user, role=Role.WARD_LEADER)

    ward = started().ward

    assert user.memberships.filter(unit=ward, role=Role.WARD_LEADER).exists()


# --- Refusals ---------------------------------------------------------------------

MISSING = "This field is missing."
WAY = (
    "Write the units from the province down; the last one, and only it, is a ward,"
    " commune or special zone."
)
PROVINCE, WARD = example()["units"]
FAULTS = {
    "no units": ({"units": []}, "units", MISSING),
    "units no list": ({"units": "x"}, "units", "Write a list, [one, two]."),
    "unit no mapping": (
        {"units": ["x", WARD]},
        "units[1]",
        "Write fields and values here (name: value).",
    ),
    "no ward": ({"units": [PROVINCE]}, "units", WAY),
    "no province": ({"units": [WARD]}, "units", WAY),
    "ward above province": ({"units": [WARD, PROVINCE]}, "units", WAY),
    "province below province": (
        {"units": [PROVINCE, PROVINCE | {"slug": "tinh-hai"}, WARD]},
        "units",
        WAY,
    ),
    "two wards": (
        {"units": [PROVINCE, WARD, WARD | {"slug": "phuong-hai"}]},
        "units",
        WAY,
    ),
    "slug with marks": (
        {"units__1__slug": "phường-an-bình"},
        "units[2].slug",
        "Write letters without marks, digits and hyphens.",
    ),
    "slug missing": ({"units__1__slug": ""}, "units[2].slug", MISSING),
    "slug twice": (
        {"units__1__slug": "tinh-vi-du"},
        "units[2].slug",
        "This name stands twice.",
    ),
    "slug too long": (
        {"units__1__slug": "p" * 61},
        "units[2].slug",
        "The text has 61 characters; at most 60 fit.",
    ),
    "unit without a name": ({"units__1__name": None}, "units[2].name", MISSING),
    "country": (
        {"units__0__kind": "country"},
        "units[1].kind",
        "country is not known. Choose one of: province, district, ward, commune,"
        " special_zone.",
    ),
    "code a number": (
        {"units__1__code": 26734},
        "units[2].code",
        "Write text; put it in quotes.",
    ),
    "day of no calendar": (
        {"units__1__valid_from": "2025-02-30"},
        "units[2].valid_from",
        "Write an existing day as year-month-day: 2026-01-31.",
    ),
    "no bodies": ({"participating_units": None}, "participating_units", MISSING),
    "body of unknown kind": (
        {"participating_units__2__kind": "police"},
        "participating_units[3].kind",
        None,
    ),
    "body twice": (
        {"participating_units__2__name": "UBND phường"},
        "participating_units[3].name",
        "This name stands twice.",
    ),
    "attached to nothing above": (
        {"participating_units__9__attached_to": "Tổ dân phố 3"},
        "participating_units[10].attached_to",
        "No unit above it in the list has this name.",
    ),
    "attached to itself": (
        {"participating_units__7__attached_to": "Tổ dân phố 1"},
        "participating_units[8].attached_to",
        "No unit above it in the list has this name.",
    ),
    "signs as text": (
        {"participating_units__2__signs": "yes"},
        "participating_units[3].signs",
        "Write true or false.",
    ),
    "no leader": ({"leader": None}, "leader.username", MISSING),
    "leader without a position": (
        {"leader__position": "  "},
        "leader.position",
        MISSING,
    ),
    "sign-in name with marks": (
        {"leader__username": "lãnh đạo"},
        "leader.username",
        None,
    ),
    "no set": ({"criteria_set": ""}, "criteria_set", MISSING),
    "no title": ({"campaign__title": None}, "campaign.title", MISSING),
    "no start": ({"campaign__start": None}, "campaign.start", MISSING),
    "end as the office writes it": (
        {"campaign__end": "31/12/2026"},
        "campaign.end",
        "Write an existing day as year-month-day: 2026-01-31.",
    ),
    "period reversed": (
        {"campaign__end": "2025-12-31"},
        "campaign.end",
        "Choose a last day after the first day of the period.",
    ),
    "period of three years": (
        {"campaign__end": "2028-12-31"},
        "campaign.end",
        "The period is longer than two years. Check both dates.",
    ),
    "a field nobody knows": (
        {"campain": {}},
        "campain",
        "This field is not known. Did you mean campaign?",
    ),
    "a field of a unit nobody knows": (
        {"units__1__nmae": "x"},
        "units[2].nmae",
        "This field is not known. Did you mean name?",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_with_its_place(case):
    changes, place, sentence = FAULTS[case]

    with pytest.raises(Faulty) as refusal:
        checked_ward_file(example(**changes))

    told = {fault.field: fault.sentence for fault in refusal.value.faults}
    assert place in told
    assert sentence is None or told[place] == sentence


@pytest.mark.parametrize(
    "case",
    ["slug with marks", "body twice", "no start", "period reversed", "two wards"],
)
def test_one_fault_is_told_once_and_no_other(case):
    changes, place, _sentence = FAULTS[case]

    with pytest.raises(Faulty) as refusal:
        checked_ward_file(example(**changes))

    assert [fault.field for fault in refusal.value.faults] == [place]


def test_a_kind_misspelt_says_nothing_about_the_order():
    with pytest.raises(Faulty) as refusal:
        checked_ward_file(example(units__1__kind="phuong"))

    assert [fault.field for fault in refusal.value.faults] == ["units[2].kind"]


def test_all_faults_are_listed_and_nothing_is_written(tmp_path):
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, units__1__kind="phuong", leader__position="", campaign__end=None)

    lines = str(refusal.value).splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "- units[2].kind",
        "- leader.position",
        "- campaign.end",
    ]
    assert lines[-1] == "Nothing was written."
    assert not AdministrativeUnit.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"units: [", "Line 1, column 9: "),
        (b"\xff\xfe\x00", "This is not a readable YAML file."),
        (b"- a list", "Write fields and values here (name: value)."),
        (b"", "units: This field is missing."),
        (b"a: &x [1]\nunits: *x", "references (*name) are not read"),
        (b"leader: {}\nleader: {}", "the field leader stands twice"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, sentence):
    path = tmp_path / "ward.yaml"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        call_command("start_ward", path)

    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was written.")


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.yaml cannot be read\."):
        call_command("start_ward", tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("slug", "kind"), [("tinh-khac", "province"), ("phuong-an-binh", "district")]
)
def test_a_slug_that_means_another_unit_is_refused(tmp_path, slug, kind):
    """Another province's ward, or a district of that name."""
    other = UnitFactory(slug="tinh-khac")
    known = UnitFactory(slug="phuong-an-binh", kind="district", parent=other)
    before = everything()

    with pytest.raises(CommandError) as refusal:
        run(tmp_path)

    assert (
        "- units[2].slug: phuong-an-binh is already a unit of another kind or place."
        in str(refusal.value)
    )
    assert everything() == before
    assert known.parent == other


def test_what_fails_at_the_end_takes_back_what_was_made_before(tmp_path):
    """The ward ended before the period begins: found when the campaign opens."""
    ward = started().ward
    ended = {"valid_from": None, "valid_to": dt.date(2025, 12, 31)}
    update_unit(actor=TESTS, unit=ward, name=ward.name, code=None, **ended)
    publish_copy(ward, a_set(code=CODE))
    before = everything()
    more = {"name": "Trường Tiểu học An Bình", "kind": "school"}

    with pytest.raises(CommandError) as refusal:
        run(tmp_path, participating_units=[*example()["participating_units"], more])

    assert "Phường An Bình ended on 31/12/2025" in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was written.")
    assert everything() == before


def test_nobody_starts_a_ward_in_another_province():
    """The service checks whoever calls it, as every service does."""
    admin = member(UnitFactory(), Role.PROVINCE_ADMIN)

    with pytest.raises(PermissionDenied):
        start_ward(actor=admin, file=checked_ward_file(example()))

    assert not AdministrativeUnit.objects.filter(slug="tinh-vi-du").exists()


def test_the_page_of_the_format_names_every_field():
    page = (settings.BASE_DIR / "docs" / "ward-file.md").read_text(encoding="utf-8")
    raw = example()
    fields = {*raw, *WARD, *raw["participating_units"][9], *raw["leader"]}

    assert {name for name in fields | {*raw["campaign"]} if name not in page} == set()
