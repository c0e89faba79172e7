"""The trail page: filters, paging, the check of the chain; who may read it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.selectors.trail import APART, get_choices, lines_of, list_trail
from criteria.services.assessments import Entry
from criteria.services.evidence import unlink_evidence
from tests.criteria.test_assessments import assess
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry, TrailText
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def evaluation():
    """A year with a short chain."""
    return an_evaluation({}, {})


@pytest.fixture
def staff(evaluation):
    """Somebody of the ward's staff."""
    return member(evaluation.campaign.ward, position="Công chức Văn phòng")


@pytest.fixture
def page(client, evaluation, staff):
    """Ask for the trail page with a query, as somebody."""

    def ask(query="", *, user=staff, method="get"):
        client.force_login(user)
        campaign = evaluation.campaign
        address = f"/w/{campaign.ward.slug}/{campaign.year}/trail/{query}"
        return getattr(client, method)(address)

    return ask


def seqs(user, evaluation, **asked):
    """Places in the chain of what is found."""
    found = list_trail(user=user, evaluation=evaluation, **asked)
    return [entry.seq for entry in found]


def test_the_newest_stands_first_in_words(evaluation, staff):
    assess(evaluation, Entry("met"), number=2, actor=staff)
    lines = lines_of(list_trail(user=staff, evaluation=evaluation))

    assert [line.seq for line in lines] == sorted(
        (line.seq for line in lines), reverse=True
    )
    first = lines[0]
    assert (first.what, first.who) == (
        "Đánh giá: chưa đánh giá → đạt",
        "Công chức Văn phòng",
    )
    assert first.about.startswith("2. ")


def test_by_person_and_post(evaluation, staff):
    other = member(evaluation.campaign.ward, position="Phó Chủ tịch UBND phường")
    assess(evaluation, Entry("met"), number=1, actor=staff)
    assess(evaluation, Entry("met"), number=2, actor=other)
    who = f"{other.username}{APART}Phó Chủ tịch UBND phường"

    (found,) = list_trail(user=staff, evaluation=evaluation, who=who)

    assert found.actor == other.username
    assert who in dict(get_choices(user=staff, evaluation=evaluation).people)


def test_by_action(evaluation, staff):
    assess(evaluation, Entry("met"), number=1, actor=staff)

    found = list_trail(user=staff, evaluation=evaluation, action="criterion_assessed")

    assert [entry.action for entry in found] == ["criterion_assessed"]


def test_by_days_the_last_one_included(evaluation, staff):
    noon = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))
    days = {seq: noon - dt.timedelta(days=9 - seq) for seq in (1, 2)}
    for seq, at in days.items():
        TrailEntry.objects.filter(chain__unit=evaluation.campaign.ward, seq=seq).update(
            at=at
        )
    on = [days[seq].date() for seq in (1, 2)]

    assert seqs(staff, evaluation, since=on[0], until=on[0]) == [1]
    assert seqs(staff, evaluation, since=on[0], until=on[1]) == [2, 1]
    assert 1 not in seqs(staff, evaluation, since=on[1])


def test_the_edge_of_a_day_is_the_wards_midnight(evaluation, staff):
    """23:30 in Viet Nam is still that day, whatever UTC says."""
    late = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(23, 30)))
    TrailEntry.objects.filter(chain__unit=evaluation.campaign.ward).update(at=late)

    assert seqs(staff, evaluation, until=TODAY)
    assert not seqs(staff, evaluation, since=TODAY + dt.timedelta(days=1))


def test_by_criterion_with_evidence_of_now_and_of_before(evaluation, staff):
    shared = supported(evaluation, 1, 2)
    assess(evaluation, Entry("met"), number=1, actor=staff)
    assess(evaluation, Entry("met"), number=2, actor=staff)
    unlink_evidence(
        actor=staff, assessment=assessment_of(evaluation, 1), evidence=shared
    )

    found = list_trail(user=staff, evaluation=evaluation, number="1")

    actions = [entry.action for entry in found]
    assert actions == ["evidence_unlinked", "criterion_assessed"]


