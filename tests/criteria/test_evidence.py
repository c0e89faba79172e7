"""Recording, correcting, withdrawing and reusing evidence, and what it supports."""

import dataclasses
import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from criteria.models import (
    Assessment,
    EvaluationState,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    Result,
)
from criteria.scoring import FOR_EVER
from criteria.selectors.evidence import (
    find_duplicates,
    list_evidence,
    list_linkable,
    search_evidence,
)
from criteria.selectors.scores import get_score_sheet, score_as_json
from criteria.services.assessments import Entry, save_assessment
from criteria.services.evidence import (
    EvidenceConflict,
    Facts,
    edit_evidence,
    keep_upload,
    link_evidence,
    record_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from tests.factories.criteria import (
    a_set,
    an_evaluation,
    assessment_of,
    restated,
    supported,
)
from tests.factories.files import StoredFileFactory, pdf, upload
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
KINDS = {
    "document": {"number": "15/KH-UBND"},
    "link": {"url": "https://phuong.example.vn/tin"},
    "figure": {"figure": 12, "figure_unit": "vụ"},
    "files": {},
}


def facts(kind="document", **kwargs):
    """The smallest true words of a kind."""
    return Facts(**{"kind": kind, "title": "Kế hoạch", "fact_on": TODAY} | kwargs)


def a_paper(**kwargs):
    return facts(**{"number": "15/KH-UBND"} | kwargs)


def stored_in(ward, **kwargs):
    return StoredFileFactory(unit=ward, missing=True, **kwargs)


def recorded(evaluation, said=None, *, numbers=(1,), actor=None, **kwargs):
    ward = evaluation.campaign.ward
    return record_evidence(
        actor=actor or member(ward),
        ward=ward,
        assessments=[assessment_of(evaluation, number) for number in numbers],
        facts=said or a_paper(),
        **kwargs,
    )


def edited(evidence, said=None, *, actor=None, version=None, **kwargs):
    return edit_evidence(
        actor=actor or member(evidence.ward),
        evidence=evidence,
        version=evidence.version if version is None else version,
        facts=said or a_paper(),
        **kwargs,
    )


def withdrawn(evidence, reason="Nhầm văn bản."):
    return withdraw_evidence(
        actor=member(evidence.ward), evidence=evidence, reason=reason
    )


def claimed(evaluation, number=1):
    row = assessment_of(evaluation, number)
    return save_assessment(
        actor=member(evaluation.campaign.ward),
        assessment=row,
        version=row.version,
        entry=Entry(Result.MET),
    )


def met_on(evaluation, day=TODAY):
    evaluation.refresh_from_db()
    return get_score_sheet(evaluation, today=day).total.met


def refusal(act, *args, **kwargs):
    """The rule that stands in the way, as (code, field); and nothing was written."""
    before = (Evidence.objects.count(), EvidenceLink.objects.count())
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    assert (Evidence.objects.count(), EvidenceLink.objects.count()) == before
    return refused.value.code, refused.value.field


# --- Recording --------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_supports_a_claim(kind):
    evaluation = an_evaluation({})
    claimed(evaluation)
    files = [stored_in(evaluation.campaign.ward)] if kind == "files" else []

    recorded(evaluation, facts(kind, **KINDS[kind]), stored=files)

    assert met_on(evaluation) == 1


def test_one_piece_counts_for_many_criteria():
    evaluation = an_evaluation({}, {}, {})

    evidence = recorded(evaluation, numbers=(1, 3))

    numbers = evidence.links.values_list("assessment__criterion__number", flat=True)
    assert sorted(numbers) == [1, 3]


def test_who_recorded_it_and_in_which_post_is_kept():
    evaluation = an_evaluation({})
    person = member(evaluation.campaign.ward, position="Công an phường")

    evidence = recorded(evaluation, actor=person)

    assert (evidence.recorded_by, evidence.recorded_post) == (person, "Công an phường")


def test_files_hang_in_the_order_they_were_sent():
    evaluation = an_evaluation({})
    files = [stored_in(evaluation.campaign.ward) for _ in range(3)]

    evidence = recorded(evaluation, facts("files"), stored=files)

    assert [one.stored for one in evidence.files.all()] == files
    assert evidence.file_count == 3


def test_the_same_bytes_hang_once():
    evaluation = an_evaluation({})
    file = stored_in(evaluation.campaign.ward)

    evidence = recorded(evaluation, facts("files"), stored=[file, file])

    assert (evidence.files.count(), evidence.file_count) == (1, 1)


def test_text_is_kept_in_nfc_and_found_without_diacritics():
    evaluation = an_evaluation({})
    decomposed = "Nghi\u0323 quye\u0302\u0301t 15"

    evidence = recorded(evaluation, a_paper(title=decomposed, issuer="UBND Đức Ninh"))

    assert evidence.title == "Nghị quyết 15"
    for q in ("nghi quyet", "Nghị Quyết 15", "duc ninh", "15/kh"):
        found = search_evidence(Evidence.objects.all(), q=q)
        assert list(found) == [evidence], q


def test_the_trail_tells_what_was_recorded_and_keeps_words_apart():
    evaluation = an_evaluation({}, {})

    evidence = recorded(evaluation, a_paper(title="Kế hoạch mật"), numbers=(1, 2))

    entry = TrailEntry.objects.get(action="evidence_recorded")
    assert entry.target_id == evidence.pk
    assert '"criteria":[1,2]' in entry.payload
    assert entry.texts.get(field="title").text == "Kế hoạch mật"


@pytest.mark.parametrize(("place", "kept"), [(1, 1), (7, None), (None, None)])
def test_what_it_shows_is_kept_when_the_criterion_asks_for_it(place, kept):
    evaluation = an_evaluation({"evidence_vi": ["Quyết định", "Báo cáo"]})

    evidence = recorded(evaluation, wanted=place)

    assert evidence.links.get().wanted == kept


def test_what_it_shows_is_not_kept_for_several_criteria():
    evaluation = an_evaluation({}, {})

    evidence = recorded(evaluation, numbers=(1, 2), wanted=0)

    assert set(evidence.links.values_list("wanted", flat=True)) == {None}


# --- Refusals ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        (a_paper(fact_on=TODAY + DAY), "fact_in_future", "fact_on"),
        (a_paper(fact_on=dt.date(1975, 4, 29)), "fact_too_old", "fact_on"),
        (a_paper(fact_on=dt.date(206, 1, 1)), "fact_too_old", "fact_on"),
        (a_paper(expires_on=TODAY - DAY), "expires_before_fact", "expires_on"),
        (
            a_paper(period_start=TODAY, period_end=TODAY - DAY),
            "period_reversed",
            "period_end",
        ),
        (facts("document"), "number_missing", "number"),
        (facts("files"), "files_missing", "files"),
        (facts("link"), "url_missing", "url"),
        (facts("figure"), "figure_missing", "figure"),
        (facts("figure", figure=10**16), "figure_too_large", "figure"),
        (a_paper(title="x" * 301), "invalid", "title"),
        (a_paper(title="   "), "invalid", "title"),
        (a_paper(number="x" * 61), "invalid", "number"),
        (facts("link", url="javascript:alert(1)"), "invalid", "url"),
        (facts("link", url="ftp://may-chu/tep"), "invalid", "url"),
        (facts("figure", figure=1, figure_unit="x" * 41), "invalid", "figure_unit"),
    ],
)
def test_what_is_refused_and_beside_which_field(said, code, field):
    evaluation = an_evaluation({})

    assert refusal(recorded, evaluation, said) == (code, field)


