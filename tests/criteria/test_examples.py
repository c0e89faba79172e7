"""The example ward: every block of its file, with its basis, and nothing invented."""

import datetime as dt
import io
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from commitments.models import (
    AgendaItem,
    Campaign,
    Commitment,
    CommitmentText,
    CommitteeMember,
    Contribution,
    Directive,
    FundingLine,
    Meeting,
    OfficialDocument,
    OutsideBody,
    SteeringCommittee,
)
from commitments.sealing import text_digest
from commitments.selectors.facts import ward_facts
from criteria.models import (
    DirectiveCriterion,
    DocumentCriterion,
    Evaluation,
    Evidence,
    MemberCategory,
)
from criteria.selectors.scores import score_as_json
from criteria.services.examples import load_example, unknowns
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.audit.services import verify_chain
from wardsecurity.permissions import system

pytestmark = pytest.mark.django_db

CATALOG = Path(settings.BASE_DIR, "criteria", "catalog")
FILE = CATALOG / "example-ward-2023.yaml"
FACTS = yaml.safe_load(FILE.read_text(encoding="utf-8"))
LOADER = system("load_example")


@pytest.fixture
def loaded():
    call_command("load_criteria", CATALOG / "criteria-34.yaml", stdout=io.StringIO())
    return load_example(actor=LOADER, path=FILE)


@pytest.fixture
def campaign(loaded):
    return loaded.evaluation.campaign


def numbers_of(joins):
    return sorted(joins.values_list("assessment__criterion__number", flat=True))


# --- The campaign -----------------------------------------------------------------


def test_the_campaign_says_where_it_comes_from(campaign):
    source = Campaign.objects.get(pk=campaign.pk).source
    told = FACTS["source"]
    assert source["title"] == told["title_vi"]
    assert source["publisher"] == told["publisher_vi"]
    assert source["url"] == told["url"]
    assert source["published_on"] is None
    assert source["criteria_count"] == 34
    assert source["basis"] == {
        "period": "sample",
        "units_tree": "seed",
        "participating_units": "sample",
    }


def test_every_note_of_the_file_is_kept(campaign):
    source = Campaign.objects.get(pk=campaign.pk).source
    assert FACTS["criteria_note_vi"] in source["notes"]
    assert FACTS["participating_units"]["note_vi"] in source["notes"]
    assert any("tạm tính" in note for note in source["notes"])
    assert FACTS["units_tree"]["valid_to_note_en"].strip() in source["notes_en"]
    assert FACTS["speakers"][0]["note_en"] in source["notes_en"]


def test_the_campaign_runs_under_the_three_papers(campaign):
    row = Campaign.objects.select_related("resolution", "plan", "regulation").get(
        pk=campaign.pk
    )
    assert row.resolution.doc_type == "nghi_quyet"
    assert row.plan.doc_type == "ke_hoach"
    assert row.regulation.doc_type == "quy_che"


# --- Documents --------------------------------------------------------------------


@pytest.mark.parametrize("facts", FACTS["documents"], ids=lambda one: one["code"])
def test_each_document_is_as_the_file_says(campaign, facts):
    document = OfficialDocument.objects.get(
        campaign=campaign, doc_type=facts["doc_type"]
    )
    assert document.subject_vi == facts["subject_vi"]
    assert document.subject_en == facts["subject_en"]
    assert document.system == facts["system"]
    assert document.number == facts["number"]
    assert document.symbol == (facts["symbol"] or "")
    assert document.display == (facts["display"] or "")
    issued = facts["issued_on"]
    assert document.issued_on == (dt.date.fromisoformat(issued) if issued else None)
    assert document.issuer_unit.name == facts["issuer_vi"]
    assert document.basis == facts["basis"]
    assert document.issuer_basis == facts.get("issuer_basis", "")
    assert document.note == facts.get("note_vi", "")
    assert numbers_of(document.document_criteria) == facts["supports_criteria"]


def test_there_is_one_numbered_paper_and_no_other_document(campaign):
    papers = OfficialDocument.objects.filter(campaign=campaign)
    assert papers.count() == len(FACTS["documents"]) == 4
    assert [one.display for one in papers.filter(number__isnull=False)] == ["15-NQ/ĐU"]


# --- Committee --------------------------------------------------------------------


