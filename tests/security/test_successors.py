"""A predecessor's years: read by the successor's people, at every address, changed at
none. The addresses and what they are sent come from the table of access."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.factories.wards import SuccessionFactory, WardFactory, member
from tests.security.matrix import ACCESS, YEAR, a_place
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

# What a member of the committee reads of the own ward, a successor reads too.
READ = {
    name: row
    for name, row in ACCESS.items()
    if row.of_a_ward and row.get[Role.COMMITTEE_MEMBER] == 200
}
# How far somebody has read belongs to the reader, not to the ward.
OWN_MARKS = {"criteria:comments-read"}
SENT = {
    name: row
    for name, row in ACCESS.items()
    if row.of_a_ward and 302 in row.post.values() and name not in OWN_MARKS
}
LEADING = {
    name: row
    for name, row in ACCESS.items()
    if row.of_a_ward
    and row.get[Role.WARD_LEADER] == 200
    and row.get[Role.COMMITTEE_MEMBER] == 403
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A ward with a year of everything, followed by another; its people and admin."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        place = a_place()
        successor = WardFactory(parent=place.ward.parent)
        SuccessionFactory(predecessor=place.ward, successor=successor)
        people = {
            role: member(successor, role)
            for role in (Role.WARD_LEADER, Role.WARD_STAFF, Role.COMMITTEE_MEMBER)
        }
    yield place, people
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def place(world):
    return world[0]


@pytest.fixture
def leader(client, world):
    """A client signed in as the successor's leader."""
    client.force_login(world[1][Role.WARD_LEADER])
    return client


def url_of(name, place):
    return reverse(name, args=ACCESS[name].args(place))


@pytest.mark.parametrize("name", sorted(READ))
def test_pages_of_a_predecessor_answer_the_successors_leader(leader, place, name):
    answer = leader.get(url_of(name, place))
    assert answer.status_code == 200
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # read to its end, the file is shut


@pytest.mark.parametrize("name", sorted(LEADING))
def test_pages_for_writing_there_say_no(leader, place, name):
    assert leader.get(url_of(name, place)).status_code == 403


@pytest.mark.parametrize("name", sorted(SENT))
@pytest.mark.parametrize("role", [Role.WARD_LEADER, Role.WARD_STAFF])
def test_nothing_is_written_there(client, world, name, role):
    place, people = world
    client.force_login(people[role])
    data = ACCESS[name].data(place)
    # Out of sight (a task of the province, another's notice) is as good as refused.
    assert client.post(url_of(name, place), data).status_code in (403, 404)


def test_the_dashboard_offers_the_successor_nothing_to_write(leader, place):
    page = leader.get(f"/w/{place.ward.slug}/{YEAR}/").content.decode()
    for word in ("/evidence/new/", "/assignments/"):
        assert word not in page


def test_files_and_printed_papers_are_among_what_is_tried():
    assert {"files:download", "files:preview"} <= READ.keys()
    assert any(name.startswith("commitments:paper") for name in READ)
