"""The text of the commitment: drafted, changed, sealed by the first signature."""

import dataclasses
import unicodedata

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import CommitmentContent, CommitmentText
from commitments.selectors.pledge_texts import is_intact, list_texts
from commitments.services.edits import EditConflict
from commitments.services.pledge_texts import (
    Content,
    change_text,
    draft_text,
    start_edition,
    wording_of,
)
from commitments.services.pledges import withdraw_commitment
from tests.commitments.pledging import (
    WORDING,
    a_pledge_campaign,
    a_signing,
    signed,
)
from tests.factories.commitments import CampaignFactory
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


def other(**changes):
    return dataclasses.replace(WORDING, **changes)


@pytest.fixture
def ward():
    campaign, staff, (unit,) = a_pledge_campaign()
    return campaign, staff, unit, CommitmentText.objects.get()


def test_a_draft_holds_its_words_their_digest_and_the_trail():
    campaign = CampaignFactory()

    text = draft_text(actor=member(campaign.ward), campaign=campaign, wording=WORDING)

    assert [one.body_vi for one in text.contents.all()] == [
        one.body for one in WORDING.contents
    ]
    assert (text.edition, text.is_sealed, is_intact(text)) == (1, False, True)
    assert TrailEntry.objects.filter(action="text_drafted", target_id=text.pk).exists()


def test_words_are_kept_in_one_spelling_and_one_kind_of_line_end():
    campaign = CampaignFactory()
    spelt = unicodedata.normalize("NFD", "  Nội dung một\r\ntiếp theo ")

    text = draft_text(
        actor=member(campaign.ward),
        campaign=campaign,
        wording=other(contents=[Content(spelt)]),
    )

    assert text.contents.get().body_vi == "Nội dung một\ntiếp theo"
    assert is_intact(text)


def test_empty_contents_are_left_out():
    campaign = CampaignFactory()
    contents = [Content("Một"), Content(" "), Content("Hai")]

    text = draft_text(
        actor=member(campaign.ward),
        campaign=campaign,
        wording=other(contents=contents),
    )

    assert list(text.contents.values_list("order", "body_vi")) == [
        (1, "Một"),
        (2, "Hai"),
    ]


@pytest.mark.parametrize(
    ("contents", "code"),
    [([], "contents_missing"), ([Content("x")] * 10, "contents_too_many")],
)
def test_a_text_has_one_to_nine_contents(contents, code):
    campaign = CampaignFactory()

    with pytest.raises(RuleViolation) as refused:
        draft_text(
            actor=member(campaign.ward),
            campaign=campaign,
            wording=other(contents=contents),
        )

    assert refused.value.code == code
    assert not CommitmentText.objects.exists()


def test_a_second_first_text_is_refused(ward):
    campaign, staff, _unit, _text = ward

    with pytest.raises(RuleViolation) as refused:
        draft_text(actor=staff, campaign=campaign, wording=WORDING)

    assert refused.value.code == "text_exists"


def test_a_text_nobody_signed_can_be_changed(ward):
    _campaign, staff, _unit, text = ward
    before = text.sha256

    text = change_text(
        actor=staff, text=text, version=1, wording=other(title="Bản giao ước")
    )

    assert (text.title, text.version) == ("Bản giao ước", 2)
    assert text.sha256 != before
    assert is_intact(text)


def test_an_edit_of_an_older_version_is_a_conflict(ward):
    _campaign, staff, _unit, text = ward
    change_text(actor=staff, text=text, version=1, wording=WORDING)

    with pytest.raises(EditConflict):
        change_text(actor=staff, text=text, version=1, wording=WORDING)


def test_the_first_signature_seals_the_text_and_later_ones_change_nothing(ward):
    campaign, staff, unit, text = ward
    signed(staff, campaign, unit)
    text.refresh_from_db()
    sealed_at = text.sealed_at

    withdraw_commitment(
        actor=staff, commitment=unit.commitments.get(), reason="Ghi nhầm."
    )
    signed(staff, campaign, unit)
    text.refresh_from_db()

    assert sealed_at is not None
    assert text.sealed_at == sealed_at


def test_a_sealed_text_never_changes(ward):
    campaign, staff, unit, text = ward
    signed(staff, campaign, unit)

    with pytest.raises(RuleViolation) as refused:
        change_text(actor=staff, text=text, version=1, wording=other(title="Khác"))

    text.refresh_from_db()
    assert refused.value.code == "text_sealed"
    assert text.title == WORDING.title


def test_the_next_edition_copies_the_last_and_leaves_what_was_signed(ward):
    campaign, staff, unit, text = ward
    commitment = signed(staff, campaign, unit)

    new = start_edition(actor=staff, campaign=campaign)
    change_text(actor=staff, text=new, version=1, wording=other(title="Bản thứ hai"))

    commitment.refresh_from_db()
    text.refresh_from_db()
    assert (new.edition, new.is_sealed) == (2, False)
    assert commitment.text == text
    assert text.title == WORDING.title
    assert is_intact(text)


def test_a_copied_edition_has_the_same_digest(ward):
    campaign, staff, unit, text = ward
    signed(staff, campaign, unit)

    assert start_edition(actor=staff, campaign=campaign).sha256 == text.sha256


def test_an_edition_nobody_signed_is_not_copied(ward):
    campaign, staff, _unit, _text = ward

    with pytest.raises(RuleViolation) as refused:
        start_edition(actor=staff, campaign=campaign)

    assert refused.value.code == "edition_open"


def test_without_a_text_there_is_no_next_edition():
    campaign = CampaignFactory()

    with pytest.raises(RuleViolation) as refused:
        start_edition(actor=member(campaign.ward), campaign=campaign)

    assert refused.value.code == "text_missing"


def test_new_signatures_go_under_the_newest_edition(ward):
    campaign, staff, unit, _text = ward
    signed(staff, campaign, unit)
    new = start_edition(actor=staff, campaign=campaign)
    second = a_signing(unit).unit.__class__.objects.create(
        ward=campaign.ward, name="Tổ mới", kind="residential_group"
    )

    assert signed(staff, campaign, second).text == new


@pytest.mark.parametrize("part", ["title", "content"])
def test_words_changed_behind_the_sites_back_are_found_and_not_signed(ward, part):
    campaign, staff, unit, text = ward
    if part == "title":
        CommitmentText.objects.filter(pk=text.pk).update(title="Bản cam kết khác")
    else:
        CommitmentContent.objects.filter(text=text, order=2).update(body_vi="Khác")
    tampered = list_texts(user=staff, campaign=campaign).get()

    with pytest.raises(RuleViolation) as refused:
        signed(staff, campaign, unit)

    assert not is_intact(tampered)
    assert refused.value.code == "text_tampered"


def test_a_closed_campaign_takes_no_text(ward):
    campaign, staff, _unit, text = ward
    campaign.closed_at = timezone.now()
    campaign.save()

    with pytest.raises(RuleViolation) as refused:
        change_text(actor=staff, text=text, version=1, wording=WORDING)

    assert refused.value.code == "campaign_closed"


@pytest.mark.parametrize("role", [Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER])
def test_a_units_contributor_writes_no_text(ward, role):
    campaign, _staff, _unit, text = ward

    with pytest.raises(PermissionDenied):
        change_text(
            actor=member(campaign.ward, role), text=text, version=1, wording=WORDING
        )


def test_the_words_of_an_edition_written_down_again_are_the_same(ward):
    *_rest, text = ward

    assert wording_of(text) == WORDING
