"""Recording, correcting and withdrawing documents; bodies, terms and the campaign."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import (
    Campaign,
    DocumentFile,
    DocumentType,
    OfficialDocument,
    OutsideBody,
    PaperSystem,
    PartyTerm,
)
from commitments.selectors.bodies import find_body
from commitments.selectors.document_trees import tree_of, uses_of
from commitments.selectors.documents import (
    get_document,
    list_documents,
    oddities_of,
    search_documents,
)
from commitments.services.bodies import (
    TermFacts,
    change_body,
    change_term,
    kind_by_name,
    record_term,
    register_body,
)
from commitments.services.campaigns import change_campaign
from commitments.services.documents import (
    DocumentFacts,
    change_document,
    keep_scan,
    record_document,
    withdraw_document,
)
from commitments.services.edits import EditConflict
from tests.factories.commitments import (
    CampaignFactory,
    CommitmentFactory,
    CommitteeFactory,
    ContributionFactory,
    DirectiveFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    OutsideBodyFactory,
    PartyTermFactory,
    ReviewFactory,
)
from tests.factories.files import StoredFileFactory, pdf, upload
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.files.models import StoredFile
from wardsecurity.files.selectors import find_unused
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def office(campaign):
    """The ward's People's Committee."""
    return ParticipatingUnitFactory(
        ward=campaign.ward, kind=ParticipatingKind.PEOPLES_COMMITTEE, name="UBND phường"
    )


@pytest.fixture
def party(campaign):
    """The ward's Party committee."""
    return ParticipatingUnitFactory(
        ward=campaign.ward, kind=ParticipatingKind.PARTY_COMMITTEE, name="Đảng ủy"
    )


def plan(office, **kwargs):
    """The smallest true words of a numbered plan."""
    said = {
        "system": PaperSystem.STATE,
        "doc_type": DocumentType.KE_HOACH,
        "subject_vi": "Về bảo đảm an ninh",
        "reference": "27/KH-UBND",
        "issued_on": TODAY,
    }
    if not {"issuer_unit", "issuer_body", "new_body"} & set(kwargs):
        said["issuer_unit"] = office
    return DocumentFacts(**said | kwargs)


def resolution(party, **kwargs):
    return DocumentFacts(
        **{
            "system": PaperSystem.PARTY,
            "doc_type": DocumentType.NGHI_QUYET,
            "subject_vi": "Về lãnh đạo xây dựng phường điển hình",
            "reference": "15-NQ/ĐU",
            "issued_on": TODAY,
            "issuer_unit": party,
        }
        | kwargs
    )


def recorded(campaign, facts, *, actor=None, **kwargs):
    return record_document(
        actor=actor or member(campaign.ward), campaign=campaign, facts=facts, **kwargs
    )


def changed(document, facts, *, actor=None, version=None, **kwargs):
    return change_document(
        actor=actor or member(document.campaign.ward),
        document=document,
        version=document.version if version is None else version,
        facts=facts,
        **kwargs,
    )


def refusal(act, *args, **kwargs):
    """The rule that stands in the way, as (code, field); and nothing was written."""
    before = (OfficialDocument.objects.count(), TrailEntry.objects.count())
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    assert (OfficialDocument.objects.count(), TrailEntry.objects.count()) == before
    return refused.value.code, refused.value.field


# --- Recording --------------------------------------------------------------------


def test_one_box_fills_number_and_symbol(campaign, party):
    document = recorded(campaign, resolution(party, reference="Số: 15 - nq/du"))

    assert (document.number, document.symbol) == (15, "NQ/ĐU")
    assert document.display == "15-NQ/ĐU"


@pytest.mark.parametrize(
    ("reference", "display"), [("5", "05/KH-UBND"), ("05", "05/KH-UBND")]
)
def test_a_bare_number_takes_the_symbol_of_type_and_issuer(
    campaign, office, reference, display
):
    document = recorded(campaign, plan(office, reference=reference))

    assert (document.symbol, document.display) == ("KH-UBND", display)