def test_evidence_for_nothing_is_refused():
    evaluation = an_evaluation({})

    assert refusal(recorded, evaluation, numbers=()) == (
        "criteria_missing",
        "criteria",
    )


def test_a_fact_of_the_first_day_of_peace_is_taken():
    evaluation = an_evaluation({})

    assert recorded(evaluation, a_paper(fact_on=dt.date(1975, 4, 30))).pk


def test_criteria_of_two_wards_do_not_share_evidence():
    here, there = an_evaluation({}), an_evaluation({})
    person = member(here.campaign.ward)
    member_there = {"unit": there.campaign.ward, "role": Role.WARD_STAFF}
    person.memberships.create(**member_there, position="x", valid_from=TODAY)

    def act():
        record_evidence(
            actor=person,
            ward=here.campaign.ward,
            assessments=[assessment_of(here), assessment_of(there)],
            facts=a_paper(),
        )

    assert refusal(act) == ("other_ward", "criteria")


def test_a_file_of_another_ward_is_not_hung():
    evaluation = an_evaluation({})
    foreign = stored_in(WardFactory())

    act = (recorded, evaluation, facts("files"))
    assert refusal(*act, stored=[foreign]) == ("other_ward", "files")


@pytest.mark.parametrize(
    "lock", [{"state": EvaluationState.SUBMITTED}, {"campaign__closed_at": "now"}]
)
def test_a_locked_year_takes_no_evidence(lock):
    evaluation = an_evaluation({}, {})
    evidence = supported(evaluation, 1)
    locked(evaluation, **lock)

    assert refusal(recorded, evaluation)[0] == "evaluation_locked"
    assert refusal(withdrawn, evidence)[0] == "evaluation_locked"
    assert refusal(linked, evaluation, evidence, 2)[0] == "evaluation_locked"
    assert refusal(unlinked, evaluation, evidence)[0] == "evaluation_locked"


