"""The example's launch conference, and the directives given there."""

from collections.abc import Mapping

from commitments.models import (
    AgendaItem,
    Directive,
    Meeting,
    MeetingKind,
    OfficialDocument,
    Origin,
)
from criteria.models import DirectiveCriterion
from criteria.services.example_loading import Facts, Loading, body_named, day_of
from wardsecurity.errors import checked

# The body in whose name the one speaker of the article gave the directives.
SPEAKERS_BODY = "Ban Chỉ đạo 138 tỉnh"


def load_conference(
    loading: Loading, facts: Facts, documents: Mapping[str, OfficialDocument]
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
        held_on=day_of(facts["held_on"]),
        place=facts["place_vi"] or "",
        attendance="\n".join(facts["attendance_vi"]),
        attendance_count=facts["attendance_count"],
    )
    checked(meeting)
    meeting.save()
    meeting.organising_bodies.set(
        [body_named(loading, name) for name in facts["organisers_vi"]]
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


def load_directives(loading: Loading, facts: Facts, meeting: Meeting) -> None:
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
            giver_body=body_named(loading, SPEAKERS_BODY),
            due_on=day_of(said["due_on"]),
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