def test_a_draft_has_no_number_but_its_symbol_and_needs_no_day(campaign, office):
    document = recorded(campaign, plan(office, reference="", issued_on=None))

    assert document.is_draft
    assert (document.number, document.display) == (None, "")
    assert document.symbol == "KH-UBND"


def test_an_odd_format_is_taken_and_told(campaign, office):
    document = recorded(campaign, plan(office, reference="15a/KH-UBND"))

    assert (document.number, document.display) == (15, "15A/KH-UBND")
    assert len(oddities_of(document)) == 1


def test_another_body_is_registered_with_its_document(campaign):
    named = "Ban Chỉ đạo 138 tỉnh"
    document = recorded(campaign, plan(None, new_body=named, reference="7"))

    body = OutsideBody.objects.get(ward=campaign.ward)
    assert (document.issuer, body.name, body.kind) == (
        body,
        named,
        "steering_committee",
    )
    assert document.display == "07/KH-BCĐ"


def test_a_body_named_again_is_not_registered_twice(campaign):
    OutsideBodyFactory(ward=campaign.ward, name="Ban Chỉ đạo 138 tỉnh")

    recorded(campaign, plan(None, new_body="Ban chỉ đạo 138 Tỉnh"))

    assert OutsideBody.objects.count() == 1


def test_who_recorded_it_and_in_which_post_is_kept(campaign, office):
    person = member(campaign.ward, position="Văn phòng - Thống kê")

    document = recorded(campaign, plan(office), actor=person)

    assert document.recorded_by == person
    assert document.recorded_post == "Văn phòng - Thống kê"


def test_files_hang_in_their_order_and_the_same_bytes_once(campaign, office):
    files = [StoredFileFactory(unit=campaign.ward, missing=True) for _ in range(2)]

    document = recorded(campaign, plan(office), stored=[*files, files[0]])

    assert [one.stored for one in document.files.all()] == files


def test_the_trail_tells_what_was_recorded_and_keeps_words_apart(campaign, office):
    recorded(campaign, plan(office))

    entry = TrailEntry.objects.get(action="document_recorded")
    assert '"number":27' in entry.payload
    assert "an ninh" not in entry.payload.split('"texts"')[0].split('"target"')[0]
    assert entry.texts.get(field="subject_vi").text == "Về bảo đảm an ninh"


def test_text_is_kept_in_nfc(campaign, office):
    decomposed = "Nghi\u0323 quye\u0302\u0301t"

    document = recorded(campaign, plan(office, subject_vi=decomposed))

    assert document.subject_vi == "Nghị quyết"


# --- Refusals ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"issued_on": TODAY + DAY}, "in_future", "issued_on"),
        ({"issued_on": dt.date(1945, 9, 1)}, "date_too_early", "issued_on"),
        ({"issued_on": None}, "date_missing", "issued_on"),
        ({"reference": "00/KH-UBND"}, "number_out_of_range", "reference"),
        ({"reference": "1000000/KH-UBND"}, "number_out_of_range", "reference"),
        ({"reference": f"5/{'X' * 50}"}, "reference_too_long", "reference"),
        ({"issuer_unit": None}, "issuer_missing", "issuer"),
        ({"new_body": "UBND tỉnh"}, "two_issuers", "new_body"),
    ],
)
def test_bad_words_are_refused_beside_their_field(campaign, office, said, code, field):
    facts = plan(office, **{"issuer_unit": office} | said)

    assert refusal(recorded, campaign, facts) == (code, field)


def test_a_draft_in_the_future_is_refused_too(campaign, office):
    facts = plan(office, reference="", issued_on=TODAY + DAY)

    assert refusal(recorded, campaign, facts) == ("in_future", "issued_on")