def locked(evaluation, state=None, campaign__closed_at=None):
    evaluation.state = state or evaluation.state
    evaluation.save()
    evaluation.campaign.closed_at = campaign__closed_at and timezone.now()
    evaluation.campaign.save()


def test_a_submitted_year_still_lets_words_be_corrected():
    evaluation = an_evaluation({})
    evidence = supported(evaluation, 1)
    locked(evaluation, state=EvaluationState.SUBMITTED)

    said = as_it_is(evidence, title="Đúng tên", number="16/KH-UBND", issuer="Đảng ủy")
    assert edited(evidence, said).title == "Đúng tên"


def as_it_is(evidence, **changed):
    """The words of a piece of evidence, some of them changed."""
    names = [one.name for one in dataclasses.fields(Facts)]
    return Facts(**{name: getattr(evidence, name) for name in names} | changed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fact_on", TODAY - DAY),
        ("expires_on", TODAY),
        ("period_end", dt.date(TODAY.year - 1, 12, 31)),
        ("period_start", dt.date(TODAY.year + 1, 1, 1)),
        ("kind", "files"),
    ],
)
def test_what_a_locked_result_rests_on_stays_as_it_is(evidence_root, field, value):
    evaluation = an_evaluation({})
    claimed(evaluation)
    evidence = recorded(evaluation, stored=[stored_in(evaluation.campaign.ward)])
    locked(evaluation, state=EvaluationState.SUBMITTED)
    before = score_of(evaluation)

    said = as_it_is(evidence, **{field: value})
    assert refusal(edited, evidence, said) == ("counts_in_locked", field)

    assert score_of(evaluation) == before
    evidence.refresh_from_db()
    assert as_it_is(evidence) != said


def test_a_file_that_a_locked_result_rests_on_is_not_taken_off(evidence_root):
    evaluation = an_evaluation({})
    evidence = recorded(evaluation, stored=[stored_in(evaluation.campaign.ward)])
    locked(evaluation, state=EvaluationState.SUBMITTED)
    pk = evidence.files.get().pk

    act = (edited, evidence, as_it_is(evidence))
    assert refusal(*act, remove=[pk]) == ("counts_in_locked", "remove")


def test_a_file_is_added_to_evidence_of_a_locked_year(evidence_root):
    evaluation = an_evaluation({})
    evidence = recorded(evaluation)
    locked(evaluation, state=EvaluationState.SUBMITTED)

    more = [stored_in(evaluation.campaign.ward)]
    assert edited(evidence, as_it_is(evidence), stored=more).file_count == 1


def test_an_expiry_after_the_locked_year_moves_only_the_open_one():
    """Last year's result stays; this year's follows the paper."""
    ward = WardFactory()
    last = an_evaluation({}, ward=ward, year=TODAY.year - 1)
    this = an_evaluation({}, ward=ward)
    evidence = supported(last, 1)
    EvidenceLink.objects.create(evidence=evidence, assessment=assessment_of(this))
    locked(last, state=EvaluationState.SUBMITTED)

    edited(evidence, as_it_is(evidence, expires_on=TODAY + DAY))

    assert assessment_of(this).supported_until == TODAY + DAY
    assert assessment_of(last).supported_until == FOR_EVER


