"""Real threads: one live commitment a unit, whoever is first."""

import pytest

from commitments.models import Commitment, CommitmentText, SigningCeremony
from commitments.services.pledge_ceremonies import (
    CeremonyRefused,
    Occasion,
    Signature,
    hold_ceremony,
)
from commitments.services.pledge_texts import change_text
from commitments.services.pledges import renew_commitment
from tests.commitments.pledging import (
    TODAY,
    WORDING,
    a_pledge_campaign,
    a_signing,
    signed,
)
from tests.factories.wards import member
from tests.test_races import together
from wardsecurity.errors import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)


def codes(results):
    return sorted(one.code for one in results if isinstance(one, RuleViolation))


def test_two_signings_of_one_unit_at_once_make_one():
    campaign, staff, (unit,) = a_pledge_campaign()
    people = [staff, *(member(campaign.ward) for _ in range(3))]

    results = together(
        *[lambda who=person: signed(who, campaign, unit) for person in people]
    )

    assert codes(results) == ["signed_already"] * 3
    assert Commitment.objects.count() == 1


def test_a_ceremony_and_a_single_signing_at_once_keep_one_whole():
    """Whichever comes first; a ceremony that comes second saves nothing of itself."""
    campaign, staff, units = a_pledge_campaign(units=3)
    other = member(campaign.ward)

    def ceremony():
        return hold_ceremony(
            actor=staff,
            campaign=campaign,
            occasion=Occasion(TODAY),
            signatures=[Signature(unit, "Tổ trưởng") for unit in units],
        )

    results = together(ceremony, lambda: signed(other, campaign, units[1]))

    if isinstance(results[0], CeremonyRefused):
        assert list(results[0].rows) == [units[1].pk]
        assert Commitment.objects.count() == 1
        assert not SigningCeremony.objects.exists()
    else:
        assert codes(results) == ["signed_already"]
        assert Commitment.objects.count() == 3


def test_two_ceremonies_at_once_record_each_unit_once():
    campaign, staff, units = a_pledge_campaign(units=4)
    people = [staff, member(campaign.ward)]

    def ceremony(person):
        return lambda: hold_ceremony(
            actor=person,
            campaign=campaign,
            occasion=Occasion(TODAY),
            signatures=[Signature(unit, "Tổ trưởng") for unit in units],
        )

    results = together(*map(ceremony, people))

    assert sum(isinstance(one, CeremonyRefused) for one in results) == 1
    assert SigningCeremony.objects.count() == 1
    assert Commitment.objects.count() == 4


def test_two_renewals_at_once_renew_once():
    campaign, staff, (unit,) = a_pledge_campaign()
    row = signed(staff, campaign, unit)
    people = [staff, member(campaign.ward)]

    results = together(
        *[
            lambda who=person: renew_commitment(
                actor=who, commitment=row, signing=a_signing(unit)
            )
            for person in people
        ]
    )

    assert codes(results) == ["not_standing"]
    assert Commitment.objects.filter(ended_at=None, withdrawn_at=None).count() == 1


def test_a_text_is_not_changed_while_its_first_unit_signs():
    """Either the change comes before the signature, or it is refused."""
    campaign, staff, (unit,) = a_pledge_campaign()
    text = CommitmentText.objects.get()
    other = member(campaign.ward)

    results = together(
        lambda: signed(staff, campaign, unit),
        lambda: change_text(actor=other, text=text, version=1, wording=WORDING),
    )

    row = Commitment.objects.get()
    text.refresh_from_db()
    assert text.is_sealed
    assert codes(results) in ([], ["text_sealed"])
    assert row.text.sha256 == text.sha256
