"""The trail: every change behind its back is found, with its place."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories.criteria import an_evaluation
from tests.factories.wards import TESTS, WardFactory
from wardsecurity.audit.models import TrailChain, TrailEntry, TrailText
from wardsecurity.audit.services import verify_chain
from wardsecurity.wards.services import save_participating_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """The chain of a ward with five entries and their texts."""
    ward = WardFactory()
    an_evaluation({}, ward=ward)
    for name in ("Tổ dân phố 1", "Tổ dân phố 2"):
        save_participating_unit(
            actor=TESTS, ward=ward, name=name, kind="residential_group"
        )
    return TrailChain.objects.get(unit=ward)


def entry(chain, seq):
    return TrailEntry.objects.filter(chain=chain, seq=seq)


def test_a_chain_as_written_is_whole(chain):
    assert chain.seq == 5
    assert list(verify_chain(chain)) == []
    call_command("verify_trail")


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        {"payload": "{}"},
        {"post": "Người khác"},
        {"action": "something_else"},
        {"hash": "0" * 64},
        {"at": timezone.now()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found(chain, seq, change):
    entry(chain, seq).update(**change)
    assert any(f"/{seq}:" in fault for fault in verify_chain(chain))


def test_a_removed_entry_is_found(chain):
    TrailText.objects.filter(entry__chain=chain, entry__seq=2).delete()
    entry(chain, 2).delete()
    assert any("/3:" in fault for fault in verify_chain(chain))


def test_a_cut_off_end_is_found(chain):
    TrailText.objects.filter(entry__chain=chain, entry__seq=5).delete()
    entry(chain, 5).delete()
    (fault,) = verify_chain(chain)
    assert "4" in fault
    assert "5" in fault


def test_swapped_entries_are_found(chain):
    entry(chain, 2).update(seq=99)
    entry(chain, 3).update(seq=2)
    entry(chain, 99).update(seq=3)
    assert list(verify_chain(chain))


def test_a_changed_text_is_found_and_an_erased_one_breaks_nothing(chain):
    text = TrailText.objects.filter(entry__chain=chain).first()
    TrailText.objects.filter(pk=text.pk).update(text="khác")
    (fault,) = verify_chain(chain)
    assert text.field in fault
    TrailText.objects.filter(pk=text.pk).update(text="", erased_at=timezone.now())
    assert list(verify_chain(chain)) == []


def test_the_command_fails_when_anything_was_changed(chain):
    entry(chain, 1).update(post="Người khác")
    with pytest.raises(CommandError):
        call_command("verify_trail")