def score_of(evaluation):
    evaluation.refresh_from_db()
    row = assessment_of(evaluation)
    return evaluation.self_met, row.supported_until, row.first_fact_on


# --- What is counted --------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"withdrawn_at": timezone.now()},
        {"quarantined_at": timezone.now()},
        {"expires_on": TODAY - DAY},
        {"period_end": dt.date(TODAY.year - 1, 12, 31)},
        {"period_start": dt.date(TODAY.year + 1, 1, 1)},
    ],
)
def test_only_live_evidence_is_counted_and_supports(fields):
    evaluation = an_evaluation({})
    claimed(evaluation)
    evidence = supported(evaluation, 1)
    assert told_of(evaluation) == (1, True, 1)

    Evidence.objects.filter(pk=evidence.pk).update(**fields)
    restated(evaluation)

    assert told_of(evaluation) == (0, False, 0)


def told_of(evaluation):
    """What `score --json` says of the criterion: evidence, supported; and the total."""
    evaluation.refresh_from_db()
    told = score_as_json(evaluation)
    (line,) = told["criteria"]
    return line["evidence"], line["supported"], told["total"]["met"]


# --- Number and date only ---------------------------------------------------------


def test_reference_only_takes_number_and_date():
    evaluation = an_evaluation({"reference_only": True})
    claimed(evaluation)

    recorded(evaluation)

    assert met_on(evaluation) == 1


@pytest.mark.parametrize(
    ("said", "with_file", "field"),
    [
        (a_paper(), True, "files"),
        (facts("document"), True, "files"),
        (facts("files"), True, "files"),
        (facts("link", url="https://example.vn"), False, "number"),
        (facts("figure", figure=1), False, "number"),
    ],
)
def test_reference_only_takes_nothing_else(said, with_file, field):
    evaluation = an_evaluation({"reference_only": True})
    files = [stored_in(evaluation.campaign.ward)] * with_file

    assert refusal(recorded, evaluation, said, stored=files) == (
        "reference_only",
        field,
    )


def test_a_file_does_not_come_to_reference_only_by_a_link_or_an_edit():
    evaluation = an_evaluation({}, {"reference_only": True})
    file = stored_in(evaluation.campaign.ward)
    with_file = recorded(evaluation, stored=[file])
    bare = recorded(evaluation, numbers=(1, 2))

    assert refusal(linked, evaluation, with_file, 2)[0] == "reference_only"
    assert refusal(edited, bare, stored=[file])[0] == "reference_only"


def test_a_file_taken_off_still_bars_reference_only():
    """What was once given is known: it leaves its trace and goes on counting."""
    evaluation = an_evaluation({}, {"reference_only": True})
    evidence = recorded(evaluation, stored=[stored_in(evaluation.campaign.ward)])
    evidence = edited(evidence, remove=[evidence.files.get().pk])

    assert refusal(linked, evaluation, evidence, 2)[0] == "reference_only"


def test_only_papers_without_a_file_are_offered_to_reference_only():
    evaluation = an_evaluation({}, {"reference_only": True})
    bare = recorded(evaluation)
    recorded(evaluation, stored=[stored_in(evaluation.campaign.ward)])
    recorded(evaluation, facts("link", url="https://example.vn"))

    offered = list_linkable(
        user=member(evaluation.campaign.ward), assessment=assessment_of(evaluation, 2)
    )

    assert list(offered) == [bare]


# --- Linking ----------------------------------------------------------------------


def linked(evaluation, evidence, number, **kwargs):
    return link_evidence(
        actor=kwargs.pop("actor", None) or member(evidence.ward),
        assessment=assessment_of(evaluation, number),
        evidence=evidence,
        **kwargs,
    )


def unlinked(evaluation, evidence, number=1):
    unlink_evidence(
        actor=member(evidence.ward),
        assessment=assessment_of(evaluation, number),
        evidence=evidence,
    )