def test_a_unit_or_body_of_another_ward_issues_nothing_here(campaign, office):
    unit, body = ParticipatingUnitFactory(), OutsideBodyFactory()

    facts = plan(office, issuer_unit=unit)
    assert refusal(recorded, campaign, facts) == ("other_ward", "issuer")
    facts = plan(office, issuer_body=body)
    assert refusal(recorded, campaign, facts) == ("other_ward", "issuer")


def test_a_file_of_another_ward_does_not_hang(campaign, office):
    file = StoredFileFactory(missing=True)

    found = refusal(recorded, campaign, plan(office), stored=[file])

    assert found == ("other_ward", "files")


def test_a_closed_campaign_takes_no_document(campaign, office):
    document = recorded(campaign, plan(office))
    Campaign.objects.update(closed_at=timezone.now())

    assert refusal(recorded, campaign, plan(office))[0] == "campaign_closed"
    assert refusal(changed, document, plan(office))[0] == "campaign_closed"
    found = refusal(
        withdraw_document,
        actor=member(campaign.ward),
        document=document,
        reason="Nhầm.",
    )
    assert found[0] == "campaign_closed"


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN])
def test_who_only_reads_records_nothing(campaign, office, role):
    unit = campaign.ward.parent if "province" in role else campaign.ward
    with pytest.raises(PermissionDenied):
        recorded(campaign, plan(office), actor=member(unit, role))


def test_a_contributor_keeps_the_papers_of_the_own_unit_only(campaign, office):
    group = ParticipatingUnitFactory(ward=campaign.ward)
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=group)
    own = recorded(campaign, plan(office, issuer_unit=group), actor=person)

    with pytest.raises(PermissionDenied):
        recorded(campaign, plan(office), actor=person)
    with pytest.raises(PermissionDenied):  # nor is it handed to another
        changed(own, plan(office), actor=person)
    with pytest.raises(PermissionDenied):
        recorded(campaign, plan(None, new_body="UBND tỉnh"), actor=person)


# --- Numbers ----------------------------------------------------------------------


def test_a_state_number_is_used_once_a_year_per_issuer_and_type(campaign, office):
    recorded(campaign, plan(office))
    other = ParticipatingUnitFactory(ward=campaign.ward)

    assert refusal(recorded, campaign, plan(office)) == ("number_used", "reference")
    recorded(campaign, plan(office, reference="28/KH-UBND"))
    recorded(campaign, plan(office, issuer_unit=other))
    recorded(campaign, plan(office, doc_type=DocumentType.BAO_CAO))
    last_year = TODAY.replace(year=TODAY.year - 1, day=1)
    recorded(campaign, plan(office, issued_on=last_year))


def test_a_number_used_in_another_campaign_of_the_ward_counts(campaign, office):
    before = CampaignFactory(
        ward=campaign.ward, period_start=dt.date(TODAY.year - 1, 1, 1)
    )
    recorded(before, plan(office))

    assert refusal(recorded, campaign, plan(office))[0] == "number_used"


def test_a_number_of_another_ward_does_not_matter(campaign, office):
    elsewhere = CampaignFactory()
    there = ParticipatingUnitFactory(ward=elsewhere.ward)
    recorded(elsewhere, plan(there))

    recorded(campaign, plan(office))


def test_a_party_number_is_used_once_a_term(campaign, party):
    term = PartyTermFactory(ward=campaign.ward, unit=party)
    first = recorded(campaign, resolution(party))
    before = term.starts_on - DAY

    assert first.party_term == term
    later = resolution(party, issued_on=term.starts_on)
    assert refusal(recorded, campaign, later) == ("number_used", "reference")
    earlier = recorded(campaign, resolution(party, issued_on=before))
    assert earlier.party_term is None


def test_without_a_term_a_party_number_is_used_once_within_five_years(campaign, party):
    recorded(campaign, resolution(party))
    near, far = TODAY - 1000 * DAY, TODAY - 2000 * DAY

    found = refusal(recorded, campaign, resolution(party, issued_on=near))
    assert found == ("number_used", "reference")
    recorded(campaign, resolution(party, issued_on=far))


