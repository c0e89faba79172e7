"""Any steps by anybody in any order: only those the rules allow are taken."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, integers, sampled_from

from criteria.models import (
    Assessment,
    CriterionDecision,
    DecisionSnapshot,
    Evaluation,
    Evidence,
    Recognition,
)
from criteria.services.assessments import Entry, save_assessment
from criteria.services.evidence import Facts, record_evidence, withdraw_evidence
from criteria.services.verification import (
    conclude_verification,
    decide_criterion,
    recognise,
    reopen,
    send_returns,
    start_verification,
    submit_evaluation,
)
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.wards import MembershipFactory, WardFactory, member
from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import verify_chain
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
NUMBERS = (1, 2, 3)
FACTS = Facts(kind="document", title="Biên bản", number="7/BB", fact_on=TODAY)

WRITES = {"staff", "leader", "both"}
SUBMITS = {"leader"}
VERIFIES = {"verifier", "both", "admin"}
REOPENS = {"admin"}
PEOPLE = [
    "staff",
    "leader",
    "committee",
    "verifier",
    "both",
    "admin",
    "stranger",
    "former",
]
DECIDED = {"accepted", "adjusted"}
CONCLUDED = {"verified", "recognised", "not_recognised"}

who = sampled_from(PEOPLE)
numbers = sampled_from(NUMBERS)
reasons = sampled_from(["", "Vì sao."])


class Year(RuleBasedStateMachine):
    """A ward's year, and beside it what the rules say it is."""

    def __init__(self):
        super().__init__()
        self.found = an_evaluation(*[{}] * len(NUMBERS))
        ward = self.found.campaign.ward
        self.people = {
            "staff": member(ward),
            "leader": member(ward, Role.WARD_LEADER),
            "committee": member(ward, Role.COMMITTEE_MEMBER),
            "verifier": member(ward.parent, Role.PROVINCE_VERIFIER),
            "both": member(ward),
            "admin": member(ward.parent, Role.PROVINCE_ADMIN),
            "stranger": member(WardFactory().parent, Role.PROVINCE_ADMIN),
            "former": member(ward, Role.WARD_LEADER, valid_to=TODAY - DAY),
        }
        MembershipFactory(
            user=self.people["both"], unit=ward.parent, role=Role.PROVINCE_VERIFIER
        )
        self.state = "open"
        self.review = dict.fromkeys(NUMBERS, "none")
        self.claim = dict.fromkeys(NUMBERS, "")
        self.papers = {number: [] for number in NUMBERS}
        self.own = {number: set() for number in NUMBERS}
        self.kept, self.snapshots = [], 0

    # --- What the rules say ---

    def open_to_the_ward(self, number):
        return self.state == "open" or (
            self.state == "returned" and self.review[number] == "returned"
        )

    def is_ready(self, number):
        claim = self.claim[number]
        return claim == "not_met" or (claim == "met" and bool(self.papers[number]))

    def tried(self, allowed, act, **kwargs):
        """Whether the act was done; it is done if and only if the rules allow it."""
        done = True
        try:
            result = act(**kwargs)
        except (PermissionDenied, RuleViolation):
            done, result = False, None
        assert done == bool(allowed), (act.__name__, kwargs, self.state, self.review)
        return result if done else None

    def now(self, stale=False):
        """The year as a page read it: afresh, or in a tab opened before."""
        found = Evaluation.objects.select_related("campaign__ward").get(
            pk=self.found.pk
        )
        return {"evaluation": found, "version": found.version - stale}

    # --- The ward ---

    @rule(by=who, number=numbers, claim=sampled_from(["met", "not_met", ""]))
    def assess(self, by, number, claim):
        row = assessment_of(self.found, number)
        done = self.tried(
            by in WRITES and self.open_to_the_ward(number),
            save_assessment,
            actor=self.people[by],
            assessment=row,
            version=row.version,
            entry=Entry(claim, explanation="Vì sao." if claim == "not_met" else ""),
        )
        if done:
            self.claim[number] = claim
            self.own[number].add(by)

    @rule(by=who, number=numbers)
    def record(self, by, number):
        done = self.tried(
            by in WRITES and self.open_to_the_ward(number),
            record_evidence,
            actor=self.people[by],
            ward=self.found.campaign.ward,
            assessments=[assessment_of(self.found, number)],
            facts=FACTS,
        )
        if done:
            self.papers[number].append(done.pk)
            self.own[number].add(by)

    @rule(by=who, number=numbers)
    def withdraw(self, by, number):
        if not self.papers[number]:
            return
        done = self.tried(
            by in WRITES and self.open_to_the_ward(number),
            withdraw_evidence,
            actor=self.people[by],
            evidence=Evidence.objects.get(pk=self.papers[number][-1]),
            reason="Nhầm.",
        )
        if done:
            self.papers[number].pop()

    @rule(by=who, stale=booleans())
    def submit(self, by, stale):
        handed_in = [one for one in NUMBERS if self.open_to_the_ward(one)]
        done = self.tried(
            by in SUBMITS
            and self.state in ("open", "returned")
            and not stale
            and all(map(self.is_ready, handed_in)),
            submit_evaluation,
            actor=self.people[by],
            **self.now(stale),
        )
        if done:
            self.state = "submitted"
            self.review |= dict.fromkeys(handed_in, "pending")

    # --- The province ---

    @rule(by=who)
    def take_up(self, by):
        done = self.tried(
            by in VERIFIES and self.state in ("submitted", "verifying"),
            start_verification,
            actor=self.people[by],
            evaluation=self.found,
        )
        if done:
            self.state = "verifying"

    @rule(
        by=who,
        number=numbers,
        review=sampled_from(
            ["accepted", "adjusted", "returned", "recheck", "pending", "none"]
        ),
        result=sampled_from(["met", "not_met"]),
        reason=reasons,
        stale=booleans(),
    )
    def decide(self, by, number, review, result, reason, stale):
        row = assessment_of(self.found, number)
        fits = {
            "accepted": True,
            "adjusted": bool(reason) and result != self.claim[number],
            "returned": bool(reason),
            "recheck": True,
        }
        done = self.tried(
            by in VERIFIES
            and self.state == "verifying"
            and by not in self.own[number]
            and not stale
            and fits.get(review, False),
            decide_criterion,
            actor=self.people[by],
            assessment=row,
            version=row.version - stale,
            review=review,
            result=result if review == "adjusted" else "",
            reason=reason,
        )
        if done:
            self.review[number] = review

    @rule(by=who, days=integers(-1, 91), stale=booleans())
    def send_back(self, by, days, stale):
        looks = set(self.review.values())
        done = self.tried(
            by in VERIFIES
            and self.state == "verifying"
            and not stale
            and "returned" in looks
            and "pending" not in looks
            and 0 <= days <= 90,
            send_returns,
            actor=self.people[by],
            due_on=TODAY + days * DAY,
            **self.now(stale),
        )
        if done:
            self.state = "returned"

    @rule(by=who, stale=booleans())
    def conclude(self, by, stale):
        done = self.tried(
            by in VERIFIES
            and self.state == "verifying"
            and not stale
            and set(self.review.values()) <= DECIDED,
            conclude_verification,
            actor=self.people[by],
            **self.now(stale),
        )
        if done:
            self.state = "verified"

    @rule(by=who, yes=booleans(), reason=reasons, stale=booleans())
    def recognise(self, by, yes, reason, stale):
        done = self.tried(
            by in VERIFIES
            and self.state == "verified"
            and not stale
            and (yes or bool(reason)),
            recognise,
            actor=self.people[by],
            is_recognised=yes,
            deciding_body="Giám đốc Công an tỉnh",
            number="12/QĐ-CAT",
            decided_on=TODAY,
            reason=reason,
            **self.now(stale),
        )
        if done:
            self.state = "recognised" if yes else "not_recognised"

    @rule(by=who, reason=reasons, stale=booleans())
    def reopen(self, by, reason, stale):
        done = self.tried(
            by in REOPENS and self.state in CONCLUDED and not stale and bool(reason),
            reopen,
            actor=self.people[by],
            reason=reason,
            **self.now(stale),
        )
        if done:
            self.state = "verifying"

    # --- As it goes in most years, so that the far steps are reached ---

    @initialize(
        review=sampled_from(["accepted", "returned"]),
        recorder=sampled_from(["staff", "both"]),
        decider=sampled_from(["verifier", "both"]),
        steps=sampled_from([0, 1, 2, 3, 3, 4, 5]),
    )
    def begin_anywhere(self, review, recorder, decider, steps):
        for _step in range(steps):
            self.take_next(review, recorder, decider)

    @rule(review=sampled_from(["accepted", "returned"]))
    def go_on(self, review):
        self.take_next(review, "staff", "verifier")

    def take_next(self, review, recorder, decider):
        match self.state:
            case "open" | "returned":
                for number in NUMBERS:
                    if self.open_to_the_ward(number):
                        self.record(recorder, number)
                        self.assess(recorder, number, "met")
                self.submit("leader", stale=False)
            case "submitted":
                self.take_up("verifier")
            case "verifying":
                for number in NUMBERS:
                    self.decide(decider, number, review, "met", "Vì sao.", False)
                    review = "accepted"
                if "returned" in self.review.values():
                    self.send_back(decider, 9, stale=False)
                else:
                    self.conclude(decider, stale=False)
            case "verified":
                self.recognise("admin", yes=True, reason="", stale=False)

    # --- What always holds ---

    @invariant()
    def it_is_what_the_rules_say(self):
        found = Evaluation.objects.select_related("campaign").get(pk=self.found.pk)
        rows = list(Assessment.objects.filter(evaluation=found).order_by("pk"))
        assert found.state == self.state
        assert [row.review for row in rows] == list(self.review.values())
        met = [self.claim[one] == "met" and bool(self.papers[one]) for one in NUMBERS]
        assert found.self_met == sum(met)
        is_closed = self.state in ("recognised", "not_recognised")
        assert (found.campaign.closed_at is not None) == is_closed
        standing = Recognition.objects.filter(evaluation=found, voided_at=None)
        assert standing.count() == is_closed

    @invariant()
    def what_is_handed_in_is_frozen_and_decided_once_verified(self):
        for number, row in zip(
            NUMBERS,
            Assessment.objects.filter(evaluation=self.found).order_by("pk"),
            strict=True,
        ):
            assert (row.scored_on is None) == self.open_to_the_ward(number)
            decided = self.review[number] in DECIDED
            assert bool(row.verified_result) == decided
            assert (row.verified_points is not None) == decided
            if self.state in CONCLUDED:
                assert decided

    @invariant()
    def decisions_and_snapshots_only_grow(self):
        decisions = CriterionDecision.objects.filter(
            assessment__evaluation=self.found
        ).order_by("pk")
        kept = list(decisions.values_list("pk", "review", "result", "points", "round"))
        assert kept[: len(self.kept)] == self.kept
        self.kept = kept
        snapshots = DecisionSnapshot.objects.filter(evaluation=self.found).count()
        assert snapshots >= self.snapshots
        self.snapshots = snapshots

    def teardown(self):
        chain = TrailChain.objects.get(unit=self.found.campaign.ward)
        assert list(verify_chain(chain)) == []


def test_no_steps_lead_around_a_guard():
    Year.TestCase.settings = settings(
        max_examples=20, stateful_step_count=12, phases=[Phase.generate]
    )
    Year.TestCase().runTest()