def test_linked_evidence_supports_one_more_criterion():
    evaluation = an_evaluation({}, {})
    evidence = recorded(evaluation)
    claimed(evaluation, 2)

    linked(evaluation, evidence, 2)

    assert met_on(evaluation) == 1


def test_linking_twice_changes_nothing():
    evaluation = an_evaluation({}, {})
    evidence = recorded(evaluation)

    first, second = linked(evaluation, evidence, 2), linked(evaluation, evidence, 2)

    assert first == second
    assert TrailEntry.objects.filter(action="evidence_linked").count() == 1


def test_evidence_of_last_year_counts_for_this_year_when_its_period_touches():
    ward = WardFactory()
    year = TODAY.year
    criteria_set = a_set({})
    last = an_evaluation(ward=ward, year=year - 1, criteria_set=criteria_set)
    this = an_evaluation(ward=ward, year=year, criteria_set=criteria_set)
    claimed(this)
    evidence = recorded(last)

    linked(this, evidence, 1)

    assert met_on(this) == 1


def test_another_wards_evidence_is_not_linked():
    here, there = an_evaluation({}), an_evaluation({})
    evidence = supported(there, 1)
    act = (linked, here, evidence, 1)

    assert refusal(*act, actor=member(here.campaign.ward))[0] == "other_ward"


def test_withdrawn_evidence_is_not_linked():
    evaluation = an_evaluation({}, {})
    evidence = withdrawn(recorded(evaluation))

    assert refusal(linked, evaluation, evidence, 2)[0] == "withdrawn"


def test_unlinked_evidence_no_longer_supports():
    evaluation = an_evaluation({}, {})
    evidence = recorded(evaluation, numbers=(1, 2))
    claimed(evaluation)

    unlinked(evaluation, evidence)

    assert met_on(evaluation) == 0
    assert TrailEntry.objects.filter(action="evidence_unlinked").count() == 1


def test_the_last_link_stays():
    evaluation = an_evaluation({})

    assert refusal(unlinked, evaluation, recorded(evaluation))[0] == "last_link"


def test_unlinking_what_is_not_linked_changes_nothing():
    evaluation = an_evaluation({}, {})
    evidence = recorded(evaluation)

    unlinked(evaluation, evidence, 2)

    assert evidence.links.count() == 1


# --- Correcting -------------------------------------------------------------------


def test_an_edit_keeps_both_versions_in_the_trail():
    evidence = recorded(an_evaluation({}), a_paper(title="Tên cũ"))

    edited(evidence, a_paper(title="Tên mới"))

    told = TrailEntry.objects.filter(action__startswith="evidence_").order_by("pk")
    assert [entry.texts.get(field="title").text for entry in told] == [
        "Tên cũ",
        "Tên mới",
    ]


def test_an_edit_of_an_old_version_is_a_conflict_and_nothing_is_lost():
    evidence = recorded(an_evaluation({}))
    edited(evidence, a_paper(title="Của người thứ nhất"), version=1)

    with pytest.raises(EvidenceConflict) as conflict:
        edited(evidence, a_paper(title="Của người thứ hai"), version=1)

    assert conflict.value.current.title == "Của người thứ nhất"
    evidence.refresh_from_db()
    assert (evidence.title, evidence.version) == ("Của người thứ nhất", 2)


def test_a_file_taken_off_leaves_its_trace_and_goes_on_counting():
    evaluation = an_evaluation({})
    files = [stored_in(evaluation.campaign.ward) for _ in range(2)]
    evidence = recorded(evaluation, facts("files"), stored=files)
    gone = evidence.files.first()

    evidence = edited(evidence, facts("files"), remove=[gone.pk])

    assert EvidenceFile.objects.get(pk=gone.pk).removed_at
    assert evidence.file_count == 2


def test_a_file_taken_off_may_come_again():
    evaluation = an_evaluation({})
    file = stored_in(evaluation.campaign.ward)
    evidence = recorded(evaluation, stored=[file])
    evidence = edited(evidence, remove=[evidence.files.get().pk])

    evidence = edited(evidence, stored=[file])

    assert evidence.files.filter(removed_at=None).get().stored == file
    assert evidence.files.count() == 2


