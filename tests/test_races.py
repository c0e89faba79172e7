"""Real threads on a real database: nothing is lost, nothing happens twice."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from commitments.models import DocumentType, OfficialDocument, PaperSystem
from commitments.services.documents import (
    DocumentFacts,
    change_document,
    record_document,
)
from criteria.models import (
    Assessment,
    CriteriaSet,
    EvaluationMove,
    Evidence,
    SetState,
)
from criteria.scoring import FOR_EVER, Tally
from criteria.selectors.rollup import roll_up
from criteria.services.assessments import EditConflict, Entry, Part, save_assessment
from criteria.services.documents import make_evidence
from criteria.services.evaluations import (
    Assignment,
    AssignmentConflict,
    assign,
    given_of,
    open_evaluation,
)
from criteria.services.evidence import (
    Facts,
    edit_evidence,
    link_evidence,
    record_evidence,
)
from criteria.services.moving import move_evaluation
from criteria.services.scores import recompute
from criteria.services.set_imports import apply_upload, examine
from criteria.services.sets import publish_set
from tests.factories.commitments import CampaignFactory, DocumentFactory
from tests.factories.criteria import (
    SET_FILE,
    SetUploadFactory,
    a_set,
    an_evaluation,
    assessment_of,
    supported,
)
from tests.factories.files import pdf
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.services import save_participating_unit

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = timezone.localdate()


def together(*acts):
    """Run acts at the same moment, each in a thread with its own connection."""
    start = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        try:
            start.wait(10)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, act))
        for place, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_officers_on_different_criteria_lose_no_rollup():
    evaluation = an_evaluation(*[{"measured": True}] * 4)
    supported(evaluation, 1, 2, 3, 4)
    people = [member(evaluation.campaign.ward) for _ in range(2)]

    def saving(person, numbers):
        def act():
            for value in (1, 4, 2, 4):
                for number in numbers:
                    row = assessment_of(evaluation, number)
                    save_assessment(
                        actor=person,
                        assessment=row,
                        version=row.version,
                        entry=Entry(value=value),
                    )

        return act

    assert together(saving(people[0], (1, 2)), saving(people[1], (3, 4))) == [None] * 2
    evaluation.refresh_from_db()
    sums = roll_up([evaluation.pk], timezone.localdate())[evaluation.pk]
    assert evaluation.self_met == sum((one.own for one in sums), Tally()).met == 4


def test_two_officers_on_one_criterion_meet_in_one_conflict():
    evaluation = an_evaluation({})
    people = [member(evaluation.campaign.ward) for _ in range(2)]
    seen = assessment_of(evaluation)

    def saving(person, words):
        return lambda: save_assessment(
            actor=person,
            assessment=seen,
            version=seen.version,
            entry=Entry("met", explanation=words),
        )

    results = together(saving(people[0], "một"), saving(people[1], "hai"))
    conflicts = [one for one in results if isinstance(one, EditConflict)]
    saved = [one for one in results if isinstance(one, Assessment)]
    assert (len(conflicts), len(saved)) == (1, 1)
    assert assessment_of(evaluation).explanation == saved[0].explanation


def test_the_same_form_sent_twice_at_once_makes_one_row():
    evaluation = an_evaluation({})
    person = member(evaluation.campaign.ward)
    campaign = evaluation.campaign
    address = f"/w/{campaign.ward.slug}/{campaign.year}/criteria/1/evidence/new/"
    form = {
        "form_key": "same",
        "kind": "document",
        "title": "Báo cáo",
        "number": "1/BC-UBND",
        "fact_on": "05/01/2026",
    }

    def sending():
        client = Client()
        client.force_login(person)
        return client.post(address, form).status_code

    assert together(sending, sending) == [302, 302]
    assert Evidence.objects.count() == 1


def test_one_campaign_a_year_also_in_a_race():
    ward = WardFactory()
    criteria_set = a_set({})
    leaders = [member(ward, Role.WARD_LEADER) for _ in range(2)]

    def opening(leader):
        return lambda: open_evaluation(
            actor=leader,
            ward=ward,
            criteria_set=criteria_set,
            title="Năm 2026",
            period_start=dt.date(2026, 1, 1),
            period_end=dt.date(2026, 12, 31),
        )

    results = together(*map(opening, leaders))
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["campaign_exists"]
    assert ward.campaigns.count() == 1


def test_linking_while_somebody_edits_loses_neither():
    """Either may be asked to try again ("busy"); what was taken is there whole."""
    evaluation = an_evaluation(*[{}] * 4)
    evidence = supported(evaluation, 1)
    people = [member(evaluation.campaign.ward) for _ in range(2)]

    def linking():
        for number in (2, 3, 4):
            again(
                link_evidence,
                actor=people[0],
                assessment=assessment_of(evaluation, number),
                evidence=evidence,
            )

    def editing():
        for place in range(3):
            again(
                edit_evidence,
                actor=people[1],
                evidence=evidence,
                version=place + 1,
                facts=Facts("document", f"Bản {place}", TODAY, number="1/KH-UBND"),
            )

    assert together(linking, editing) == [None] * 2
    evidence.refresh_from_db()
    assert (evidence.title, evidence.version) == ("Bản 2", 4)
    assert evidence.links.count() == 4
    until = Assessment.objects.values_list("supported_until", flat=True)
    assert set(until) == {FOR_EVER}


def again(act, **kwargs):
    """Try until nobody else is saving this evidence."""
    for _ in range(50):
        try:
            return act(**kwargs)
        except RuleViolation as refused:
            if refused.code != "busy":
                raise
    raise AssertionError("busy for ever")


def test_a_form_with_a_file_sent_twice_at_once_makes_one_row(evidence_root):
    """The slower of the two is led to what the faster made."""
    evaluation = an_evaluation({})
    person = member(evaluation.campaign.ward)
    campaign = evaluation.campaign
    address = f"/w/{campaign.ward.slug}/{campaign.year}/criteria/1/evidence/new/"
    content = pdf("một")

    def sending():
        client = Client()
        client.force_login(person)
        form = {
            "form_key": "same",
            "kind": "files",
            "title": "Ảnh hội nghị",
            "fact_on": f"{TODAY:%d/%m/%Y}",
            "files": SimpleUploadedFile("anh.pdf", content),
        }
        return client.post(address, form).status_code

    assert together(sending, sending) == [302, 302]
    assert Evidence.objects.get().files.count() == 1


def test_two_officers_of_two_wards_do_not_wait_for_each_other_for_ever():
    """A set both wards stand on, thirty saves across: no deadlock, both sums right."""
    criteria_set = a_set(*[{"measured": True}] * 3)
    wards = [an_evaluation(criteria_set=criteria_set) for _ in range(2)]
    for evaluation in wards:
        supported(evaluation, 1, 2, 3)

    def saving(evaluation):
        person = member(evaluation.campaign.ward)

        def act():
            for value in (1, 4, 2, 3, 4):
                for number in (1, 2, 3):
                    row = assessment_of(evaluation, number)
                    save_assessment(
                        actor=person,
                        assessment=row,
                        version=row.version,
                        entry=Entry(value=value),
                    )

        return act

    assert together(*map(saving, wards)) == [None] * 2
    for evaluation in wards:
        evaluation.refresh_from_db()
        assert evaluation.self_met == 3


def test_two_leaders_on_one_row_meet_in_one_conflict_and_on_two_rows_lose_nothing():
    evaluation = an_evaluation({}, {}, {})
    ward = evaluation.campaign.ward
    leaders = [member(ward, Role.WARD_LEADER) for _ in range(2)]
    rows = {number: assessment_of(evaluation, number) for number in (1, 2, 3)}
    end = evaluation.campaign.period_end

    def giving(leader, days):
        """Days before the end of the year, by criterion."""
        return lambda: assign(
            actor=leader,
            evaluation=evaluation,
            assignments={
                number: Assignment(
                    None,
                    end - dt.timedelta(days=before),
                    shown=given_of(rows[number], ()),
                )
                for number, before in days.items()
            },
        )

    apart = together(giving(leaders[0], {1: 5}), giving(leaders[1], {2: 6}))
    assert [len(one) for one in apart] == [1, 1]
    meeting = together(giving(leaders[0], {3: 7}), giving(leaders[1], {3: 8}))
    conflicts = [one for one in meeting if isinstance(one, AssignmentConflict)]
    assert len(conflicts) == 1
    left = [(end - assessment_of(evaluation, n).due_on).days for n in (1, 2)]
    assert left == [5, 6]


def test_a_unit_added_while_its_neighbour_gives_a_figure_leaves_a_true_score():
    """No deadlock between the ward's units and its scores, and nothing stale."""
    ward = WardFactory()
    unit = ParticipatingUnitFactory(ward=ward)
    evaluation = an_evaluation(
        {"measured": True, "figures_by": ["residential_group"]}, ward=ward
    )
    person = member(ward)

    def giving():
        for value in range(6):
            row = assessment_of(evaluation)
            save_assessment(
                actor=person,
                assessment=row,
                version=row.version,
                entry=Entry(parts={unit.pk: Part(value)}),
            )
            record_evidence(
                actor=person,
                ward=ward,
                assessments=[row],
                facts=Facts("document", f"Bản {value}", TODAY, number="1/KH-UBND"),
            )

    def changing():
        for place in range(6):
            save_participating_unit(
                actor=TESTS,
                ward=ward,
                name=f"Tổ mới {place}",
                kind="residential_group",
                valid_to=dt.date(TODAY.year - 1 + place % 2, 12, 31),
            )

    assert together(giving, changing) == [None] * 2
    evaluation.refresh_from_db()
    assert recompute(actor=TESTS, evaluation=evaluation) == []


