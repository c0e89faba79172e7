"""Codes on papers: one live one a page, made by those who may, followed, revoked."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.factories.commitments import CampaignFactory, CommitmentFactory
from tests.factories.papers import PaperTokenFactory
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.papers import services
from wardsecurity.papers.models import PaperToken
from wardsecurity.papers.selectors import (
    absolute_address,
    printed_addresses,
    trail_line,
)
from wardsecurity.papers.services import Page, revoke_token, tokens_for
from wardsecurity.permissions import Role, system

pytestmark = pytest.mark.django_db

PAGES = [Page("/w/a/2026/commitments/1/", "Tổ 1"), Page("/w/a/2026/x/", "Tổ 2")]
TESTS = system("tests")


@pytest.fixture
def ward():
    return WardFactory()


def made(ward, pages=PAGES):
    return tokens_for(actor=TESTS, row=ward, pages=pages)


def test_each_page_gets_one_code_and_a_second_printing_finds_it(ward):
    first, again = made(ward), made(ward)
    assert [one.path for one in first] == [page.path for page in PAGES]
    assert first == again
    assert PaperToken.objects.count() == 2


def test_codes_made_together_are_trailed_once_and_found_ones_not_at_all(ward):
    codes = made(ward)
    made(ward)
    (entry,) = TrailEntry.objects.filter(action="paper_coded")
    assert str([one.pk for one in codes]).replace(" ", "") in entry.payload


def test_a_rival_printing_wins_and_its_code_is_the_one_printed(ward, monkeypatch):
    """What was looked up before the rival's insert shows nothing."""
    rival = PaperTokenFactory(unit=ward, path=PAGES[0].path)
    looks = iter([lambda unit, paths: {}, services._live])
    monkeypatch.setattr(services, "_live", lambda *args: next(looks)(*args))

    (code,) = made(ward, PAGES[:1])

    assert code == rival
    assert not TrailEntry.objects.filter(action="paper_coded").exists()


@pytest.mark.parametrize(
    "path", ["https://elsewhere.vn/", "//elsewhere.vn/", r"/\x.vn"]
)
def test_a_code_never_leads_to_another_site(ward, path):
    with pytest.raises(ValueError, match="no page"):
        made(ward, [Page(path, "Ra ngoài")])


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.UNIT_CONTRIBUTOR])
def test_readers_make_no_codes(ward, role):
    with pytest.raises(PermissionDenied):
        tokens_for(actor=member(ward, role), row=ward, pages=PAGES)


def test_a_contributor_makes_the_code_of_the_own_units_record():
    commitment = CommitmentFactory(campaign=CampaignFactory())
    person = member(
        commitment.campaign.ward,
        Role.UNIT_CONTRIBUTOR,
        participating_unit=commitment.unit,
    )
    assert len(tokens_for(actor=person, row=commitment, pages=PAGES)) == 2


def test_a_revoked_code_is_trailed_and_the_next_printing_makes_another(ward):
    (old,) = made(ward, PAGES[:1])
    revoked = revoke_token(actor=member(ward), token=old)
    (new,) = made(ward, PAGES[:1])
    assert revoked.revoked_at is not None
    assert new.token != old.token
    assert TrailEntry.objects.filter(action="paper_revoked", target_id=old.pk).exists()


def test_a_code_is_revoked_once(ward):
    (code,) = made(ward, PAGES[:1])
    revoke_token(actor=TESTS, token=code)
    with pytest.raises(RuleViolation) as refusal:
        revoke_token(actor=TESTS, token=code)
    assert refusal.value.code == "token_revoked"


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.PROVINCE_VERIFIER])
def test_readers_revoke_nothing(ward, role):
    (code,) = made(ward, PAGES[:1])
    place = ward if role == Role.COMMITTEE_MEMBER else ward.parent
    with pytest.raises(PermissionDenied):
        revoke_token(actor=member(place, role), token=code)
    code.refresh_from_db()
    assert code.revoked_at is None


def test_the_address_on_paper_is_that_of_the_public_site(ward, settings):
    settings.PUBLIC_URL = "https://phuong.example.vn/"
    token = PaperTokenFactory(unit=ward)
    assert absolute_address(token) == f"https://phuong.example.vn/q/{token.token}/"


def test_only_live_codes_of_the_own_ward_are_printed(ward, django_assert_num_queries):
    person = member(ward)
    live, dead = made(ward)
    revoke_token(actor=TESTS, token=dead)
    PaperTokenFactory(unit=WardFactory(), path="/w/b/")
    paths = [live.path, dead.path, "/w/b/"]
    with django_assert_num_queries(1):
        found = printed_addresses(user=person, unit=ward, paths=paths)
    assert found == {live.path: absolute_address(live)}


def test_the_foot_names_the_head_of_the_wards_trail(ward):
    person = member(ward)
    made(ward)
    head = TrailEntry.objects.filter(chain__unit=ward).order_by("-seq").first()
    assert trail_line(user=person, unit=ward) == f"Nhật ký {head.seq} · {head.hash}"
    assert trail_line(user=member(WardFactory()), unit=ward) == ""


# --- Following --------------------------------------------------------------------


def follow(client, user, token):
    if user:
        client.force_login(user)
    return client.get(reverse("papers:follow", args=[token]))


def test_a_code_leads_on_for_those_who_see_the_ward(client, ward):
    token = PaperTokenFactory(unit=ward, path="/w/a/2026/commitments/1/")
    response = follow(client, member(ward), token.token)
    assert (response.status_code, response.url) == (302, token.path)
    assert "no-store" in response["Cache-Control"]


def test_a_code_asks_a_stranger_to_sign_in_and_comes_back(client, ward):
    token = PaperTokenFactory(unit=ward)
    address = reverse("papers:follow", args=[token.token])
    assert client.get(address).url == f"/accounts/login/?next={address}"


def test_another_wards_code_is_not_there_live_or_revoked(client, ward):
    token = PaperTokenFactory(unit=ward)
    outsider = member(WardFactory())
    assert follow(client, outsider, token.token).status_code == 404
    revoke_token(actor=TESTS, token=token)
    assert follow(client, outsider, token.token).status_code == 404


def test_the_province_follows_a_wards_code(client):
    ward = WardFactory(parent=UnitFactory())
    token = PaperTokenFactory(unit=ward)
    person = member(ward.parent, Role.PROVINCE_VERIFIER)
    assert follow(client, person, token.token).status_code == 302


@pytest.mark.parametrize("token", ["khong-co", "x" * 5000, "ế", "%00"])
def test_an_unknown_code_is_not_there(client, ward, token):
    assert follow(client, member(ward), token).status_code == 404


def test_a_revoked_code_says_so_and_leads_nowhere(client, ward):
    token = PaperTokenFactory(unit=ward, title="Bản cam kết <Tổ 1>")
    revoke_token(actor=TESTS, token=token)
    response = follow(client, member(ward), token.token)
    assert response.status_code == 410
    assert "Bản cam kết &lt;Tổ 1&gt;" in response.content.decode()


def test_a_new_secret_key_kills_no_printed_paper(client, ward, settings):
    person, (code,) = member(ward), made(ward, PAGES[:1])
    address = absolute_address(code)
    settings.SECRET_KEY = "another key, of another year"
    client.force_login(person)
    assert client.get(address).url == PAGES[0].path
    assert made(ward, PAGES[:1]) == [code]