def test_a_paper_without_a_term_counts_in_a_term_written_down_later(campaign, party):
    recorded(campaign, resolution(party))
    PartyTermFactory(ward=campaign.ward, unit=party)

    found = refusal(recorded, campaign, resolution(party, issued_on=TODAY - DAY))
    assert found == ("number_used", "reference")


def test_a_withdrawn_document_frees_its_number(campaign, office):
    document = recorded(campaign, plan(office))
    withdraw_document(actor=member(campaign.ward), document=document, reason="Nhầm.")

    recorded(campaign, plan(office))


def test_a_state_paper_has_no_term(campaign, party):
    PartyTermFactory(ward=campaign.ward, unit=party)

    document = recorded(campaign, plan(None, issuer_unit=party))

    assert document.party_term is None


# --- Correcting -------------------------------------------------------------------


def test_a_draft_gets_its_number(campaign, office):
    draft = recorded(campaign, plan(office, reference="", issued_on=None))

    document = changed(draft, plan(office, reference="31"))

    assert (document.display, document.version) == ("31/KH-UBND", 2)
    assert document.year == TODAY.year


def test_the_second_of_two_editors_is_told(campaign, office):
    document = recorded(campaign, plan(office))
    changed(document, plan(office, subject_vi="Bản một"))

    with pytest.raises(EditConflict) as refused:
        changed(document, plan(office, subject_vi="Bản hai"), version=1)
    assert refused.value.current.subject_vi == "Bản một"


def test_its_own_number_is_no_double(campaign, office):
    document = recorded(campaign, plan(office))

    assert changed(document, plan(office, subject_vi="Sửa")).number == 27


def test_a_file_taken_off_leaves_its_trace(campaign, office):
    file = StoredFileFactory(unit=campaign.ward, missing=True)
    document = recorded(campaign, plan(office), stored=[file])
    hung = document.files.get()

    changed(document, plan(office), remove=[hung.pk])

    hung.refresh_from_db()
    assert hung.removed_at is not None
    assert DocumentFile.objects.count() == 1


def test_where_an_example_comes_from_stays(campaign, office):
    document = recorded(campaign, plan(office, basis="seed", issuer_basis="sample"))

    changed(document, plan(office))

    document.refresh_from_db()
    assert (document.basis, document.issuer_basis) == ("seed", "sample")


def test_what_the_campaign_runs_under_keeps_its_type_and_stands(campaign, office):
    document = recorded(campaign, plan(office))
    Campaign.objects.update(plan=document)

    report = plan(office, doc_type=DocumentType.BAO_CAO)
    assert refusal(changed, document, report) == ("holds_a_place", "doc_type")
    found = refusal(
        withdraw_document,
        actor=member(campaign.ward),
        document=document,
        reason="Nhầm.",
    )
    assert found == ("holds_a_place", None)


def test_the_decision_a_committee_stands_by_is_not_withdrawn(campaign, office):
    document = recorded(campaign, plan(office, doc_type=DocumentType.QUYET_DINH))
    CommitteeFactory(campaign=campaign, decision=document)

    found = refusal(
        withdraw_document,
        actor=member(campaign.ward),
        document=document,
        reason="Nhầm.",
    )

    assert found == ("holds_a_place", None)


# --- Based on, replaces -----------------------------------------------------------


def test_a_document_rests_on_several_and_replaces_one(campaign, office):
    ground = [DocumentFactory(campaign=campaign) for _ in range(2)]
    old = DocumentFactory(campaign=campaign)

    document = recorded(campaign, plan(office, based_on=tuple(ground), replaces=old))

    assert set(document.based_on.all()) == set(ground)
    assert old.replaced_by.get() == document


