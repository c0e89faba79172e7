"""Commands say in Vietnamese what they did."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from criteria.models import Evaluation
from tests.factories.criteria import an_evaluation

pytestmark = pytest.mark.django_db


def test_tick_says_how_many_years_it_stored_again(capsys, settings, tmp_path):
    settings.HEADS_DIR = tmp_path
    call_command("tick")  # keeps the heads of the day
    capsys.readouterr()

    call_command("tick")

    assert capsys.readouterr().out == "Đã lưu lại điểm của 0 năm.\n"


def test_score_names_the_year_that_is_not_there():
    with pytest.raises(CommandError) as refused:
        call_command("score", "phuong-mau", "2031")

    assert str(refused.value) == "phuong-mau không có kế hoạch năm 2031."


def test_score_says_how_much_it_mended(capsys):
    campaign = an_evaluation({}).campaign
    Evaluation.objects.update(self_met=9)

    call_command("score", campaign.ward.slug, str(campaign.year), "--recompute")

    assert "Tìm thấy và đã sửa 1 chỗ sai khác." in capsys.readouterr().err


def test_tick_keeps_the_heads_once_a_day(settings, tmp_path):
    settings.HEADS_DIR = tmp_path / "heads"
    an_evaluation({})

    call_command("tick")
    (file,) = settings.HEADS_DIR.iterdir()
    kept = file.read_text(encoding="utf-8")
    an_evaluation({})
    call_command("tick")

    assert file.name == f"{timezone.localdate():%Y-%m-%d}.json"
    assert kept == file.read_text(encoding="utf-8") != ""


def test_tick_says_when_the_heads_cannot_be_kept(settings, tmp_path):
    settings.HEADS_DIR = tmp_path / "file"
    settings.HEADS_DIR.write_text("")

    with pytest.raises(CommandError):
        call_command("tick")