# --- Documents --------------------------------------------------------------------


def a_resolution(party, **kwargs):
    """A Party resolution without a term: the service alone keeps its number single."""
    return DocumentFacts(
        **{
            "system": PaperSystem.PARTY,
            "doc_type": DocumentType.NGHI_QUYET,
            "reference": "15-NQ/ĐU",
            "issued_on": TODAY,
            "subject_vi": "Về lãnh đạo",
            "issuer_unit": party,
        }
        | kwargs
    )


@pytest.mark.parametrize("years", [1, 2])
def test_a_number_is_given_once_also_in_a_race(years):
    """In one campaign, or in two of the ward."""
    first = CampaignFactory()
    ward = first.ward
    last_year = dt.date(TODAY.year - 1, 1, 1)
    campaigns = [first, first]
    if years == 2:
        campaigns[1] = CampaignFactory(ward=ward, period_start=last_year)
    party = ParticipatingUnitFactory(ward=ward, kind="party_committee")
    people = [member(ward) for _ in range(2)]

    def recording(person, campaign):
        return lambda: record_document(
            actor=person, campaign=campaign, facts=a_resolution(party)
        )

    results = together(*map(recording, people, campaigns))
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["number_used"]
    assert OfficialDocument.objects.count() == 1


@pytest.mark.parametrize("field", ["based_on", "replaces"])
def test_two_who_close_a_circle_from_both_ends_do_not_close_it(field):
    campaign = CampaignFactory()
    party = ParticipatingUnitFactory(ward=campaign.ward, kind="party_committee")
    pair = [
        DocumentFactory(
            campaign=campaign, resolution=True, number=number, issuer_unit=party
        )
        for number in (1, 2)
    ]
    people = [member(campaign.ward) for _ in range(2)]

    def pointing(person, document, other):
        chosen = (other,) if field == "based_on" else other
        said = a_resolution(party, reference=document.display, **{field: chosen})
        return lambda: change_document(
            actor=person, document=document, version=1, facts=said
        )

    results = together(
        pointing(people[0], pair[0], pair[1]), pointing(people[1], pair[1], pair[0])
    )
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == [f"{field}_in_a_circle"]