def test_the_committee_is_a_sample_by_posts_under_the_decision(campaign):
    committee = SteeringCommittee.objects.get(campaign=campaign)
    facts = FACTS["steering_committee"]
    assert (committee.basis, committee.note) == (facts["basis"], facts["note_vi"])
    assert committee.decision.doc_type == "quyet_dinh"
    assert committee.name.startswith("Ban Chỉ đạo")
    told = [
        (
            member.order,
            member.position,
            member.role,
            member.basis,
            member.name,
            [join.category.code for join in member.member_categories.all()],
        )
        for member in committee.members.order_by("order")
    ]
    assert told == [
        (post["order"], post["position_vi"], post["role"], "sample", "", codes)
        for post in facts["members"]
        for codes in [post["categories"]]
    ]


# --- Conference and directives ----------------------------------------------------


def test_the_conference_has_its_organisers_attendance_and_five_points(campaign):
    meeting = Meeting.objects.get(campaign=campaign)
    facts = FACTS["conference"]
    assert (meeting.kind, meeting.basis) == ("launch_conference", "seed")
    assert meeting.title == facts["title_vi"]
    assert (meeting.held_on, meeting.place, meeting.attendance_count) == (
        None,
        "",
        None,
    )
    bodies = meeting.organising_bodies.values_list("name", flat=True)
    assert set(bodies) == set(facts["organisers_vi"])
    assert meeting.attendance.splitlines() == facts["attendance_vi"]
    agenda = list(meeting.agenda.all())
    points = [(one.order, one.kind, one.text_vi, one.text_en) for one in agenda]
    assert points == [
        (one["order"], one["kind"], one["text_vi"], one["text_en"])
        for one in facts["agenda"]
    ]
    announced = [one.document for one in agenda if one.document]
    assert [one.doc_type for one in announced] == ["quyet_dinh"]


def test_the_bodies_above_are_registered_by_their_kind(campaign):
    found = OutsideBody.objects.filter(ward=campaign.ward)
    assert dict(found.values_list("name", "kind")) == {
        "Công an tỉnh Quảng Bình": "police",
        "Ban Chỉ đạo 138 thành phố Đồng Hới": "steering_committee",
        "Ban Chỉ đạo 138 tỉnh": "steering_committee",
    }


@pytest.mark.parametrize("facts", FACTS["directives"], ids=lambda one: one["code"])
def test_each_directive_has_its_giver_and_its_criteria(campaign, facts):
    directive = Directive.objects.get(campaign=campaign, order=facts["order"])
    (speaker,) = FACTS["speakers"]
    assert (directive.text_vi, directive.text_en) == (
        facts["text_vi"],
        facts["text_en"],
    )
    assert (directive.origin, directive.status, directive.basis) == (
        "above",
        "new",
        "seed",
    )
    assert directive.giver_rank == speaker["rank_vi"]
    assert directive.giver_name == speaker["name_vi"]
    assert directive.giver_position == speaker["position_vi"]
    assert directive.giver_body.name == "Ban Chỉ đạo 138 tỉnh"
    assert directive.meeting.kind == "launch_conference"
    assert (directive.responsible_unit, directive.due_on) == (None, None)
    assert numbers_of(directive.directive_criteria) == facts["suggested_criteria"]


# --- Commitment -------------------------------------------------------------------


def test_the_text_of_the_commitment_is_drafted_and_nobody_has_signed(campaign):
    text = CommitmentText.objects.get(campaign=campaign)
    facts = FACTS["commitment"]
    assert (text.title, text.scope) == (facts["title_vi"], facts["scope_vi"])
    assert text.parties == facts["parties_vi"]
    assert (text.basis, text.note) == ("seed", facts["contents_note_vi"])
    assert text.years_after
    assert text.sealed_at is None
    contents = list(text.contents.order_by("order"))
    assert [(one.body_vi, one.body_en, one.basis) for one in contents] == [
        (one["text_vi"], one["text_en"], "drafted") for one in facts["contents"]
    ]
    assert len(contents) == facts["contents_count"] == 3
    assert text.sha256 == text_digest(
        title=text.title,
        scope=text.scope,
        parties=text.parties,
        contents=[one.body_vi for one in contents],
    )
    assert not Commitment.objects.exists()


def test_twenty_two_units_are_still_to_sign(campaign):
    campaign = Campaign.objects.get(pk=campaign.pk)
    facts = ward_facts(campaign, campaign.period_end)
    assert (facts.units_signed, facts.units_required) == (0, 22)
    assert facts.resolution
    assert not any((facts.plan, facts.regulation, facts.committee))
    assert facts.launch_conferences == 0  # its day is unknown