def test_nothing_rests_on_itself_or_replaces_itself(campaign, office):
    document = recorded(campaign, plan(office))

    facts = plan(office, based_on=(document,))
    assert refusal(changed, document, facts) == ("based_on_itself", "based_on")
    facts = plan(office, replaces=document)
    assert refusal(changed, document, facts) == ("replaces_itself", "replaces")


def test_no_circle_however_long(campaign, office):
    first = recorded(campaign, plan(office, reference="1"))
    second = recorded(campaign, plan(office, reference="2", based_on=(first,)))
    third = recorded(
        campaign, plan(office, reference="3", based_on=(second,), replaces=second)
    )
    changed(second, plan(office, reference="2", based_on=(first,), replaces=first))

    facts = plan(office, reference="1", based_on=(third,))
    assert refusal(changed, first, facts) == ("based_on_in_a_circle", "based_on")
    facts = plan(office, reference="1", replaces=third)
    assert refusal(changed, first, facts) == ("replaces_in_a_circle", "replaces")


@pytest.mark.parametrize("field", ["based_on", "replaces"])
def test_a_document_of_another_ward_is_refused(campaign, office, field):
    foreign = DocumentFactory()
    chosen = {field: (foreign,) if field == "based_on" else foreign}

    found = refusal(recorded, campaign, plan(office, **chosen))

    assert found == ("other_ward", field)


def test_a_withdrawn_document_is_no_new_ground_but_may_be_replaced(campaign, office):
    gone = DocumentFactory(campaign=campaign, withdrawn_at=timezone.now())

    facts = plan(office, based_on=(gone,))
    assert refusal(recorded, campaign, facts) == ("withdrawn_document", "based_on")
    recorded(campaign, plan(office, replaces=gone))


def test_last_years_resolution_may_be_the_ground(campaign, office):
    before = CampaignFactory(
        ward=campaign.ward, period_start=dt.date(TODAY.year - 1, 1, 1)
    )
    old = DocumentFactory(campaign=before)

    document = recorded(campaign, plan(office, based_on=(old,)))

    assert document.based_on.get() == old


# --- Withdrawing ------------------------------------------------------------------


def test_a_withdrawn_document_stays_and_changes_no_more(campaign, office):
    document = recorded(campaign, plan(office))
    person = member(campaign.ward)
    withdraw_document(actor=person, document=document, reason=" Ban hành nhầm. ")

    document.refresh_from_db()
    assert document.withdrawn_reason == "Ban hành nhầm."
    facts = plan(office)
    assert refusal(changed, document, facts) == ("withdrawn", None)
    again = refusal(withdraw_document, actor=person, document=document, reason="x")
    assert again == ("withdrawn", None)


def test_a_withdrawal_has_its_reason(campaign, office):
    document = recorded(campaign, plan(office))

    found = refusal(
        withdraw_document, actor=member(campaign.ward), document=document, reason="  "
    )

    assert found == ("reason_missing", "reason")


# --- Files ------------------------------------------------------------------------


def test_a_kept_scan_is_found_by_the_sweeper_until_it_hangs(
    campaign, office, evidence_root
):
    actor = member(campaign.ward)
    row = OfficialDocument(campaign=campaign)
    stored = keep_scan(actor=actor, campaign=campaign, row=row, upload=upload(pdf()))
    later = timezone.now() + DAY
    assert list(find_unused(before=later)) == [stored]

    recorded(campaign, plan(office), stored=[stored])

    assert not find_unused(before=later).exists()


def test_who_only_reads_keeps_no_file(campaign, evidence_root):
    row = OfficialDocument(campaign=campaign)
    person = member(campaign.ward, Role.COMMITTEE_MEMBER)
    with pytest.raises(PermissionDenied):
        keep_scan(actor=person, campaign=campaign, row=row, upload=upload(pdf()))
    assert not StoredFile.objects.exists()