def test_two_who_make_one_document_evidence_make_one_piece():
    evaluation = an_evaluation({}, {})
    document = DocumentFactory(campaign=evaluation.campaign)
    people = [member(evaluation.campaign.ward) for _ in range(2)]

    def making(person, number):
        row = assessment_of(evaluation, number)
        return lambda: make_evidence(actor=person, document=document, assessments=[row])

    results = together(making(people[0], 1), making(people[1], 2))
    assert not [one for one in results if isinstance(one, Exception)]
    assert Evidence.objects.get().links.count() == 2


def a_draft(province):
    return a_set({}, {}, owner=province, state=SetState.DRAFT)


def test_of_two_admins_who_publish_the_same_draft_one_wins():
    province = UnitFactory()
    draft = a_draft(province)
    admins = [member(province, Role.PROVINCE_ADMIN) for _ in range(2)]

    def publishing(admin):
        return lambda: publish_set(
            actor=admin, criteria_set=draft, seen_hash=draft.content_hash
        )

    results = together(*(publishing(admin) for admin in admins))

    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["set_already_published"]
    assert TrailEntry.objects.filter(action="set_published").count() == 1


def test_of_two_who_apply_the_same_file_both_get_one_draft():
    upload = SetUploadFactory()
    leaders = [member(upload.owner, Role.WARD_LEADER) for _ in range(2)]
    seen = examine(upload).seen

    def applying(leader):
        return lambda: apply_upload(actor=leader, upload=upload, seen=seen)

    first, second = together(*(applying(leader) for leader in leaders))

    assert first == second
    assert CriteriaSet.objects.filter(owner=upload.owner).count() == 1


