"""Comments on a criterion: who writes, who is told, what is new to whom."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import Assessment, Evaluation
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.comments import get_comments
from criteria.services.comments import comment_on, take_back
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.notices import CommentFactory
from tests.factories.wards import (
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry, TrailText
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.models import Comment, CommentRead, Notice
from wardsecurity.notices.services import mark_read
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)
CHIEF = "Trưởng Công an phường"


@pytest.fixture
def evaluation():
    """Criterion 1 is led by a group, 2 by nobody, 3 takes no comments."""
    evaluation = an_evaluation({}, {}, {"reference_only": True})
    group = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    Assessment.objects.filter(criterion__number=1).update(lead_unit=group)
    return evaluation


@pytest.fixture
def people(evaluation):
    ward = evaluation.campaign.ward
    group = assessment_of(evaluation).lead_unit
    return {
        "chief": member(ward, position=CHIEF),
        "leader": member(ward, Role.WARD_LEADER, position="Chủ tịch UBND phường"),
        "committee": member(ward, Role.COMMITTEE_MEMBER, position="Ủy viên"),
        "group": member(
            ward, Role.UNIT_CONTRIBUTOR, participating_unit=group, position="Tổ trưởng"
        ),
        "verifier": member(
            ward.parent, Role.PROVINCE_VERIFIER, position="Cán bộ thẩm định"
        ),
    }


def write(actor, evaluation, text="Còn thiếu biên bản.", number=1, people=()):
    row = assessment_of(evaluation, number)
    return comment_on(actor=actor, assessment=row, text=text, people=people)


def told(kind):
    rows = Notice.objects.filter(kind=kind)
    return set(rows.values_list("user_id", flat=True))


def address(evaluation, more="comments/", number=1):
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/criteria/{number}/{more}"


# --- Who may, and when ------------------------------------------------------------


@pytest.mark.parametrize("who", ["chief", "leader", "committee", "group", "verifier"])
def test_all_roles_comment_in_their_post(evaluation, people, who):
    comment = write(people[who], evaluation)

    assert comment.post
    assert (comment.target_id, comment.text) == (
        assessment_of(evaluation).pk,
        "Còn thiếu biên bản.",
    )


def test_a_contributor_comments_on_the_own_units_criteria_only(evaluation, people):
    with pytest.raises(PermissionDenied):
        write(people["group"], evaluation, number=2)


def test_a_membership_that_ended_this_morning_comments_no_more(evaluation):
    former = member(evaluation.campaign.ward, valid_to=YESTERDAY)
    with pytest.raises(PermissionDenied):
        write(former, evaluation)


@pytest.mark.parametrize("state", ["submitted", "verifying", "returned", "verified"])
def test_comments_go_on_while_the_province_verifies(evaluation, people, state):
    Evaluation.objects.update(state=state)
    write(people["verifier"], evaluation)

    assert Comment.objects.count() == 1


@pytest.mark.parametrize("state", ["recognised", "not_recognised", "closed"])
def test_a_concluded_year_takes_no_more_comments(client, evaluation, people, state):
    comment = write(people["chief"], evaluation)
    if state == "closed":
        campaign = evaluation.campaign
        campaign.closed_at = timezone.now()
        campaign.save()
    else:
        Evaluation.objects.update(state=state)
    with pytest.raises(RuleViolation) as refusal:
        write(people["chief"], evaluation)
    assert refusal.value.code == "comments_closed"
    with pytest.raises(RuleViolation):
        take_back(
            actor=people["chief"],
            assessment=assessment_of(evaluation),
            comment=comment,
        )

    client.force_login(people["chief"])
    html = client.get(address(evaluation, "")).content.decode()
    assert "Còn thiếu biên bản." in html
    assert 'name="text"' not in html
    typed = client.post(address(evaluation), {"text": "Gõ dở dang"})
    assert typed.status_code == 422


def test_a_reference_only_criterion_has_no_thread(client, evaluation, people):
    with pytest.raises(RuleViolation) as refusal:
        write(people["chief"], evaluation, number=3)
    assert refusal.value.code == "no_thread"

    client.force_login(people["chief"])
    page = client.get(address(evaluation, "", number=3)).content.decode()
    assert 'id="comments"' not in page
    sent = client.post(address(evaluation, number=3), {"text": "Ý kiến"})
    assert sent.status_code == 422
    assert not Comment.objects.exists()


# --- Who is told ------------------------------------------------------------------


def test_the_units_and_the_offices_are_told_and_not_the_writer(evaluation, people):
    write(people["chief"], evaluation)

    assert told("commented") == {people["leader"].pk, people["group"].pk}
    assert told("mentioned") == set()
    notice = Notice.objects.first()
    assert notice.path == f"{address(evaluation, '')}#comments"
    assert notice.facts["post"] == CHIEF
    assert "Còn thiếu biên bản." not in str(notice.facts)


def test_who_is_mentioned_is_told_so_and_only_once(evaluation, people):
    write(
        people["chief"],
        evaluation,
        "@Chủ tịch UBND phường và @Ủy viên xem.",
        people=["Cán bộ thẩm định"],
    )

    mentioned = {people[who].pk for who in ("leader", "committee", "verifier")}
    assert told("mentioned") == mentioned
    assert told("commented") == {people["group"].pk}
    assert Comment.objects.get().mentioned == [
        "Chủ tịch UBND phường",
        "Ủy viên",
        "Cán bộ thẩm định",
    ]


def test_who_wrote_before_is_told_of_the_answer(evaluation, people):
    write(people["verifier"], evaluation)
    Notice.objects.all().delete()

    write(people["chief"], evaluation)

    assert people["verifier"].pk in told("commented")


def test_an_ended_post_is_held_by_nobody_and_told_nothing(evaluation, people):
    member(evaluation.campaign.ward, position="Bí thư cũ", valid_to=YESTERDAY)
    group = people["group"].memberships.get()
    group.valid_to = YESTERDAY
    group.save()
    with pytest.raises(RuleViolation) as refusal:
        write(people["chief"], evaluation, "@Bí thư cũ xem lại")
    assert refusal.value.code == "mention_unknown"
    assert not Comment.objects.exists()

    write(people["chief"], evaluation)

    assert people["group"].pk not in told("commented")


def test_people_of_other_wards_cannot_be_mentioned(evaluation, people):
    member(WardFactory(), position="Chủ tịch phường bên")
    with pytest.raises(RuleViolation):
        write(people["chief"], evaluation, "@Chủ tịch phường bên")


def test_writing_costs_the_same_however_many_are_told(evaluation, people):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            write(people["chief"], evaluation, "@Ủy viên xem")
        return len(seen)

    first = cost()
    for _ in range(15):
        member(evaluation.campaign.ward, Role.COMMITTEE_MEMBER, position="Ủy viên")
        member(evaluation.campaign.ward)
    assert cost() == first


# --- The trail, and taking back ---------------------------------------------------


def test_the_trail_keeps_the_words_apart_from_the_chain(evaluation, people):
    write(people["chief"], evaluation, "Lời riêng")

    entry = TrailEntry.objects.get(action="comment_added")
    assert "Lời riêng" not in entry.payload + entry.target
    assert TrailText.objects.get(entry=entry).text == "Lời riêng"


def test_taken_back_leaves_who_and_when(client, evaluation, people):
    comment = write(people["chief"], evaluation, "Nhầm tiêu chí")
    client.force_login(people["chief"])
    url = address(evaluation, f"comments/{comment.pk}/take-back/")

    response = client.post(url, {"next": "/menu/"})

    assert response["Location"] == "/menu/#comments"
    html = client.get(address(evaluation, "")).content.decode()
    assert "Nhầm tiêu chí" not in html
    assert f"<strong>{CHIEF}</strong>" in html
    assert TrailEntry.objects.filter(action="comment_taken_back").count() == 1
    row = assessment_of(evaluation)
    with pytest.raises(RuleViolation) as refusal:
        take_back(actor=people["chief"], assessment=row, comment=comment)
    assert refusal.value.code == "comment_taken_back"


def test_only_the_author_takes_a_comment_back(evaluation, people):
    comment = write(people["chief"], evaluation)
    row = assessment_of(evaluation)
    with pytest.raises(PermissionDenied):
        take_back(actor=people["leader"], assessment=row, comment=comment)


def test_a_comment_of_another_criterion_is_not_found_here(client, evaluation, people):
    comment = write(people["chief"], evaluation, number=2)
    client.force_login(people["chief"])

    url = address(evaluation, f"comments/{comment.pk}/take-back/")
    assert client.post(url).status_code == 404


# --- What is new ------------------------------------------------------------------


def unread(user, evaluation):
    rows = list_assessments_here(user=user, evaluation=evaluation)
    return {
        row.criterion.number: row.unread_comments for row in rows if row.unread_comments
    }


def test_a_comment_is_new_to_all_but_its_writer_until_they_read_it(evaluation, people):
    write(people["chief"], evaluation)
    write(people["chief"], evaluation)
    write(people["leader"], evaluation, number=2)
    assert unread(people["committee"], evaluation) == {1: 2, 2: 1}
    assert unread(people["chief"], evaluation) == {2: 1}

    last = Comment.objects.order_by("pk")[1]
    mark_read(actor=people["committee"], row=assessment_of(evaluation), upto=last.pk)

    assert unread(people["committee"], evaluation) == {2: 1}
    assert unread(people["verifier"], evaluation) == {1: 2, 2: 1}


def test_what_came_after_the_page_was_shown_stays_new(evaluation, people):
    seen = write(people["chief"], evaluation)
    write(people["chief"], evaluation)
    row = assessment_of(evaluation)

    mark_read(actor=people["leader"], row=row, upto=seen.pk)

    assert unread(people["leader"], evaluation) == {1: 1}
    assert Notice.objects.filter(user=people["leader"], read_at=None).count() == 1


def test_reading_never_goes_back(evaluation, people):
    first, second = (
        write(people["chief"], evaluation),
        write(people["chief"], evaluation),
    )
    row = assessment_of(evaluation)
    for upto in (second.pk, first.pk, 10**30):
        mark_read(actor=people["leader"], row=row, upto=upto)

    assert CommentRead.objects.get().last_comment_id == second.pk


def test_a_comment_taken_back_is_new_to_nobody(evaluation, people):
    comment = write(people["chief"], evaluation)
    row = assessment_of(evaluation)
    take_back(actor=people["chief"], assessment=row, comment=comment)

    assert unread(people["leader"], evaluation) == {}


def test_the_mark_stands_on_the_dashboard_the_list_and_my_work(
    client, evaluation, people
):
    comment = write(people["chief"], evaluation)
    client.force_login(people["leader"])
    home = address(evaluation, "").removesuffix("criteria/1/")

    for page in (home, f"{home}criteria/"):
        assert client.get(page).content.decode().count("ws-unread") == 1, page
    assert [one.row.number for one in client.get("/").context["work"].commented] == [1]
    client.post(address(evaluation, "comments/read/"), {"upto": comment.pk})
    assert "ws-unread" not in client.get(home).content.decode()
    assert client.get("/").context["work"].commented == []


def test_a_contributors_work_names_the_own_units_comments(client, evaluation, people):
    write(people["chief"], evaluation)
    write(people["chief"], evaluation, number=2)
    client.force_login(people["group"])

    work = client.get("/").context["work"]

    assert [one.row.number for one in work.commented] == [1]


# --- The form ---------------------------------------------------------------------


def test_a_comment_is_sent_once_and_leads_back(client, evaluation, people):
    client.force_login(people["chief"])
    back = f"{address(evaluation, '')}?from=mail"
    form = {"text": "Còn thiếu", "form_key": "k", "next": back}

    answers = {client.post(address(evaluation), form)["Location"] for _ in range(2)}

    assert answers == {f"{back}#comments"}
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "x", "/" * 999],
)
def test_the_answer_never_leads_away(client, evaluation, people, sent):
    client.force_login(people["chief"])

    answer = client.post(address(evaluation), {"text": "Còn thiếu", "next": sent})

    assert answer["Location"] == f"{address(evaluation, '')}#comments"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "@Giám đốc nào đó xem"}, "text"),
        ({"text": "Xem", "people": ["Giám đốc"]}, "people"),
        ({"text": "x" * 4001}, "text"),
    ],
)
def test_what_was_typed_stays_beside_its_fault(client, evaluation, people, sent, field):
    client.force_login(people["chief"])

    response = client.post(address(evaluation), sent)

    html = response.content.decode()
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert f'id="comment-{field}_error"' in html
    assert f">\n{sent['text']}</textarea>" in html
    assert not Comment.objects.exists()


def test_the_list_of_posts_comes_with_what_was_typed(client, evaluation, people):
    client.force_login(people["chief"])
    sent = {"text": "Gõ dở dang", "choose": "1"}

    whole = client.post(address(evaluation), sent).content.decode()
    part = client.post(address(evaluation), sent, headers={"HX-Request": "true"})

    assert "Gõ dở dang</textarea>" in whole
    for html in (whole, part.content.decode()):
        offered = re.findall(r'name="people"\s+value="([^"]+)"', html)
        assert set(offered) == {
            "Ủy viên",
            "Tổ trưởng",
            "Chủ tịch UBND phường",
            "Cán bộ thẩm định",
        }
    assert "<html" not in part.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202eđảo",
        "{{ 7 }}",
    ],
)
def test_words_are_never_markup(client, evaluation, people, text):
    write(people["chief"], evaluation, text)
    client.force_login(people["leader"])

    html = client.get(address(evaluation, "")).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'class="ws-comment__text" dir="auto"' in html


# --- Cost -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["chief", "group", "committee", "verifier"])
@pytest.mark.parametrize("page", ["", "../", "../../"])
def test_pages_cost_the_same_for_few_comments_and_for_many(
    client, evaluation, people, who, page
):
    client.force_login(people[who])

    def cost():
        client.get(address(evaluation, page))
        with CaptureQueriesContext(connection) as seen:
            client.get(address(evaluation, page))
        return len(seen)

    row = assessment_of(evaluation)
    CommentFactory(row=row, mentioned=[CHIEF])
    few = cost()
    CommentFactory.create_batch(30, row=row, mentioned=[CHIEF, "Ủy viên"])
    assert cost() == few <= 12


def test_a_thread_nobody_wrote_in_is_not_asked_for(evaluation, people):
    (row, *_rest) = list_assessments_here(user=people["chief"], evaluation=evaluation)
    with CaptureQueriesContext(connection) as seen:
        thread = get_comments(
            user=people["committee"], evaluation=evaluation, assessment=row
        )
    assert thread.lines == []
    assert not [one for one in seen if "notices_comment" in one["sql"]]