# --- Finding ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "q",
    [
        "nghi quyet 15",
        "Nghị quyết",
        "15-NQ/ĐU",
        "15-NQ/DU",
        "Số 15 - nq/du",
        "lanh dao xay dung",
        "dang uy",
    ],
)
def test_it_is_found_without_diacritics(campaign, party, office, q):
    wanted = recorded(campaign, resolution(party))
    recorded(campaign, plan(office))
    user = member(campaign.ward)

    assert list(list_documents(user=user, ward=campaign.ward, q=q)) == [wanted]
    assert search_documents(user=user, ward=campaign.ward, q=q) == [wanted]


def test_the_list_is_narrowed_by_type_issuer_and_year(campaign, party, office):
    first = recorded(campaign, resolution(party))
    second = recorded(campaign, plan(office))
    before = CampaignFactory(
        ward=campaign.ward, period_start=dt.date(TODAY.year - 1, 1, 1)
    )
    old = DocumentFactory(campaign=before)
    user = member(campaign.ward)

    def found(**asked):
        return set(list_documents(user=user, ward=campaign.ward, **asked))

    assert found() == {first, second, old}
    assert found(campaign=campaign) == {first, second}
    assert found(doc_type="nghi_quyet") == {first}
    assert found(issuer=f"unit-{office.pk}") == {second}
    assert found(issuer="nonsense", doc_type="nonsense") == {first, second, old}


def test_drafts_come_first_on_both_databases(campaign, office):
    numbered = recorded(campaign, plan(office))
    draft = recorded(campaign, plan(office, reference="", issued_on=None))
    user = member(campaign.ward)

    assert list(list_documents(user=user, ward=campaign.ward)) == [draft, numbered]


def test_nobody_finds_another_wards_documents(campaign, office):
    recorded(campaign, plan(office))
    outsider = member(WardFactory())

    assert not list_documents(user=outsider, ward=campaign.ward).exists()


# --- The tree, and where a document is used ---------------------------------------


def tree(campaign):
    branches = tree_of(user=member(campaign.ward), campaign=campaign)
    return [(one.document, one.level) for one in branches]


def test_the_tree_runs_from_the_resolution_down(campaign):
    decision = DocumentFactory(campaign=campaign)
    head = DocumentFactory(campaign=campaign, resolution=True)
    work = DocumentFactory(campaign=campaign)
    work.based_on.add(head)
    report = DocumentFactory(campaign=campaign)
    report.based_on.add(work)

    assert tree(campaign) == [(head, 0), (work, 1), (report, 2), (decision, 0)]


def test_a_document_on_two_grounds_stands_once_and_names_the_other(campaign):
    head = DocumentFactory(campaign=campaign, resolution=True)
    other = DocumentFactory(campaign=campaign)
    work = DocumentFactory(campaign=campaign)
    work.based_on.add(head, other)

    branches = tree_of(user=member(campaign.ward), campaign=campaign)

    (branch,) = [one for one in branches if one.document == work]
    assert (branch.level, branch.also_based_on) == (1, [other])
    assert len(branches) == 3


def test_a_circle_in_old_data_ends_the_tree_all_the_same(campaign):
    first, second = (DocumentFactory(campaign=campaign) for _ in range(2))
    first.based_on.add(second)
    second.based_on.add(first)

    assert tree(campaign) == [(first, 0), (second, 1)]


def test_a_long_chain_is_no_fault(campaign):
    chain = [DocumentFactory(campaign=campaign) for _ in range(12)]
    for upper, lower in itertools.pairwise(chain):
        lower.based_on.add(upper)

    assert [level for _document, level in tree(campaign)][-1] == 5
    assert [document for document, _level in tree(campaign)] == chain


def test_withdrawn_documents_are_no_part_of_the_tree(campaign):
    DocumentFactory(campaign=campaign, withdrawn_at=timezone.now())

    assert tree(campaign) == []