def test_of_two_files_on_one_present_version_the_second_is_refused():
    one = SetUploadFactory()
    other = SetUploadFactory(
        owner=one.owner, data=SET_FILE.replace("Làm.", "Làm khác.").encode()
    )
    leader = member(one.owner, Role.WARD_LEADER)

    def applying(upload):
        seen = examine(upload).seen
        return lambda: apply_upload(actor=leader, upload=upload, seen=seen)

    results = together(applying(one), applying(other))

    codes = [each.code for each in results if isinstance(each, RuleViolation)]
    assert codes == ["set_moved"]
    assert CriteriaSet.objects.filter(owner=one.owner).count() == 1


def test_a_year_that_moves_while_it_is_assessed_loses_nothing():
    province = UnitFactory()
    ward = WardFactory(parent=province)
    old = a_set({}, {"measured": True}, code="PX", owner=province)
    new = a_set({"measured": True, "key": "c02"}, {"key": "c01"}, code="PX",
                owner=province, version=2)  # fmt: skip
    evaluation = an_evaluation(ward=ward, criteria_set=old)
    supported(evaluation, 2)
    row, staff = assessment_of(evaluation, 2), member(ward)
    admin = member(province, Role.PROVINCE_ADMIN)

    moved, saved = together(
        lambda: move_evaluation(actor=admin, evaluation=evaluation, criteria_set=new),
        lambda: save_assessment(
            actor=staff, assessment=row, version=row.version, entry=Entry(value=4)
        ),
    )

    assert isinstance(moved, EvaluationMove)
    after = Assessment.objects.get(pk=row.pk)
    assert after.criterion.criteria_set == new
    # Saved before the move, or told that the criterion changed meanwhile.
    assert after.value == 4 or isinstance(saved, EditConflict)
    evaluation.refresh_from_db()
    assert evaluation.self_met == (after.value == 4)
