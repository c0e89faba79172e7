"""Words for Zalo: what is due for which unit, and nothing that is nobody's business."""

import datetime as dt

import pytest
from django.utils import timezone

from criteria.models import Assessment, Evaluation
from tests.factories.criteria import an_evaluation, assessment_of, restated
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def evaluation():
    """1 late, of a group; 2 due in a week, of nobody; 3 far away."""
    evaluation = an_evaluation(
        {}, {}, {}, period_start=TODAY - 300 * DAY, period_end=TODAY + 300 * DAY
    )
    group = ParticipatingUnitFactory(ward=evaluation.campaign.ward, name="Tổ dân phố 1")
    for number, days in ((1, -3), (2, 7), (3, 99)):
        row = assessment_of(evaluation, number)
        row.due_on = TODAY + days * DAY
        row.lead_unit = group if number == 1 else None
        row.explanation = "Nguyễn Văn A chưa nộp."
        row.save()
    restated(evaluation)
    return evaluation


def page(client, evaluation):
    campaign = evaluation.campaign
    client.force_login(member(campaign.ward))
    return client.get(f"/w/{campaign.ward.slug}/{campaign.year}/reminder/")


def test_all_units_then_each_that_leads(client, evaluation):
    everyone, group = page(client, evaluation).context["reminders"]

    late = (
        f"- Tiêu chí 1. Tiêu chí thử 1 (quá hạn 3 ngày, hạn {TODAY - 3 * DAY:%d/%m/%Y})"
    )
    assert f"Tổ dân phố 1:\n{late}" in everyone.text
    assert (
        f"- Tiêu chí 2. Tiêu chí thử 2 (hạn {TODAY + 7 * DAY:%d/%m/%Y})"
        in everyone.text
    )
    assert group.text.startswith("Kính gửi: Tổ trưởng Tổ dân phố 1\n")
    assert late in group.text
    for text in (everyone.text, group.text):
        assert "Tiêu chí 3" not in text
        assert "Nguyễn Văn A" not in text


def test_the_words_can_be_selected_without_javascript(client, evaluation):
    html = page(client, evaluation).content.decode()

    assert html.count("readonly>Kính gửi") == 2


@pytest.mark.parametrize("why", ["nothing due", "locked"])
def test_nobody_is_reminded_of_what_cannot_be_done(client, evaluation, why):
    if why == "locked":
        Evaluation.objects.update(state="submitted")
    else:
        Assessment.objects.update(due_on=TODAY + 99 * DAY)
        restated(evaluation)

    assert page(client, evaluation).context["reminders"] == []


def test_my_work_and_the_dashboard_lead_to_the_words(client, evaluation):
    campaign = evaluation.campaign
    client.force_login(member(campaign.ward, Role.WARD_LEADER))
    home = f"/w/{campaign.ward.slug}/{campaign.year}/"
    for address in ("/", home):
        assert f'href="{home}reminder/"' in client.get(address).content.decode()
