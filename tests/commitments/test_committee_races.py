"""Two people at the committee at once."""

import pytest

from commitments.models import CommitteeMember
from commitments.services.members import (
    MemberFacts,
    Successor,
    add_member,
    replace_member,
)
from tests.commitments.test_committees import MIDSUMMER, NEW_YEAR
from tests.factories.commitments import CommitteeFactory, MemberFactory
from tests.factories.wards import member
from tests.test_races import together
from wardsecurity.errors import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("terms", [(None, None), (MIDSUMMER, MIDSUMMER)])
def test_two_heads_at_once_become_one(terms):
    """Also where neither term is open, which the database alone would let pass."""
    committee = CommitteeFactory()
    people = [member(committee.campaign.ward) for _ in range(2)]

    def adding(person, last_day):
        facts = MemberFacts(
            role="truong_ban",
            position="Bí thư",
            valid_from=NEW_YEAR,
            valid_to=last_day,
        )
        return lambda: add_member(actor=person, committee=committee, facts=facts)

    results = together(*map(adding, people, terms))

    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["two_heads"]
    assert committee.members.count() == 1


def test_one_member_replaced_twice_at_once_has_one_successor():
    row = MemberFactory(role="truong_ban")
    people = [member(row.committee.campaign.ward) for _ in range(2)]

    def replacing(person):
        return lambda: replace_member(
            actor=person,
            member=row,
            version=1,
            last_day=MIDSUMMER,
            successor=Successor("Người mới"),
        )

    results = together(*map(replacing, people))

    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["conflict"]
    assert CommitteeMember.objects.count() == 2