def test_where_a_document_is_used(campaign, office):
    document = recorded(campaign, plan(office))
    Campaign.objects.update(plan=document)
    DirectiveFactory(campaign=campaign, outcome_document=document)
    FundingLineFactory(campaign=campaign, document=document)
    GoodModelFactory(campaign=campaign).documents.add(document)
    ContributionFactory(meeting__campaign=campaign, document=document)
    review = ReviewFactory(
        commitment=CommitmentFactory(campaign=campaign), proof=document
    )
    user = member(campaign.ward)
    seen = get_document(
        user=user, campaign=Campaign.objects.get(pk=campaign.pk), pk=document.pk
    )

    titles = [use.title for use in uses_of(user=user, document=seen)]

    assert titles[0] == campaign.title
    assert len(titles) == 6
    assert review.commitment.unit.name in titles


# --- Bodies and terms -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ban Chỉ đạo 138 thành phố", "steering_committee"),
        ("Tỉnh ủy Quảng Bình", "party"),
        ("Công an tỉnh", "police"),
        ("UBND thành phố", "authority"),
        ("Liên đoàn Lao động", "other"),
    ],
)
def test_a_name_tells_the_kind(name, kind):
    assert kind_by_name(name) == kind


def test_a_body_is_registered_once_small_letters_or_capital(campaign):
    person, ward = member(campaign.ward), campaign.ward
    register_body(actor=person, ward=ward, name="Công an tỉnh", kind="police")

    found = refusal(
        register_body, actor=person, ward=ward, name="CÔNG AN TỈNH", kind="police"
    )

    assert found == ("body_exists", "name")
    assert find_body(ward=ward, name="công an tỉnh").kind == "police"


def test_a_renamed_body_is_found_under_its_new_name(campaign):
    body = OutsideBodyFactory(ward=campaign.ward, name="Công an thị xã")
    document = recorded(campaign, plan(None, issuer_body=body))
    user = member(campaign.ward)

    change_body(actor=user, body=body, name="Công an thành phố", kind="police")

    found = list_documents(user=user, ward=campaign.ward, q="cong an thanh pho")
    assert list(found) == [document]
    assert not list_documents(user=user, ward=campaign.ward, q="thi xa").exists()


def test_who_only_reads_registers_nothing(campaign):
    for role in (Role.COMMITTEE_MEMBER, Role.UNIT_CONTRIBUTOR):
        with pytest.raises(PermissionDenied):
            register_body(
                actor=member(campaign.ward, role),
                ward=campaign.ward,
                name="Công an tỉnh",
                kind="police",
            )


def term_of(party, **kwargs):
    return TermFacts(
        **{
            "name": "Nhiệm kỳ này",
            "starts_on": TODAY - 400 * DAY,
            "unit": party,
        }
        | kwargs
    )


def test_a_term_written_down_takes_in_the_papers_of_its_days(campaign, party):
    document = recorded(campaign, resolution(party))
    older = recorded(campaign, resolution(party, issued_on=TODAY - 3000 * DAY))

    term = record_term(
        actor=member(campaign.ward), ward=campaign.ward, facts=term_of(party)
    )

    document.refresh_from_db()
    older.refresh_from_db()
    assert (document.party_term, older.party_term) == (term, None)


def test_terms_of_one_body_do_not_overlap(campaign, party):
    person, ward = member(campaign.ward), campaign.ward
    first = term_of(party, ends_on=TODAY - 10 * DAY)
    record_term(actor=person, ward=ward, facts=first)

    meets = term_of(party, starts_on=TODAY - 10 * DAY)
    found = refusal(record_term, actor=person, ward=ward, facts=meets)
    assert found == ("term_overlaps", "starts_on")
    record_term(
        actor=person, ward=ward, facts=term_of(party, starts_on=TODAY - 9 * DAY)
    )


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"ends_on": TODAY - 500 * DAY}, "term_reversed", "ends_on"),
        ({"unit": None}, "other_ward", "holder"),
    ],
)
def test_a_term_that_cannot_be(campaign, party, said, code, field):
    found = refusal(
        record_term,
        actor=member(campaign.ward),
        ward=campaign.ward,
        facts=term_of(party, **said),
    )

    assert found == (code, field)


