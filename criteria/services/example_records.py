"""What the example ward decided and who promised what, as its file says it.

Each record keeps the basis the file gives it: stated in the article, sample or drafted.
What the article does not tell (numbers, dates, who signed) stays empty. Run again it
adds nothing: a record is known by its basis and kind, so that one which a person has
completed since is neither doubled nor overwritten.
"""

from collections.abc import Mapping
from typing import Any

from commitments.models import (
    CommitmentContent,
    CommitmentText,
    CommitteeMember,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.sealing import text_digest
from commitments.services.campaigns import lock_campaign
from criteria.models import (
    DocumentCriterion,
    Evaluation,
    MemberCategory,
)
from criteria.services.example_loading import Facts, Loading, day_of
from criteria.services.example_meetings import load_conference, load_directives
from wardsecurity.errors import checked
from wardsecurity.text import nfc

# The campaign's papers, by their codes in the file.
ROLES = {"resolution": "nq-dang-uy", "plan": "kh-ubnd", "regulation": "qc-ban-chi-dao"}
DECISION = "qd-ban-chi-dao"
ESTABLISHING = "Thành lập "  # how the decision's subject begins, before the name
PERIOD_NOTE = "Kỳ đánh giá là tạm tính: kỳ thật của phường chưa tìm thấy trong nguồn."


def load_records(*, actor: Any, evaluation: Evaluation, facts: Facts) -> dict[str, int]:
    """Load every record of the file into the example's campaign; count what was made.

    Called in the transaction of load_example.
    """
    campaign = lock_campaign(evaluation.campaign)
    loading = Loading(actor, campaign, evaluation)
    _source(loading, facts)
    documents = _documents(loading, facts["documents"])
    _committee(loading, facts["steering_committee"], documents)
    conference = load_conference(loading, facts["conference"], documents)
    load_directives(loading, facts, conference)
    _text(loading, facts["commitment"])
    return dict(loading.made)


# --- Where it comes from ----------------------------------------------------------


def source_of(facts: Facts) -> dict[str, Any]:
    """What the campaign keeps of its source: title, address, bases and notes."""
    source, tree = facts["source"], facts["units_tree"]
    units = facts["participating_units"]
    notes = [facts["criteria_note_vi"], units["note_vi"]]
    if facts["period"]["basis"] == "sample":
        notes.insert(0, PERIOD_NOTE)
    notes_en = [tree["valid_to_note_en"], facts["commitment"]["contents_note_en"]]
    notes_en += [one["note_en"] for one in facts["speakers"]]
    return {
        "code": facts["code"],
        "title": source["title_vi"],
        "publisher": source["publisher_vi"],
        "url": source["url"],
        "published_on": source["published_on"],
        "campaign_title_en": facts["title_en"],
        "criteria_count": facts["criteria_count"],
        "basis": {
            "period": facts["period"]["basis"],
            "units_tree": tree["basis"],
            "participating_units": units["basis"],
        },
        "successor": dict(tree["successor"]),
        "notes": [nfc(note) for note in notes],
        "notes_en": [nfc(note) for note in notes_en],
    }


def _source(loading: Loading, facts: Facts) -> None:
    campaign, source = loading.campaign, source_of(facts)
    if campaign.source == source:
        return
    campaign.source = source
    campaign.save(update_fields=["source"])
    loading.told("campaign_changed", campaign, after={"source": source["url"]})
    loading.made["source"] += 1


# --- Documents --------------------------------------------------------------------


def _documents(
    loading: Loading, papers: list[dict[str, Any]]
) -> dict[str, OfficialDocument]:
    """The papers by their code in the file; the campaign runs under three of them."""
    found: dict[str, OfficialDocument] = {}
    new = set()
    for facts in papers:
        known = OfficialDocument.objects.filter(
            campaign=loading.campaign,
            basis=facts["basis"],
            doc_type=facts["doc_type"],
        ).first()
        found[facts["code"]] = known or _document(loading, facts)
        if known is None:
            new.add(facts["code"])
    campaign = loading.campaign
    roles = {
        role: found[code]
        for role, code in ROLES.items()
        if code in new and getattr(campaign, f"{role}_id") is None
    }
    for role, document in roles.items():
        setattr(campaign, role, document)
    if roles:
        campaign.save(update_fields=list(roles))
        after = {role: document.pk for role, document in roles.items()}
        loading.told("campaign_changed", campaign, after=after)
    return found


def _document(loading: Loading, facts: Facts) -> OfficialDocument:
    document = OfficialDocument(
        campaign=loading.campaign,
        basis=facts["basis"],
        note=facts.get("note_vi", ""),
        system=facts["system"],
        doc_type=facts["doc_type"],
        number=facts["number"],
        symbol=facts["symbol"] or "",
        display=facts["display"] or "",
        issuer_unit=loading.campaign.ward.participating_units.get(
            name=nfc(facts["issuer_vi"])
        ),
        issuer_basis=facts.get("issuer_basis", ""),
        issued_on=day_of(facts["issued_on"]),
        subject_vi=facts["subject_vi"],
        subject_en=facts["subject_en"],
    )
    # The searched text and the year come with saving, before the row's own rules.
    document.save()
    checked(document)
    loading.told(
        "document_recorded",
        document,
        after={
            "type": document.doc_type,
            "number": document.number,
            "issued_on": document.issued_on,
        },
        texts={"subject": document.subject_vi},
    )
    loading.made["documents"] += 1
    rows = loading.assessments(facts["supports_criteria"])
    DocumentCriterion.objects.bulk_create(
        DocumentCriterion(document=document, assessment=row) for row in rows
    )
    loading.told(
        "document_suggested", document, after={"criteria": facts["supports_criteria"]}
    )
    loading.made["criteria of documents"] += len(rows)
    return document


# --- The committee ----------------------------------------------------------------


def _committee(
    loading: Loading, facts: Facts, documents: Mapping[str, OfficialDocument]
) -> None:
    """The committee by posts, without names, and what each is in charge of."""
    if SteeringCommittee.objects.filter(campaign=loading.campaign).exists():
        return
    decision = documents[DECISION]
    committee = SteeringCommittee(
        campaign=loading.campaign,
        basis=facts["basis"],
        note=facts["note_vi"],
        name=decision.subject_vi.removeprefix(ESTABLISHING),
        decision=decision,
    )
    checked(committee)
    committee.save()
    loading.told(
        "committee_established", committee, after={"decision": committee.decision_id}
    )
    loading.made["steering committee"] += 1
    categories = {
        one.code: one for one in loading.evaluation.criteria_set.categories.all()
    }
    for post in facts["members"]:
        member = CommitteeMember(
            committee=committee,
            order=post["order"],
            role=post["role"],
            position=post["position_vi"],
            basis=facts["basis"],
        )
        checked(member)
        member.save()
        loading.told("member_added", member, after={"role": member.role})
        loading.made["committee members"] += 1
        MemberCategory.objects.bulk_create(
            MemberCategory(member=member, category=categories[code])
            for code in post["categories"]
        )
        loading.told(
            "member_in_charge", member, after={"categories": post["categories"]}
        )
        loading.made["categories in charge"] += len(post["categories"])


# --- The commitment ---------------------------------------------------------------


def _text(loading: Loading, facts: Facts) -> None:
    """The text of the commitment; nobody has signed it as far as the article tells."""
    if CommitmentText.objects.filter(campaign=loading.campaign).exists():
        return
    contents = [nfc(one["text_vi"]) for one in facts["contents"]]
    text = CommitmentText(
        campaign=loading.campaign,
        basis=facts["basis"],
        note=facts["contents_note_vi"],
        edition=1,
        title=nfc(facts["title_vi"]),
        scope=nfc(facts["scope_vi"]),
        parties=nfc(facts["parties_vi"]),
        # "… và những năm tiếp theo": it also holds for the following years.
        years_after="năm tiếp theo" in nfc(facts["scope_vi"]),
    )
    text.sha256 = text_digest(
        title=text.title, scope=text.scope, parties=text.parties, contents=contents
    )
    checked(text)
    text.save()
    CommitmentContent.objects.bulk_create(
        CommitmentContent(
            text=text,
            order=one["order"],
            body_vi=body,
            body_en=one["text_en"],
            basis=one["basis"],
        )
        for one, body in zip(facts["contents"], contents, strict=True)
    )
    loading.told(
        "text_drafted",
        text,
        after={"edition": text.edition, "sha256": text.sha256},
        texts={"title": text.title},
    )
    loading.made["commitment text"] += 1
    loading.made["contents of the commitment"] += len(contents)
