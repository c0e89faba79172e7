"""Heads kept outside the database: a trail rewritten below them is found."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories.criteria import an_evaluation
from tests.factories.wards import TESTS, WardFactory
from wardsecurity.audit.heads import current_heads, read_heads
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.audit.services import canonical, digest, verify_chain
from wardsecurity.wards.services import save_participating_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """The chain of a ward with some entries."""
    ward = WardFactory(slug="phuong-mau")
    an_evaluation({}, ward=ward)
    return TrailChain.objects.get(unit=ward)


def rewritten(chain):
    """The whole chain made anew from another first entry: nothing in it shows."""
    head = ""
    for entry in chain.entries.order_by("seq"):
        payload = json.loads(entry.payload)
        if entry.seq == 1:
            payload["post"] = entry.post = "Người khác"
        entry.prev_hash, entry.payload = head, canonical(payload)
        head = entry.hash = digest(head, entry.payload)
        entry.save()
    chain.hash = head
    chain.save()


def test_heads_come_back_as_they_were_kept(chain, tmp_path):
    call_command("export_heads", to=tmp_path)
    (file,) = tmp_path.iterdir()

    assert file.name == f"{timezone.localdate():%Y-%m-%d}.json"
    assert read_heads(file) == current_heads()
    line = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    assert set(line) == {"at", "chain", "seq", "hash"}
    call_command("verify_trail", heads=file)


def test_a_rewritten_chain_fits_itself_and_not_the_head(chain, tmp_path, capsys):
    call_command("export_heads", to=tmp_path)
    rewritten(chain)
    assert list(verify_chain(chain)) == []

    with pytest.raises(CommandError):
        call_command("verify_trail", heads=tmp_path)
    assert f"phuong-mau/{chain.seq}" in capsys.readouterr().err


def test_a_chain_that_grew_still_holds_its_heads(chain, tmp_path):
    call_command("export_heads", to=tmp_path)
    save_participating_unit(
        actor=TESTS, ward=chain.unit, name="Tổ dân phố 1", kind="residential_group"
    )
    call_command("export_heads", to=tmp_path)  # the same day: added to the file

    (file,) = tmp_path.iterdir()
    seqs = [one.seq for one in read_heads(file) if one.chain == "phuong-mau"]
    assert len(seqs) == 2
    call_command("verify_trail", heads=tmp_path)


def test_a_chain_cut_below_its_head_is_found(chain, tmp_path, capsys):
    call_command("export_heads", to=tmp_path)
    last = chain.entries.get(seq=chain.seq)
    last.texts.all().delete()
    last.delete()
    before = chain.entries.get(seq=chain.seq - 1)
    TrailChain.objects.filter(pk=chain.pk).update(seq=before.seq, hash=before.hash)
    assert list(verify_chain(TrailChain.objects.get(pk=chain.pk))) == []

    with pytest.raises(CommandError):
        call_command("verify_trail", heads=tmp_path)
    assert f"phuong-mau/{chain.seq}" in capsys.readouterr().err


def test_the_file_of_export_heads_of_verify_trail_is_read_too(chain, tmp_path):
    file = tmp_path / "heads.json"
    call_command("verify_trail", export_heads=file)
    call_command("verify_trail", heads=file)
    TrailEntry.objects.filter(chain=chain, seq=chain.seq).update(hash="0" * 64)

    with pytest.raises(CommandError):
        call_command("verify_trail", heads=file)


@pytest.mark.parametrize("content", ["", "x", "[]", '{"chain": 1}', "null", "{}"])
def test_a_file_without_heads_is_refused(chain, tmp_path, content):
    file = tmp_path / "heads.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("verify_trail", heads=file)


def test_a_folder_that_cannot_be_written_is_told(chain, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError):
        call_command("export_heads", to=tmp_path / "file")