def test_a_term_of_another_wards_body_is_refused(campaign):
    found = refusal(
        record_term,
        actor=member(campaign.ward),
        ward=campaign.ward,
        facts=term_of(ParticipatingUnitFactory()),
    )

    assert found == ("other_ward", "holder")


def test_a_term_is_not_cut_below_its_papers(campaign, party):
    person = member(campaign.ward)
    term = record_term(actor=person, ward=campaign.ward, facts=term_of(party))
    recorded(campaign, resolution(party))

    cut = term_of(party, ends_on=TODAY - DAY)
    found = refusal(change_term, actor=person, term=term, facts=cut)

    assert found == ("term_has_documents", "starts_on")
    change_term(actor=person, term=term, facts=term_of(party, ends_on=TODAY))
    assert PartyTerm.objects.get().ends_on == TODAY


def test_a_term_over_two_papers_of_one_number_is_refused(campaign, party):
    recorded(campaign, resolution(party))
    recorded(campaign, resolution(party, issued_on=TODAY - 2000 * DAY))

    found = refusal(
        record_term,
        actor=member(campaign.ward),
        ward=campaign.ward,
        facts=term_of(party, starts_on=TODAY - 3000 * DAY),
    )

    assert found == ("number_used", "starts_on")


# --- The campaign -----------------------------------------------------------------


def steered(campaign, *, actor=None, version=1, **slots):
    chosen = {"resolution": None, "plan": None, "regulation": None} | slots
    return change_campaign(
        actor=actor or member(campaign.ward),
        campaign=campaign,
        version=version,
        title="Năm điển hình",
        **chosen,
    )


def test_a_campaign_runs_under_its_papers(campaign, party, office):
    head = recorded(campaign, resolution(party))
    work = recorded(campaign, plan(office))

    found = steered(campaign, resolution=head, plan=work)

    assert (found.resolution, found.plan, found.version) == (head, work, 2)
    entry = TrailEntry.objects.get(action="campaign_changed")
    assert f'"resolution":{head.pk}' in entry.payload


@pytest.mark.parametrize("slot", ["resolution", "plan", "regulation"])
def test_each_place_takes_its_own_type(campaign, slot):
    report = DocumentFactory(campaign=campaign, doc_type=DocumentType.BAO_CAO)

    assert refusal(steered, campaign, **{slot: report}) == (f"not_a_{slot}", slot)


def test_the_resolution_is_the_partys(campaign):
    of_the_state = DocumentFactory(campaign=campaign, doc_type=DocumentType.NGHI_QUYET)

    found = refusal(steered, campaign, resolution=of_the_state)

    assert found == ("not_a_resolution", "resolution")


def test_a_paper_of_another_year_or_ward_is_refused(campaign):
    foreign = DocumentFactory()

    assert refusal(steered, campaign, plan=foreign) == ("other_campaign", "plan")


def test_a_withdrawn_paper_is_refused(campaign):
    gone = DocumentFactory(campaign=campaign, withdrawn_at=timezone.now())

    assert refusal(steered, campaign, plan=gone) == ("not_a_plan", "plan")


def test_two_who_name_a_campaign_at_once_meet_in_a_conflict(campaign):
    steered(campaign)

    with pytest.raises(EditConflict):
        steered(campaign)


def test_a_closed_campaign_is_not_renamed(campaign):
    Campaign.objects.update(closed_at=timezone.now())

    assert refusal(steered, campaign)[0] == "campaign_closed"


def test_a_contributor_does_not_steer_the_campaign(campaign):
    with pytest.raises(PermissionDenied):
        steered(campaign, actor=member(campaign.ward, Role.UNIT_CONTRIBUTOR))
