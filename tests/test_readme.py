"""What the README tells people to type works in the order it stands there."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from criteria.models import CriteriaSet, Evaluation
from criteria.services.sets import copy_set, publish_set
from wardsecurity.accounts.models import User
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = pytest.mark.django_db

WARD_FILE = settings.BASE_DIR / "docs" / "examples" / "ward.yaml"


def in_the_admin_site():
    """Step 4: the province admin copies the set to the ward and publishes it."""
    admin = User.objects.get(username="quan-tri")
    working = CriteriaSet.objects.get(state="working")
    ward = AdministrativeUnit.objects.get(slug="phuong-an-binh")
    own = copy_set(actor=admin, source=working, owner=ward)
    publish_set(actor=admin, criteria_set=own)


def test_a_real_first_ward_starts_from_an_empty_database():
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    section = readme.split("## A real first ward")[1].split("\n## ")[0]
    steps = re.findall(r"^\d\. (?:`manage\.py migrate`, )?(.+)", section, re.MULTILINE)
    typed = {
        "load_criteria": ["criteria/catalog/criteria-34.yaml"],
        "start_ward": [str(WARD_FILE)],
        "grant": ["quan-tri", "province_admin", "tinh-vi-du", "--position", "Quản trị"],
    }

    for step in steps:
        command = re.match(r"`manage\.py (\w+)", step)
        if command:
            call_command(command[1], *typed[command[1]])
        else:
            in_the_admin_site()

    assert len(steps) == 5
    assert Evaluation.objects.get().campaign.ward.slug == "phuong-an-binh"
