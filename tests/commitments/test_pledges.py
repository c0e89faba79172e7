"""A unit signs, signs again, withdraws; its signed paper is kept."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from commitments.models import Commitment, CommitmentText
from commitments.services.pledges import (
    attach_scan,
    keep_scan,
    renew_commitment,
    sign_commitment,
    withdraw_commitment,
)
from tests.commitments.pledging import (
    TODAY,
    a_peoples_committee,
    a_pledge_campaign,
    a_signing,
    a_unit,
    signed,
    the_day_before,
)
from tests.factories.commitments import CampaignFactory, OutsideBodyFactory
from tests.factories.files import StoredFileFactory, ooxml, pdf, picture, upload
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    campaign, staff, (unit,) = a_pledge_campaign()
    return campaign, staff, unit


def refusal(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_signing_keeps_day_position_other_party_and_who_recorded_it(ward):
    campaign, staff, unit = ward
    committee = a_peoples_committee(campaign)

    row = signed(
        staff,
        campaign,
        unit,
        signer_name="Nguyễn Văn A",
        counterparty_unit=committee,
        valid_to=TODAY,
    )

    assert (row.signed_on, row.signer_position) == (TODAY, "Tổ trưởng")
    assert (row.signer_name, row.counterparty_unit) == ("Nguyễn Văn A", committee)
    assert (row.recorded_by, row.recorded_post) == (staff, "Cán bộ phường")


def test_the_trail_names_the_edition_its_digest_and_the_signer_apart(ward):
    campaign, staff, unit = ward

    row = signed(staff, campaign, unit, signer_name="Nguyễn Văn A")

    entry = TrailEntry.objects.get(action="commitment_signed", target_id=row.pk)
    assert row.text.sha256 in entry.payload
    assert "Nguyễn" not in entry.payload
    assert {one.field: one.text for one in entry.texts.all()} == {
        "position": "Tổ trưởng",
        "name": "Nguyễn Văn A",
    }


def test_a_signer_has_a_position(ward):
    campaign, staff, unit = ward

    code = refusal(signed, staff, campaign, unit, signer_position="  ")

    assert code == "position_missing"
    assert not Commitment.objects.exists()


def test_the_database_too_asks_for_a_position(ward):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)

    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=row.pk).update(signer_position="")


def test_a_day_in_the_future_is_refused(ward):
    campaign, staff, unit = ward
    tomorrow = TODAY + dt.timedelta(days=1)

    assert refusal(signed, staff, campaign, unit, signed_on=tomorrow) == "in_future"


def test_a_day_before_the_campaign_is_refused_and_its_first_day_taken(ward):
    campaign, staff, unit = ward
    first = campaign.period_start

    code = refusal(signed, staff, campaign, unit, signed_on=the_day_before(first))

    assert code == "outside_campaign"
    assert signed(staff, campaign, unit, signed_on=first)


def test_a_day_after_the_campaigns_end_is_refused():
    last_year = TODAY.year - 1
    campaign, staff, (unit,) = a_pledge_campaign(period_start=dt.date(last_year, 1, 1))

    assert refusal(signed, staff, campaign, unit) == "outside_campaign"


def test_a_unit_of_another_ward_does_not_sign_here(ward):
    campaign, staff, _unit = ward

    code = refusal(signed, staff, campaign, ParticipatingUnitFactory())

    assert code == "other_ward"


def test_a_unit_that_does_not_sign_is_refused(ward):
    campaign, staff, _unit = ward

    code = refusal(signed, staff, campaign, a_unit(campaign, signs=False))

    assert code == "unit_does_not_sign"


def test_a_unit_that_had_ended_on_the_day_is_refused(ward):
    campaign, staff, _unit = ward
    ended = a_unit(campaign, valid_to=the_day_before(TODAY))

    assert refusal(signed, staff, campaign, ended) == "unit_does_not_sign"


def test_the_other_party_is_of_the_ward_and_not_the_unit_itself(ward):
    campaign, staff, unit = ward
    other = ParticipatingUnitFactory()
    body = OutsideBodyFactory()

    codes = [
        refusal(signed, staff, campaign, unit, counterparty_unit=other),
        refusal(signed, staff, campaign, unit, counterparty_body=body),
        refusal(signed, staff, campaign, unit, counterparty_unit=unit),
    ]

    assert codes == ["other_ward", "other_ward", "signs_with_itself"]


def test_one_other_party_at_most(ward):
    campaign, staff, unit = ward

    code = refusal(
        signed,
        staff,
        campaign,
        unit,
        counterparty_unit=a_peoples_committee(campaign),
        counterparty_body=OutsideBodyFactory(ward=campaign.ward),
    )

    assert code == "two_parties"


def test_a_body_above_may_be_the_other_party_or_none(ward):
    campaign, staff, unit = ward
    body = OutsideBodyFactory(ward=campaign.ward)

    assert signed(staff, campaign, unit, counterparty_body=body)
    assert signed(staff, campaign, a_unit(campaign)).counterparty_unit is None


def test_it_does_not_end_before_it_was_signed(ward):
    campaign, staff, unit = ward

    code = refusal(signed, staff, campaign, unit, valid_to=the_day_before(TODAY))

    assert code == "valid_to_before"


def test_nothing_is_signed_without_a_text():
    campaign = CampaignFactory()
    unit = a_unit(campaign)

    assert refusal(signed, member(campaign.ward), campaign, unit) == "text_missing"


def test_a_second_live_commitment_of_a_unit_is_refused(ward):
    campaign, staff, unit = ward
    signed(staff, campaign, unit)

    assert refusal(signed, staff, campaign, unit) == "signed_already"
    assert unit.commitments.count() == 1


def test_the_constraint_itself_is_said_in_words(ward, monkeypatch):
    """Should the look before the write miss a row, the database's refusal is told."""
    campaign, staff, unit = ward
    signed(staff, campaign, unit)
    monkeypatch.setattr("django.db.models.QuerySet.exists", lambda rows: False)
    monkeypatch.setattr("commitments.services.pledges.checked", lambda row: None)

    assert refusal(signed, staff, campaign, unit) == "signed_already"