def test_the_last_of_the_files_is_not_taken_off():
    evaluation = an_evaluation({})
    file = stored_in(evaluation.campaign.ward)
    evidence = recorded(evaluation, facts("files"), stored=[file])
    gone = [evidence.files.get().pk]

    act = (edited, evidence, facts("files"))
    assert refusal(*act, remove=gone) == ("files_missing", "files")


def test_a_file_of_other_evidence_is_not_taken_off():
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward
    other = recorded(evaluation, stored=[stored_in(ward)])

    edited(recorded(evaluation), remove=[other.files.get().pk])

    assert other.files.get().removed_at is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (a_paper(fact_on=TODAY + DAY), "fact_in_future"),
        (facts("document"), "number_missing"),
        (facts("link"), "url_missing"),
        (a_paper(title=""), "invalid"),
    ],
)
def test_an_edit_keeps_the_rules_of_recording(said, code):
    evidence = recorded(an_evaluation({}))

    assert refusal(edited, evidence, said)[0] == code
    assert Evidence.objects.get().version == 1


def test_an_edit_restates_every_criterion_it_counts_for():
    evaluation = an_evaluation({}, {})
    evidence = recorded(evaluation, numbers=(1, 2))
    claimed(evaluation, 1)
    claimed(evaluation, 2)

    edited(evidence, a_paper(fact_on=TODAY - DAY, expires_on=TODAY - DAY))

    assert met_on(evaluation) == 0


# --- Withdrawing ------------------------------------------------------------------


def test_withdrawn_evidence_supports_nothing_and_stays_to_be_seen():
    evaluation = an_evaluation({})
    claimed(evaluation)
    evidence = withdrawn(recorded(evaluation))

    assert met_on(evaluation) == 0
    assert evidence in list_evidence(
        user=member(evidence.ward), ward=evidence.ward, campaign=evaluation.campaign
    )


def test_withdrawing_needs_a_reason_and_happens_once():
    evidence = recorded(an_evaluation({}))

    assert refusal(withdrawn, evidence, "  ") == ("reason_missing", "reason")
    withdrawn(evidence)
    assert refusal(withdrawn, evidence)[0] == "withdrawn"


def test_withdrawn_evidence_is_not_edited():
    evidence = withdrawn(recorded(an_evaluation({})))

    assert refusal(edited, evidence)[0] == "withdrawn"


# --- What counts, and until when --------------------------------------------------


def test_midnight_passes_over_an_expiry():
    """The last day counts whole; the day after it is gone, before any tick."""
    evaluation = an_evaluation({}, period_end=dt.date(TODAY.year + 1, 12, 31))
    claimed(evaluation)
    recorded(evaluation, a_paper(expires_on=TODAY))

    assert met_on(evaluation, TODAY) == 1
    assert met_on(evaluation, TODAY + DAY) == 0


def test_the_longest_of_two_expiries_holds():
    evaluation = an_evaluation({})
    recorded(evaluation, a_paper(expires_on=TODAY))
    recorded(evaluation, a_paper(expires_on=TODAY + DAY))
    assert assessment_of(evaluation).supported_until == TODAY + DAY

    recorded(evaluation)

    assert assessment_of(evaluation).supported_until == FOR_EVER


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (None, None, True),
        (dt.date(TODAY.year - 1, 1, 1), dt.date(TODAY.year - 1, 12, 31), False),
        (dt.date(TODAY.year - 1, 1, 1), dt.date(TODAY.year, 1, 1), True),
        (dt.date(TODAY.year, 12, 31), None, True),
        (dt.date(TODAY.year + 1, 1, 1), None, False),
        (None, dt.date(TODAY.year - 1, 12, 31), False),
    ],
)
def test_a_period_must_touch_the_campaigns(start, end, counts):
    evaluation = an_evaluation({})
    claimed(evaluation)

    recorded(evaluation, a_paper(period_start=start, period_end=end))

    assert met_on(evaluation) == int(counts)


def test_the_day_of_upload_never_matters():
    """An old paper counts for a campaign of this year when its period says so."""
    evaluation = an_evaluation({})
    claimed(evaluation)

    recorded(evaluation, a_paper(fact_on=dt.date(2016, 5, 3)))

    assert met_on(evaluation) == 1


