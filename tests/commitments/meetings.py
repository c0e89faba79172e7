"""The launch conference and the committee of the published example, for tests."""

from pathlib import Path

import yaml
from django.conf import settings

from commitments.models import CommitteeMember, Meeting, SteeringCommittee
from commitments.services.committees import CommitteeFacts, establish_committee
from commitments.services.meetings import MeetingFacts, Point, record_meeting
from commitments.services.members import MemberFacts, add_member
from tests.factories.commitments import DocumentFactory, OutsideBodyFactory
from tests.factories.wards import TESTS


def the_example() -> dict:
    """The example's data, as the project keeps it."""
    path = Path(settings.BASE_DIR, "criteria", "catalog", "example-ward-2023.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def a_decision(campaign):
    """The draft decision that establishes the committee."""
    return DocumentFactory(
        campaign=campaign,
        draft=True,
        doc_type="quyet_dinh",
        symbol="QĐ-UBND",
        subject_vi="Thành lập Ban Chỉ đạo",
    )


def the_committee(campaign) -> SteeringCommittee:
    """The fourteen posts of the example, in their order."""
    committee = establish_committee(
        actor=TESTS,
        campaign=campaign,
        facts=CommitteeFacts("Ban Chỉ đạo “Phường điển hình”", a_decision(campaign)),
    )
    for member in the_example()["steering_committee"]["members"]:
        add_member(
            actor=TESTS,
            committee=committee,
            facts=MemberFacts(
                role=member["role"],
                position=member["position_vi"],
                order=member["order"],
            ),
        )
    return committee


def the_conference(campaign) -> Meeting:
    """The launch conference of the example: no day, two bodies above, five points."""
    told = the_example()["conference"]
    decision = a_decision(campaign)
    return record_meeting(
        actor=TESTS,
        campaign=campaign,
        facts=MeetingFacts(
            kind="launch_conference",
            title=told["title_vi"],
            organising_bodies=[
                OutsideBodyFactory(ward=campaign.ward, name=name)
                for name in told["organisers_vi"]
            ],
            attendance="\n".join(told["attendance_vi"]),
        ),
        agenda=[
            Point(
                kind=item["kind"],
                text_vi=item["text_vi"],
                document=decision if item.get("document") else None,
                number=item["order"],
            )
            for item in told["agenda"]
        ],
    )


def the_head(committee) -> CommitteeMember:
    """Who heads the committee now."""
    return committee.members.get(role="truong_ban", valid_to=None)