def test_a_closed_campaign_takes_no_signing(ward):
    campaign, staff, unit = ward
    campaign.closed_at = timezone.now()
    campaign.save()

    assert refusal(signed, staff, campaign, unit) == "campaign_closed"


# --- Who may ----------------------------------------------------------------------


def test_a_contributor_signs_for_the_own_unit_only(ward):
    campaign, _staff, unit = ward
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)

    assert signed(person, campaign, unit)
    with pytest.raises(PermissionDenied):
        signed(person, campaign, a_unit(campaign))


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN])
def test_who_does_not_keep_records_does_not_sign(ward, role):
    campaign, _staff, unit = ward
    place = campaign.ward.parent if "province" in role else campaign.ward

    with pytest.raises(PermissionDenied):
        signed(member(place, role), campaign, unit)


# --- Again, and no longer ---------------------------------------------------------


def test_signing_again_ends_what_stood_and_refers_to_it(ward):
    campaign, staff, unit = ward
    old = signed(staff, campaign, unit, signed_on=campaign.period_start)

    new = renew_commitment(actor=staff, commitment=old, signing=a_signing(unit))

    old.refresh_from_db()
    assert (old.is_live, new.is_live, new.renews) == (False, True, old)
    assert old.signed_on == campaign.period_start


def test_signing_again_holds_to_the_same_days(ward):
    campaign, staff, unit = ward
    old = signed(staff, campaign, unit)
    early = a_signing(unit, signed_on=the_day_before(campaign.period_start))

    code = refusal(renew_commitment, actor=staff, commitment=old, signing=early)

    old.refresh_from_db()
    assert code == "outside_campaign"
    assert old.is_live


def test_what_no_longer_stands_is_not_renewed(ward):
    campaign, staff, unit = ward
    old = signed(staff, campaign, unit)
    renew_commitment(actor=staff, commitment=old, signing=a_signing(unit))

    code = refusal(
        renew_commitment, actor=staff, commitment=old, signing=a_signing(unit)
    )

    assert code == "not_standing"


def test_a_withdrawn_one_stays_with_its_reason_and_the_unit_may_sign(ward):
    campaign, staff, unit = ward
    old = signed(staff, campaign, unit)

    withdraw_commitment(actor=staff, commitment=old, reason="Ghi nhầm đơn vị.")
    signed(staff, campaign, unit)

    old.refresh_from_db()
    assert (old.is_live, old.withdrawn_reason) == (False, "Ghi nhầm đơn vị.")
    assert unit.commitments.count() == 2


def test_withdrawing_needs_a_reason(ward):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)

    code = refusal(withdraw_commitment, actor=staff, commitment=row, reason=" ")

    assert code == "reason_missing"


def test_withdrawing_twice_is_refused(ward):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)
    withdraw_commitment(actor=staff, commitment=row, reason="Nhầm.")

    code = refusal(withdraw_commitment, actor=staff, commitment=row, reason="Nhầm.")

    assert code == "not_standing"


# --- The signed paper -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"), [(pdf(), "ban-ky.pdf"), (picture(), "ban-ky.jpg")]
)
def test_a_pdf_or_a_picture_is_kept_as_the_scan(ward, evidence_root, content, name):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)

    stored = keep_scan(actor=staff, row=row, upload=upload(content, name))
    row = attach_scan(actor=staff, commitment=row, stored=stored)

    assert (row.scan, row.scan_name) == (stored, name)


def test_a_word_file_is_no_scan(ward, evidence_root):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)

    with pytest.raises(RuleViolation) as refused:
        keep_scan(actor=staff, row=row, upload=upload(ooxml(), "ban-ky.docx"))

    assert (refused.value.code, refused.value.field) == ("scan_type", "scan")


def test_what_is_no_file_of_a_known_kind_is_no_scan(ward, evidence_root):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)

    with pytest.raises(RuleViolation) as refused:
        keep_scan(actor=staff, row=row, upload=upload(b"<svg/>", "ban-ky.svg"))

    assert refused.value.field == "scan"


def test_a_replaced_scan_is_named_in_the_trail(ward):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)
    first, second = StoredFileFactory.create_batch(2, unit=campaign.ward, missing=True)
    attach_scan(actor=staff, commitment=row, stored=first)

    attach_scan(actor=staff, commitment=row, stored=second)

    entry = TrailEntry.objects.filter(action="commitment_scanned").latest("pk")
    assert first.sha256 in entry.payload
    assert entry.texts.get(field="name_before").text == first.name


def test_another_wards_file_is_not_hung_on(ward):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)
    foreign = StoredFileFactory(missing=True)

    code = refusal(attach_scan, actor=staff, commitment=row, stored=foreign)

    assert code == "other_ward"


def test_a_contributor_keeps_no_scan_for_another_unit(ward, evidence_root):
    campaign, staff, unit = ward
    row = signed(staff, campaign, unit)
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR)

    with pytest.raises(PermissionDenied):
        keep_scan(actor=person, row=row, upload=upload(pdf()))


def test_a_refused_signing_seals_nothing(ward):
    campaign, staff, unit = ward

    refusal(
        sign_commitment,
        actor=staff,
        campaign=campaign,
        signing=a_signing(unit, signer_position=""),
    )

    assert not CommitmentText.objects.get().is_sealed
