"""My work: what waits for whom, and the badge that counts it."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from criteria.models import Assessment
from criteria.services.assessments import Entry, save_assessment
from tests.factories.commitments import DirectiveFactory
from tests.factories.criteria import an_evaluation, assessment_of, restated, supported
from tests.factories.wards import TESTS, ParticipatingUnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def evaluation():
    """1 late, 2 claimed without evidence, 3 both, 4 late but met, 5 waits."""
    evaluation = an_evaluation(*[{}] * 5)
    supported(evaluation, 4)
    for number in (2, 3, 4):
        row = assessment_of(evaluation, number)
        save_assessment(
            actor=TESTS, assessment=row, version=row.version, entry=Entry("met")
        )
    late = Assessment.objects.filter(criterion__number__in=[1, 3, 4])
    late.update(due_on=YESTERDAY)
    restated(evaluation)
    return evaluation


def home_of(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


def badge(response):
    """The number beside My work, and how it is read out."""
    found = re.search(
        r'<span class="ws-count">(\d+)</span><span class="ws-hidden">([^<]*)</span>',
        response.content.decode(),
    )
    return found and (int(found[1]), found[2].strip())


PAGES = ["/", "{home}", "{home}criteria/", "{home}criteria/5/", "{home}evidence/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.WARD_LEADER])
def test_the_badge_counts_what_the_page_calls_urgent(client, evaluation, page, role):
    client.force_login(member(evaluation.campaign.ward, role))
    client.get(home_of(evaluation))

    response = client.get(page.format(home=home_of(evaluation)))

    assert badge(response) == (3, "việc cần làm ngay")
    assert client.get("/").context["work"].urgent_count == 3


@pytest.mark.parametrize("page", PAGES)
def test_a_contributors_badge_counts_the_own_units_work(client, evaluation, page):
    unit = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    assessment_of(evaluation, 2).supporting_units.add(unit)
    Assessment.objects.filter(criterion__number=5).update(lead_unit=unit)
    client.force_login(
        member(evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
    )
    client.get(home_of(evaluation))

    response = client.get(page.format(home=home_of(evaluation)))

    assert badge(response) == (1, "việc cần làm ngay")
    assert client.get("/").context["work"].urgent_count == 1


@pytest.mark.parametrize("page", PAGES)
def test_who_only_reads_has_no_badge(client, evaluation, page):
    client.force_login(member(evaluation.campaign.ward, Role.COMMITTEE_MEMBER))
    client.get(home_of(evaluation))

    assert badge(client.get(page.format(home=home_of(evaluation)))) is None


# --- Directives count too ---------------------------------------------------------


@pytest.fixture
def directives(evaluation):
    """Two late, one of them for a unit; one reported, one done, one due today."""
    unit = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    for fields in (
        {"responsible_unit": unit},
        {},
        {"status": "reported"},
        {"status": "dropped", "ended_on": YESTERDAY, "outcome": "Thôi."},
        {"due_on": timezone.localdate()},
    ):
        DirectiveFactory(campaign=evaluation.campaign, **{"due_on": YESTERDAY} | fields)
    return unit


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "count"),
    [(Role.WARD_STAFF, 5), (Role.UNIT_CONTRIBUTOR, 1), (Role.COMMITTEE_MEMBER, 0)],
)
def test_overdue_directives_count_for_who_carries_them_out(
    client, evaluation, directives, page, role, count
):
    seat = {"participating_unit": directives} if role == Role.UNIT_CONTRIBUTOR else {}
    client.force_login(member(evaluation.campaign.ward, role, **seat))
    client.get(home_of(evaluation))

    response = client.get(page.format(home=home_of(evaluation)))

    assert (badge(response) or (0,))[0] == count
    assert client.get("/").context["work"].urgent_count == count


def test_a_closed_year_has_no_directive_to_carry_out(client, evaluation, directives):
    campaign = evaluation.campaign
    campaign.closed_at = timezone.now()
    campaign.save()
    client.force_login(member(campaign.ward))

    assert badge(client.get(home_of(evaluation))) is None
    assert client.get("/").context["work"].urgent_count == 0
