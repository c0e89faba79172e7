"""Directives: who gives them, what is refused, and their way to the end."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import sampled_from

from commitments.models import Directive, DirectiveStatus, Origin
from commitments.selectors.directives import (
    get_directive_board,
    list_due,
    sent_back,
    status_of,
)
from commitments.services.directives import (
    DirectiveFacts,
    FollowUp,
    change_directive,
    follow_directive,
    give_directive,
    is_decided_above,
    moves_of,
)
from commitments.services.edits import EditConflict
from tests.factories.commitments import (
    CampaignFactory,
    DirectiveFactory,
    DocumentFactory,
    MeetingFactory,
    OutsideBodyFactory,
)
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
SAID = DirectiveFacts(
    "Nhân rộng mô hình tự quản", giver_position="Phó Giám đốc Công an tỉnh"
)


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def unit(campaign):
    return ParticipatingUnitFactory(ward=campaign.ward)


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def verifier(campaign):
    return member(campaign.ward.parent, Role.PROVINCE_VERIFIER)


@pytest.fixture
def contributor(campaign, unit):
    return member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)


def said(**changes):
    names = DirectiveFacts.__slots__
    return DirectiveFacts(**{name: getattr(SAID, name) for name in names} | changes)


def follow(actor, directive, status, outcome="Đã làm.", **more):
    directive.refresh_from_db()
    return follow_directive(
        actor=actor,
        directive=directive,
        version=directive.version,
        entry=FollowUp(status, outcome, **more),
    )


def code_of(refusal):
    return refusal.value.code, refusal.value.field


# --- Giving -----------------------------------------------------------------------


def test_what_is_given_stands_in_the_list_and_in_the_trail(staff, campaign, unit):
    given = give_directive(
        actor=staff, campaign=campaign, origin="own", facts=said(responsible_unit=unit)
    )

    assert (given.order, given.status, given.version) == (1, "new", 1)
    entry = TrailEntry.objects.get(action="directive_given")
    assert (entry.target_id, entry.actor) == (given.pk, staff.username)
    texts = {text.field: text.text for text in entry.texts.all()}
    assert texts["text_vi"] == SAID.text_vi


def test_directives_are_numbered_as_they_come(staff, campaign):
    orders = [
        give_directive(actor=staff, campaign=campaign, origin="own", facts=SAID).order
        for _ in range(3)
    ]

    assert orders == [1, 2, 3]


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.WARD_LEADER])
def test_the_ward_gives_none_from_above(campaign, role):
    with pytest.raises(PermissionDenied):
        give_directive(
            actor=member(campaign.ward, role),
            campaign=campaign,
            origin="above",
            facts=SAID,
        )


@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN])
def test_the_province_gives_from_above_and_none_of_the_wards_own(campaign, role):
    person = member(campaign.ward.parent, role)
    above = give_directive(actor=person, campaign=campaign, origin="above", facts=SAID)

    assert above.origin == Origin.ABOVE
    with pytest.raises(PermissionDenied):
        give_directive(actor=person, campaign=campaign, origin="own", facts=SAID)


def test_a_contributor_gives_for_the_own_unit_only(campaign, contributor, unit):
    def give(responsible):
        give_directive(
            actor=contributor,
            campaign=campaign,
            origin="own",
            facts=said(responsible_unit=responsible),
        )

    give(unit)
    for other in (None, ParticipatingUnitFactory(ward=campaign.ward)):
        with pytest.raises(PermissionDenied):
            give(other)


def elsewhere():
    return CampaignFactory()


@pytest.mark.parametrize(
    ("origin", "changes", "refused"),
    [
        ("own", {"text_vi": " \n "}, ("text_missing", "text_vi")),
        ("above", {"giver_position": " "}, ("giver_missing", "giver_position")),
        (
            "own",
            {"responsible_unit": ParticipatingUnitFactory},
            ("other_ward", "responsible_unit"),
        ),
        ("own", {"meeting": MeetingFactory}, ("other_campaign", "meeting")),
        ("above", {"giver_body": OutsideBodyFactory}, ("other_ward", "giver_body")),
        ("own", {"given_on": TODAY + DAY}, ("in_future", "given_on")),
        (
            "own",
            {"given_on": TODAY, "due_on": TODAY - DAY},
            ("due_before_given", "due_on"),
        ),
    ],
)
def test_what_is_refused_writes_nothing(
    staff, verifier, campaign, origin, changes, refused
):
    changes = {name: one() if callable(one) else one for name, one in changes.items()}
    actor = verifier if origin == "above" else staff

    with pytest.raises(RuleViolation) as refusal:
        give_directive(
            actor=actor, campaign=campaign, origin=origin, facts=said(**changes)
        )

    assert code_of(refusal) == refused
    assert not Directive.objects.filter(campaign=campaign).exists()


def test_due_on_the_day_it_is_given_is_taken(staff, campaign):
    facts = said(given_on=TODAY, due_on=TODAY)

    give_directive(actor=staff, campaign=campaign, origin="own", facts=facts)

    assert Directive.objects.get().due_on == TODAY


def test_the_day_of_the_meeting_stands_for_the_day_it_was_given(staff, campaign):
    meeting = MeetingFactory(campaign=campaign, held_on=TODAY)
    facts = said(meeting=meeting, due_on=TODAY - DAY)

    with pytest.raises(RuleViolation) as refusal:
        give_directive(actor=staff, campaign=campaign, origin="own", facts=facts)

    assert code_of(refusal) == ("due_before_given", "due_on")


# --- A closed year ----------------------------------------------------------------


@pytest.mark.parametrize("act", ["give", "change", "follow"])
def test_a_closed_year_takes_nothing(staff, campaign, act):
    row = DirectiveFactory(campaign=campaign)
    campaign.closed_at = timezone.now()
    campaign.save()

    acts = {
        "give": lambda: give_directive(
            actor=staff, campaign=campaign, origin="own", facts=SAID
        ),
        "change": lambda: change_directive(
            actor=staff, directive=row, version=1, facts=SAID
        ),
        "follow": lambda: follow(staff, row, "in_progress"),
    }

    with pytest.raises(RuleViolation) as refusal:
        acts[act]()

    assert refusal.value.code == "campaign_closed"


# --- Correcting -------------------------------------------------------------------


def test_correcting_keeps_where_it_comes_from(verifier, campaign):
    row = DirectiveFactory(campaign=campaign, above=True)

    changed = change_directive(actor=verifier, directive=row, version=1, facts=SAID)

    assert (changed.text_vi, changed.origin) == (SAID.text_vi, "above")
    assert changed.version == 2


def test_the_ward_corrects_none_from_above(staff, campaign):
    row = DirectiveFactory(campaign=campaign, above=True)

    with pytest.raises(PermissionDenied):
        change_directive(actor=staff, directive=row, version=1, facts=SAID)


def test_a_contributor_hands_a_directive_to_no_other_unit(campaign, contributor, unit):
    row = DirectiveFactory(campaign=campaign, responsible_unit=unit)
    other = ParticipatingUnitFactory(ward=campaign.ward)

    with pytest.raises(PermissionDenied):
        change_directive(
            actor=contributor,
            directive=row,
            version=1,
            facts=said(responsible_unit=other),
        )


@pytest.mark.parametrize("act", ["change", "follow"])
def test_an_old_version_is_a_conflict(staff, campaign, act):
    row = DirectiveFactory(campaign=campaign)
    follow(staff, row, "in_progress")

    old = {"actor": staff, "directive": row, "version": 1}
    acts = {
        "change": lambda: change_directive(**old, facts=SAID),
        "follow": lambda: follow_directive(**old, entry=FollowUp("dropped", "x")),
    }

    with pytest.raises(EditConflict) as conflict:
        acts[act]()

    assert conflict.value.current.status == "in_progress"


# --- To its end -------------------------------------------------------------------


def test_one_from_above_is_reported_by_the_ward_and_confirmed_above(
    staff, verifier, campaign
):
    row = DirectiveFactory(campaign=campaign, above=True)
    proof = DocumentFactory(campaign=campaign)
    follow(staff, row, "in_progress")
    follow(staff, row, "reported", "Đã bố trí đủ.", proof=proof)
    with pytest.raises(PermissionDenied):
        follow(staff, row, "done", "Đã bố trí đủ.")

    done = follow(verifier, row, "done", "lời khác")

    assert (done.status, done.ended_on) == ("done", TODAY)
    # The ward's words and proof stay as they were reported.
    assert (done.outcome, done.outcome_document) == ("Đã bố trí đủ.", proof)


def test_above_sends_back_with_a_reason(staff, verifier, campaign):
    row = DirectiveFactory(campaign=campaign, above=True)
    follow(staff, row, "in_progress")
    follow(staff, row, "reported", "Đã làm một nửa.")
    with pytest.raises(RuleViolation) as refusal:
        follow(verifier, row, "in_progress")
    assert code_of(refusal) == ("reason_missing", "reason")

    follow(verifier, row, "in_progress", reason="Thiếu biên bản.")

    row.refresh_from_db()
    assert (row.status, row.outcome) == ("in_progress", "Đã làm một nửa.")
    assert sent_back(user=staff, directive=row) == "Thiếu biên bản."
    follow(staff, row, "in_progress", "Đã bổ sung.")
    assert sent_back(user=staff, directive=row) == ""


def test_the_ward_neither_takes_back_nor_drops_what_comes_from_above(staff, campaign):
    row = DirectiveFactory(campaign=campaign, above=True)
    with pytest.raises(PermissionDenied):
        follow(staff, row, "dropped")
    follow(staff, row, "in_progress")
    follow(staff, row, "reported")

    with pytest.raises(PermissionDenied):
        follow(staff, row, "in_progress")


def test_above_drops_with_the_reason_as_outcome(verifier, campaign):
    row = DirectiveFactory(campaign=campaign, above=True)

    follow(verifier, row, "dropped", reason="Đã giao phường khác.")

    row.refresh_from_db()
    assert (row.status, row.outcome) == ("dropped", "Đã giao phường khác.")
    assert row.ended_on == TODAY


def test_the_ward_ends_its_own_itself(staff, campaign):
    row = DirectiveFactory(campaign=campaign)
    follow(staff, row, "in_progress", "")

    done = follow(staff, row, "done", "Đã treo 12 băng rôn.")

    assert (done.status, done.ended_on) == ("done", TODAY)


@pytest.mark.parametrize("status", ["reported", "done", "dropped"])
def test_an_end_and_a_report_need_an_outcome(staff, campaign, status):
    row = DirectiveFactory(campaign=campaign)
    follow(staff, row, "in_progress", "")

    with pytest.raises(RuleViolation) as refusal:
        follow(staff, row, status, "  ")

    assert code_of(refusal) == ("outcome_missing", "outcome")


def test_proof_of_another_year_is_refused(staff, campaign):
    row = DirectiveFactory(campaign=campaign)

    with pytest.raises(RuleViolation) as refusal:
        follow(staff, row, "in_progress", proof=DocumentFactory())

    assert code_of(refusal) == ("other_campaign", "proof")


def test_what_has_ended_is_not_changed(staff, campaign):
    row = DirectiveFactory(campaign=campaign)
    follow(staff, row, "dropped", "Không còn cần.")
    row.refresh_from_db()

    for act in (
        lambda: follow(staff, row, "dropped"),
        lambda: change_directive(
            actor=staff, directive=row, version=row.version, facts=SAID
        ),
    ):
        with pytest.raises(RuleViolation) as refusal:
            act()
        assert refusal.value.code == "directive_ended"


@pytest.mark.parametrize("above", [False, True])
def test_a_contributor_follows_those_of_the_own_unit(
    campaign, contributor, unit, above
):
    origin = "above" if above else "own"
    own = DirectiveFactory(campaign=campaign, origin=origin, responsible_unit=unit)
    anothers = DirectiveFactory(campaign=campaign, origin=origin)

    assert follow(contributor, own, "in_progress").status == "in_progress"
    with pytest.raises(PermissionDenied):
        follow(contributor, anothers, "in_progress")


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.PROVINCE_VERIFIER])
def test_who_only_reads_follows_nothing(campaign, role):
    place = campaign.ward if role == Role.COMMITTEE_MEMBER else campaign.ward.parent
    row = DirectiveFactory(campaign=campaign, above=True)

    with pytest.raises(PermissionDenied):
        follow(member(place, role), row, "in_progress")


WAY = {
    ("above", "new"): {"in_progress", "dropped"},
    ("above", "in_progress"): {"reported", "dropped"},
    ("above", "reported"): {"done", "in_progress", "dropped"},
    ("own", "new"): {"in_progress", "dropped"},
    ("own", "in_progress"): {"reported", "done", "dropped"},
    ("own", "reported"): {"done", "in_progress", "dropped"},
    **{
        (origin, end): set()
        for origin in ("own", "above")
        for end in ("done", "dropped")
    },
}


class Life(RuleBasedStateMachine):
    """Any steps by anybody in any order: only those of the way are taken."""

    def __init__(self):
        super().__init__()
        self.campaign = CampaignFactory()
        self.people = {
            "ward": member(self.campaign.ward),
            "above": member(self.campaign.ward.parent, Role.PROVINCE_ADMIN),
        }
        self.rows = {
            origin: DirectiveFactory(campaign=self.campaign, origin=origin)
            for origin in ("own", "above")
        }
        self.at = dict.fromkeys(self.rows, "new")

    @rule(
        origin=sampled_from(["own", "above"]),
        who=sampled_from(["ward", "above"]),
        status=sampled_from(DirectiveStatus.values),
        words=sampled_from(["", "Đã làm."]),
    )
    def step(self, origin, who, status, words):
        row, was = self.rows[origin], self.at[origin]
        for_above = is_decided_above(row, status)
        taken = True
        try:
            follow(self.people[who], row, status, words, reason=words)
        except (PermissionDenied, RuleViolation):
            taken = False
        ended = was in ("done", "dropped")
        fits = not ended and (status == was or status in WAY[origin, was])
        needs_words = status in ("reported", "done", "dropped") or for_above
        said_enough = bool(words) or not needs_words or (for_above and status == "done")
        assert taken == (fits and (who == "above") == for_above and said_enough)
        if taken:
            self.at[origin] = status

    @invariant()
    def it_is_where_the_steps_led(self):
        for origin, row in self.rows.items():
            row.refresh_from_db()
            assert row.status == self.at[origin]
            assert (row.ended_on is not None) == row.has_ended
            assert moves_of(row) == WAY[origin, row.status]
            if row.has_ended:
                assert row.outcome


def test_no_steps_lead_off_the_way():
    Life.TestCase.settings = settings(max_examples=12, stateful_step_count=12)
    Life.TestCase().runTest()


# --- What is shown ----------------------------------------------------------------


def test_what_was_reported_is_overdue_for_nobody(campaign):
    row = DirectiveFactory(campaign=campaign, due_on=TODAY - 3 * DAY)
    assert status_of(row, TODAY).code == "overdue"

    row.status = "reported"

    assert status_of(row, TODAY).code == "reported"


@pytest.mark.parametrize(("left", "code"), [(0, "new"), (-1, "overdue")])
def test_it_is_overdue_from_the_day_after_its_due_date(campaign, left, code):
    row = DirectiveFactory(campaign=campaign, due_on=TODAY + left * DAY)

    assert status_of(row, TODAY).code == code


def test_the_list_shows_overdue_ones_first_and_ended_ones_last(staff, campaign):
    ended = DirectiveFactory(
        campaign=campaign, status="done", outcome="Xong.", ended_on=TODAY
    )
    waiting = DirectiveFactory(campaign=campaign, status="reported")
    later = DirectiveFactory(campaign=campaign)
    soon = DirectiveFactory(campaign=campaign, due_on=TODAY + DAY)
    late = DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)

    board = get_directive_board(user=staff, campaign=campaign)

    order = [row.directive for group in board.groups for row in group.rows]
    assert order == [late, soon, later, waiting, ended]
    assert [tab.count for tab in board.tabs] == [5, 1, 2, 1, 1]


def test_a_filter_shows_exactly_the_rows_it_counts(staff, campaign):
    DirectiveFactory.create_batch(2, campaign=campaign)
    DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)

    board = get_directive_board(user=staff, campaign=campaign, show="open")

    (group,) = board.groups
    assert (group.code, len(group.rows)) == ("open", 2)


def test_due_are_those_the_ward_works_on(staff, campaign, unit):
    late = DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)
    own = DirectiveFactory(campaign=campaign, due_on=TODAY, responsible_unit=unit)
    DirectiveFactory(campaign=campaign, due_on=TODAY + DAY)
    DirectiveFactory(campaign=campaign)
    DirectiveFactory(campaign=campaign, due_on=TODAY - DAY, status="reported")
    DirectiveFactory(due_on=TODAY - DAY)

    def due(**more):
        return list_due(user=staff, campaign=campaign, until=TODAY, **more)

    assert due() == [late, own]
    assert due(unit_ids={unit.pk}) == [own]


def test_nobody_of_another_ward_sees_any(campaign):
    DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)
    stranger = member(WardFactory())

    assert get_directive_board(user=stranger, campaign=campaign).total == 0
    assert list_due(user=stranger, campaign=campaign, until=TODAY) == []