# --- Nothing invented, nothing twice ----------------------------------------------


def test_nothing_is_assessed_and_nothing_is_evidence(loaded):
    evaluation = Evaluation.objects.select_related(
        "campaign__ward", "criteria_set"
    ).get(pk=loaded.evaluation.pk)
    total = score_as_json(evaluation)["total"]
    assert (total["met"], total["size"]) == (0, 34)
    for model in (Evidence, FundingLine, Contribution):
        assert not model.objects.exists()


def everything():
    models = (
        OutsideBody,
        OfficialDocument,
        SteeringCommittee,
        CommitteeMember,
        MemberCategory,
        Meeting,
        AgendaItem,
        Directive,
        DirectiveCriterion,
        DocumentCriterion,
        CommitmentText,
        TrailEntry,
    )
    return {model.__name__: model.objects.count() for model in models}


def test_loading_again_changes_nothing(loaded):
    before = everything()
    again = load_example(actor=LOADER, path=FILE)
    assert not again.is_new
    assert again.made == {}
    assert everything() == before


def test_what_people_completed_since_is_kept(loaded, campaign):
    OfficialDocument.objects.filter(campaign=campaign, doc_type="ke_hoach").update(
        subject_vi="Kế hoạch đã sửa"
    )
    Directive.objects.filter(order=1).update(text_vi="Đã sửa")
    Meeting.objects.update(title="Hội nghị đã sửa")
    SteeringCommittee.objects.update(name="Ban đã sửa")
    campaign = Campaign.objects.get(pk=campaign.pk)
    campaign.plan = None
    campaign.save()
    before = everything()
    load_example(actor=LOADER, path=FILE)
    assert everything() == before
    campaign.refresh_from_db()
    assert campaign.plan is None
    assert Directive.objects.get(order=1).text_vi == "Đã sửa"


def test_an_example_of_an_earlier_version_is_completed(loaded, campaign):
    """Units and the campaign only, as before the records had a place."""
    Campaign.objects.update(resolution=None, plan=None, regulation=None, source={})
    made = dict(loaded.made)
    for model in (
        MemberCategory,
        DirectiveCriterion,
        DocumentCriterion,
        AgendaItem,
        Directive,
        Meeting,
        CommitteeMember,
        SteeringCommittee,
        OfficialDocument,
        OutsideBody,
        CommitmentText,
    ):
        model.objects.all().delete()
    again = load_example(actor=LOADER, path=FILE)
    assert not again.is_new
    assert again.made == made
    campaign.refresh_from_db()
    assert campaign.resolution.display == "15-NQ/ĐU"


def test_every_record_has_its_entry_in_a_trail_that_holds(loaded, campaign):
    told = TrailEntry.objects.filter(actor="load_example")
    for model in (OfficialDocument, Meeting, Directive, CommitmentText, OutsideBody):
        label = model._meta.label_lower
        assert set(
            told.filter(target_type=label).values_list("target_id", flat=True)
        ) == set(model.objects.values_list("pk", flat=True))
    assert not list(verify_chain(TrailChain.objects.get(unit=campaign.ward)))


# --- What stays unknown -----------------------------------------------------------


def test_unknowns_are_named_by_their_place_in_the_file():
    facts = {"a": [{"code": "x", "day": None}, {"day": None}], "b": {"c": None}, "d": 1}
    assert list(unknowns(facts)) == ["a[x].day", "a[2].day", "b.c"]


def test_the_command_says_what_was_made_and_what_nobody_knows():
    call_command("load_criteria", CATALOG / "criteria-34.yaml", stdout=io.StringIO())
    told = io.StringIO()
    call_command("load_example", FILE, stdout=told)
    first = told.getvalue()
    assert "4 documents" in first
    assert "3 directives" in first
    assert "documents[kh-ubnd].number" in first
    assert "conference.held_on" in first
    assert "commitment.signed_on" in first
    told = io.StringIO()
    call_command("load_example", FILE, stdout=told)
    assert "nothing new" in told.getvalue()


def test_without_its_set_nothing_is_loaded():
    with pytest.raises(CommandError, match="load_criteria"):
        call_command("load_example", FILE)
    assert not Campaign.objects.exists()


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.yaml"):
        call_command("load_example", "nowhere.yaml")
