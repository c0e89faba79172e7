"""What pages say: the right word in the right place."""

import datetime as dt
import re

import pytest

from criteria.models import CriteriaSet, Criterion, ScorePoint
from criteria.selectors.boards import get_board
from criteria.services.assessments import Entry, save_assessment
from tests.factories.criteria import a_set, an_evaluation, assessment_of, supported
from tests.factories.wards import TESTS, WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    return an_evaluation({}, {"measured": True}, {})


@pytest.fixture
def home(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


@pytest.fixture
def staff(client, evaluation):
    user = member(evaluation.campaign.ward)
    client.force_login(user)
    return user


def words_of(response):
    """What a person reads: the text without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_opening_a_year_asks_for_the_name_of_the_plan(client):
    ward = WardFactory()
    client.force_login(member(ward, Role.WARD_LEADER))

    words = words_of(client.get(f"/w/{ward.slug}/campaigns/new/"))

    assert "Tên kế hoạch, chương trình" in words
    assert "Tên minh chứng" not in words


# --- Where the criteria come from -------------------------------------------------

READ = ["/", "{home}", "{home}print/", "{home}criteria/", "{home}criteria/1/"]
HEADING = "Bộ tiêu chí là bản làm việc."
STATEMENT = "Bộ tiêu chí để thử."


def opened_on(client, state, **kwargs):
    """A campaign on a set of four criteria, one of them checked; its addresses."""
    criteria_set = a_set({}, {}, {}, {"provenance": "annex_summary"}, state=state)
    evaluation = an_evaluation(criteria_set=criteria_set, **kwargs)
    client.force_login(member(evaluation.campaign.ward))
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


@pytest.mark.parametrize("page", READ)
def test_a_working_set_is_called_so_wherever_a_criterion_is_read(client, page):
    home = opened_on(client, "working", is_example=True)

    words = words_of(client.get(page.format(home=home)))

    assert f"{HEADING} Cần đối chiếu với phụ lục kế hoạch của phường." in words
    assert STATEMENT in words


@pytest.mark.parametrize("page", READ)
def test_a_published_set_says_what_is_still_drafted_and_is_never_called_working(
    client, page
):
    home = opened_on(client, "published")
    CriteriaSet.objects.update(
        version=3, published_at=dt.datetime(2026, 2, 5, tzinfo=dt.UTC)
    )

    words = words_of(client.get(page.format(home=home)))

    assert "Bộ tiêu chí của Việt Nam, phiên bản 3." in words
    assert "Ban hành ngày 05/02/2026; 3 trên 4 tiêu chí" in words
    assert STATEMENT in words
    assert HEADING not in words


def test_a_set_checked_to_the_last_criterion_says_nothing_more(client):
    home = opened_on(client, "published")
    Criterion.objects.update(provenance="other_rule")

    assert STATEMENT not in words_of(client.get(home))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("drafted", "Nguồn gốc nội dung Do dự án tự soạn Lịch sử"),
        ("Bài 2023; chi tiết drafted", "Bài 2023; chi tiết do dự án tự soạn"),
        ("Thông tư 124", "Do dự án tự soạn Thông tư 124"),
    ],
)
def test_a_source_is_told_in_vietnamese_and_once(client, staff, home, source, shown):
    Criterion.objects.update(source=source)

    words = words_of(client.get(f"{home}criteria/1/"))

    assert shown in words
    assert "drafted" not in words


# --- What a sample is called ------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "not_words"),
    [
        ("is_example", "Ví dụ theo bài báo", "Số liệu minh họa"),
        ("is_synthetic", "Số liệu minh họa", "Ví dụ theo bài báo"),
    ],
)
@pytest.mark.parametrize("page", ["{home}", "{home}print/", "/campaigns/"])
def test_facts_of_an_article_are_not_called_invented(
    client, page, kind, words, not_words
):
    home = opened_on(client, "working", **{kind: True})

    said = words_of(client.get(page.format(home=home)))

    assert words in said
    assert not_words not in said


def test_a_ward_written_small_is_shown_with_a_capital(client, evaluation, home, staff):
    ward = evaluation.campaign.ward
    ward.name = "phường Đức Ninh Đông"
    ward.save()

    assert "Phường Đức Ninh Đông" in words_of(client.get(home))


# --- The progress line ------------------------------------------------------------


def test_points_after_the_period_belong_to_its_last_month():
    evaluation = an_evaluation({}, year=2023)
    ScorePoint.objects.create(evaluation=evaluation, day=dt.date(2023, 11, 5), met=0)
    ScorePoint.objects.create(evaluation=evaluation, day=dt.date(2024, 3, 5), met=1)
    supported(evaluation, 1)
    row = assessment_of(evaluation)
    save_assessment(
        actor=TESTS, assessment=row, version=row.version, entry=Entry("met")
    )

    user = member(evaluation.campaign.ward)
    points = get_board(user=user, evaluation=row.evaluation).points

    assert [(one.label, one.met, one.is_last) for one in points] == [
        ("T11", 0, False),
        ("T12", 1, True),
    ]


# --- The next criterion -----------------------------------------------------------


@pytest.mark.parametrize(
    ("following", "number"), [("2", 2), ("99999", 1), ("0", 1), ("x", 1), ("", 1)]
)
def test_saving_leads_to_a_criterion_that_is_there(
    client, staff, home, following, number
):
    form = {"version": 1, "choice": "met", "next": following}

    response = client.post(f"{home}criteria/1/assess/", form)

    assert response.url == f"{home}criteria/{number}/"