def test_another_wards_chain_never_shows(evaluation, staff):
    other = an_evaluation({})

    assert seqs(staff, other) == []


def test_filters_join_in_the_page(page, evaluation, staff):
    assess(evaluation, Entry("met"), number=1, actor=staff)
    day = f"{TODAY:%d/%m/%Y}"
    response = page(f"?action=criterion_assessed&number=1&since={day}&until={day}")

    assert response.status_code == 200
    assert response.content.decode().count('class="ws-entry"') == 1


def test_nothing_found_offers_the_way_back(page):
    assert "Bỏ lọc" in page("?since=01/01/2001&until=02/01/2001").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "since=31/02/2026",
        "until=x",
        "who=ai%7Cdo",
        "action=evidence_eaten",
        "number=99",
        "number=%00",
        "who=%00",
        "since=02/01/2026&until=01/01/2026",
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(page, query):
    response = page(f"?{query}")

    assert response.status_code == 422
    assert 'class="ws-entry"' in response.content.decode()


def test_what_was_typed_is_kept(page):
    assert 'value="31/02/2026"' in page("?since=31/02/2026").content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_a_page_that_is_not_there_shows_one_that_is(page, number):
    assert page(f"?page={number}").status_code == 200


def test_a_whole_chain_is_told_with_its_head(page, evaluation):
    chain = TrailEntry.objects.filter(chain__unit=evaluation.campaign.ward)
    head = chain.order_by("-seq").first()

    text = page(method="post").content.decode()

    assert "ws-notice--bamboo" in text
    assert head.hash in text


def test_a_break_is_told_with_its_place(page, evaluation):
    ward = evaluation.campaign.ward
    TrailEntry.objects.filter(chain__unit=ward, seq=2).update(post="Người khác")

    text = page(method="post").content.decode()

    assert "ws-notice--seal" in text
    assert f"{ward.name}/2:" in text


def test_many_breaks_are_cut_off_and_say_so(page, evaluation, staff):
    for _ in range(30):
        assess(evaluation, Entry("met"), number=1, actor=staff)
    TrailEntry.objects.filter(chain__unit=evaluation.campaign.ward).update(post="Ai")

    text = page(method="post").content.decode()

    assert "verify_trail" in text
    assert text.count(f"{evaluation.campaign.ward.name}/") == 20


def test_checking_writes_nothing(page):
    with CaptureQueriesContext(connection) as seen:
        page(method="post")

    tables = ("audit_trail", "criteria_")
    writes = [
        one["sql"]
        for one in seen
        if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")
        and any(table in one["sql"] for table in tables)
    ]
    assert writes == []


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.UNIT_CONTRIBUTOR, 403),
        (Role.WARD_STAFF, 200),
        (Role.WARD_LEADER, 200),
        (Role.COMMITTEE_MEMBER, 200),
    ],
)
def test_who_reads_it(page, evaluation, role, status):
    user = member(evaluation.campaign.ward, role)

    assert page(user=user).status_code == status
    assert page(user=user, method="post").status_code == status


def test_an_erased_text_leaves_its_entry(page, evaluation, staff):
    entry = Entry("not_met", explanation="Chưa đủ hồ sơ.")
    assess(evaluation, entry, number=1, actor=staff)
    TrailText.objects.update(text="", erased_at=timezone.now())

    assert page(method="post").status_code == 200


def test_it_costs_the_same_for_a_short_chain_and_a_long_one(page, evaluation, staff):
    def queries():
        page()
        with CaptureQueriesContext(connection) as seen:
            assert page().status_code == 200
        return len(seen)

    before = queries()
    for _ in range(60):
        supported(evaluation, 1)
        assess(evaluation, Entry("met"), number=1, actor=staff)

    assert queries() == before <= 15


def test_people_are_offered_by_post_and_commands_as_automatic(evaluation, staff):
    assess(evaluation, Entry("met"), number=1, actor=staff)
    words = list(dict(get_choices(user=staff, evaluation=evaluation).people).values())

    assert "Công chức Văn phòng" in words
    assert not [word for word in words if f"({staff.username})" in word]
