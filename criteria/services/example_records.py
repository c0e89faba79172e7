"""What the example ward decided and who promised what, as its file says it.

Each record keeps the basis the file gives it: stated in the article, sample or drafted.
What the article does not tell (numbers, dates, who signed) stays empty. Run again it
adds nothing: a record is known by its basis and kind, so that one which a person has
completed since is neither doubled nor overwritten.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commitments.models import (
    AgendaItem,
    BodyKind,
    Campaign,
    CommitmentContent,
    CommitmentText,
    CommitteeMember,
    Directive,
    Meeting,
    MeetingKind,
    OfficialDocument,
    Origin,
    OutsideBody,
    SteeringCommittee,
)
from commitments.sealing import text_digest
from commitments.services.campaigns import lock_campaign
from criteria.models import (
    Assessment,
    DirectiveCriterion,
    DocumentCriterion,
    Evaluation,
    MemberCategory,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc

Facts = Mapping[str, Any]

# The body in whose name the one speaker of the article gave the directives.
SPEAKERS_BODY = "Ban Chỉ đạo 138 tỉnh"
# The campaign's papers, by their codes in the file.
ROLES = {"resolution": "nq-dang-uy", "plan": "kh-ubnd", "regulation": "qc-ban-chi-dao"}
DECISION = "qd-ban-chi-dao"
ESTABLISHING = "Thành lập "  # how the decision's subject begins, before the name
PERIOD_NOTE = "Kỳ đánh giá là tạm tính: kỳ thật của phường chưa tìm thấy trong nguồn."


@dataclass
class _Loading:
    """One run: who loads into which campaign, and how much was made of what."""

    actor: Any
    campaign: Campaign
    evaluation: Evaluation
    made: Counter[str] = field(default_factory=Counter)

    def told(self, action: str, row: Any, **facts: Any) -> None:
        """Record in the trail what was just made."""
        record(require(self.actor, "keep_records", row), action, row, **facts)

    def assessments(self, numbers: Iterable[int]) -> list[Assessment]:
        """The campaign's assessments of some criteria."""
        rows = Assessment.objects.filter(
            evaluation=self.evaluation, criterion__number__in=list(numbers)
        )
        return list(rows.order_by("criterion__number"))


def load_records(*, actor: Any, evaluation: Evaluation, facts: Facts) -> dict[str, int]:
    """Load every record of the file into the example's campaign; count what was made.

    Called in the transaction of load_example.
    """
    campaign = lock_campaign(evaluation.campaign)
    loading = _Loading(actor, campaign, evaluation)
    _source(loading, facts)
    documents = _documents(loading, facts["documents"])
    _committee(loading, facts["steering_committee"], documents)
    conference = _conference(loading, facts["conference"], documents)
    _directives(loading, facts, conference)
    _text(loading, facts["commitment"])
    return dict(loading.made)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


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


def _source(loading: _Loading, facts: Facts) -> None:
    campaign, source = loading.campaign, source_of(facts)
    if campaign.source == source:
        return
    campaign.source = source
    campaign.save(update_fields=["source"])
    loading.told("campaign_changed", campaign, after={"source": source["url"]})
    loading.made["source"] += 1


def _body(loading: _Loading, name: str) -> OutsideBody:
    """The body of a name, registered for the ward when it is met first."""
    ward = loading.campaign.ward
    known = OutsideBody.objects.filter(ward=ward, name=nfc(name)).first()
    if known:
        return known
    kinds = {"Ban Chỉ đạo": BodyKind.STEERING_COMMITTEE, "Công an": BodyKind.POLICE}
    kind = next((kinds[start] for start in kinds if name.startswith(start)), None)
    body = OutsideBody(ward=ward, name=name, kind=kind or BodyKind.AUTHORITY)
    checked(body)
    body.save()
    loading.told("body_registered", body, after={"kind": body.kind})
    loading.made["outside bodies"] += 1
    return body


# --- Documents --------------------------------------------------------------------


def _documents(
    loading: _Loading, papers: list[dict[str, Any]]
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


def _document(loading: _Loading, facts: Facts) -> OfficialDocument:
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
        issued_on=_day(facts["issued_on"]),
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
    loading: _Loading, facts: Facts, documents: Mapping[str, OfficialDocument]
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


# --- The conference and its directives --------------------------------------------


def _conference(
    loading: _Loading, facts: Facts, documents: Mapping[str, OfficialDocument]
) -> Meeting:
    """The launch conference with its agenda; its day and place are unknown."""
    known = Meeting.objects.filter(
        campaign=loading.campaign,
        basis=facts["basis"],
        kind=MeetingKind.LAUNCH_CONFERENCE,
    ).first()
    if known:
        return known
    meeting = Meeting(
        campaign=loading.campaign,
        basis=facts["basis"],
        kind=MeetingKind.LAUNCH_CONFERENCE,
        title=facts["title_vi"],
        held_on=_day(facts["held_on"]),
        place=facts["place_vi"] or "",
        attendance="\n".join(facts["attendance_vi"]),
        attendance_count=facts["attendance_count"],
    )
    checked(meeting)
    meeting.save()
    meeting.organising_bodies.set(
        [_body(loading, name) for name in facts["organisers_vi"]]
    )
    for point in facts["agenda"]:
        item = AgendaItem(
            meeting=meeting,
            order=point["order"],
            kind=point["kind"],
            text_vi=point["text_vi"],
            text_en=point["text_en"],
            document=documents.get(point.get("document", "")),
        )
        checked(item)
        item.save()
        loading.made["points of the agenda"] += 1
    loading.told(
        "meeting_recorded",
        meeting,
        after={"kind": meeting.kind, "held_on": meeting.held_on},
        texts={"title": meeting.title},
    )
    loading.made["conference"] += 1
    return meeting


def _directives(loading: _Loading, facts: Facts, meeting: Meeting) -> None:
    """The directives, each with its giver and the criteria it is taken to concern."""
    speakers = {one["code"]: one for one in facts["speakers"]}
    for said in facts["directives"]:
        if Directive.objects.filter(
            campaign=loading.campaign, basis=said["basis"], order=said["order"]
        ).exists():
            continue
        giver = speakers[said["given_by"]]
        directive = Directive(
            campaign=loading.campaign,
            basis=said["basis"],
            meeting=meeting,
            origin=Origin.ABOVE,
            order=said["order"],
            text_vi=said["text_vi"],
            text_en=said["text_en"],
            giver_rank=giver["rank_vi"],
            giver_name=giver["name_vi"],
            giver_position=giver["position_vi"],
            giver_body=_body(loading, SPEAKERS_BODY),
            due_on=_day(said["due_on"]),
        )
        checked(directive)
        directive.save()
        loading.told(
            "directive_given",
            directive,
            after={"origin": directive.origin, "meeting": meeting.pk},
            texts={"text": directive.text_vi},
        )
        loading.made["directives"] += 1
        numbers = said["suggested_criteria"]
        rows = loading.assessments(numbers)
        DirectiveCriterion.objects.bulk_create(
            DirectiveCriterion(directive=directive, assessment=row) for row in rows
        )
        loading.told(
            "directive_linked",
            directive,
            after={"criteria": said["suggested_criteria"]},
        )
        loading.made["criteria of directives"] += len(rows)


# --- The commitment ---------------------------------------------------------------


def _text(loading: _Loading, facts: Facts) -> None:
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