def test_late_is_the_earliest_live_fact_and_never_refused():
    evaluation = an_evaluation({})
    Assessment.objects.update(due_on=TODAY - 5 * DAY)
    recorded(evaluation, a_paper(fact_on=TODAY))
    early = recorded(evaluation, a_paper(fact_on=TODAY - 2 * DAY))
    assert assessment_of(evaluation).days_late == 3

    withdrawn(early)

    assert assessment_of(evaluation).days_late == 5


# --- The same bytes ---------------------------------------------------------------


def test_identical_bytes_of_the_ward_are_offered_for_reuse():
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward
    content = pdf("nghị quyết")
    evidence = recorded(evaluation, stored=[stored_in(ward, content=content)])

    (found,) = find_duplicates(
        user=member(ward), ward=ward, uploads=[upload(content, "lần hai.pdf")]
    )

    assert (found.evidence, found.name) == (evidence, "lần hai.pdf")


def test_identical_bytes_of_another_ward_are_not_betrayed():
    evaluation = an_evaluation({})
    content = pdf("nghị quyết")
    recorded(evaluation, stored=[stored_in(evaluation.campaign.ward, content=content)])
    elsewhere = WardFactory()

    assert not find_duplicates(
        user=member(elsewhere), ward=elsewhere, uploads=[upload(content)]
    )


@pytest.mark.parametrize("how", ["withdrawn", "taken off"])
def test_bytes_that_no_longer_stand_are_not_offered(how):
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward
    content = pdf("nghị quyết")
    evidence = recorded(evaluation, stored=[stored_in(ward, content=content)])
    if how == "withdrawn":
        withdrawn(evidence)
    else:
        edited(evidence, remove=[evidence.files.get().pk])

    assert not find_duplicates(user=member(ward), ward=ward, uploads=[upload(content)])


# --- Who --------------------------------------------------------------------------


READERS = [Role.COMMITTEE_MEMBER, Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN]


@pytest.mark.parametrize("role", READERS)
def test_who_only_reads_records_nothing(role):
    evaluation = an_evaluation({})

    with pytest.raises(PermissionDenied):
        recorded(evaluation, actor=member(evaluation.campaign.ward, role))


@pytest.mark.parametrize("role", READERS)
def test_who_only_reads_uploads_nothing(role, evidence_root):
    evaluation = an_evaluation({})
    ward = evaluation.campaign.ward

    with pytest.raises(PermissionDenied):
        keep_upload(
            actor=member(ward, role),
            ward=ward,
            row=assessment_of(evaluation),
            upload=upload(pdf()),
        )

    assert not list(evidence_root.iterdir())


@pytest.fixture
def contributor():
    """A unit that leads criterion 1 of two, and a person who acts for it."""
    evaluation = an_evaluation({}, {})
    unit = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    Assessment.objects.filter(criterion__number=1).update(lead_unit=unit)
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit
    )
    return evaluation, person


def test_a_contributor_records_for_what_the_own_unit_leads(contributor):
    evaluation, person = contributor

    assert recorded(evaluation, actor=person).pk
    for numbers in [(2,), (1, 2)]:
        with pytest.raises(PermissionDenied):
            recorded(evaluation, numbers=numbers, actor=person)


def test_a_contributor_does_not_change_evidence_that_others_use_too(contributor):
    evaluation, person = contributor
    evidence = recorded(evaluation, numbers=(1, 2))

    with pytest.raises(PermissionDenied):
        edited(evidence, actor=person)
    with pytest.raises(PermissionDenied):
        withdraw_evidence(actor=person, evidence=evidence, reason="x")


def test_a_contributor_links_evidence_to_the_own_criterion(contributor):
    evaluation, person = contributor
    evidence = recorded(evaluation, numbers=(2,))

    linked(evaluation, evidence, 1, actor=person)

    assert evidence.links.count() == 2


def test_a_unit_asked_for_its_part_of_a_figure_records_evidence_too():
    ward = WardFactory()
    evaluation = an_evaluation(
        {"percentage": True, "figures_by": ["residential_group"]}, ward=ward
    )

    assert recorded(evaluation, actor=member(ward, Role.UNIT_CONTRIBUTOR)).pk
