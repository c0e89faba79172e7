"""What the invented ward decided and who promised what; nobody has signed yet.

The people of the demo act through the services that pages call. The commitment waits
for its ceremony, so that a first walk can hold one.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from commitments.models import (
    Campaign,
    CommitteeRole,
    DirectiveStatus,
    DocumentType,
    FundingSource,
    Meeting,
    MeetingKind,
    OfficialDocument,
    Origin,
    PaperSystem,
)
from commitments.services.bodies import TermFacts, record_term, register_body
from commitments.services.campaigns import change_campaign
from commitments.services.committees import CommitteeFacts, establish_committee
from commitments.services.contributions import ContributionFacts, add_contribution
from commitments.services.directives import (
    DirectiveFacts,
    FollowUp,
    follow_directive,
    give_directive,
)
from commitments.services.documents import DocumentFacts, record_document
from commitments.services.funding import FundingFacts, record_funding
from commitments.services.good_models import (
    ModelFacts,
    PlaceFacts,
    add_place,
    record_model,
)
from commitments.services.meetings import MeetingFacts, Point, record_meeting
from commitments.services.members import MemberFacts, add_member
from commitments.services.pledge_texts import Content, Wording, draft_text
from criteria.models import Assessment, Evaluation
from criteria.services.directives import link_directive
from criteria.services.in_charge import set_member_categories
from wardsecurity.accounts.models import User
from wardsecurity.wards.models import ParticipatingUnit

DAY = dt.timedelta(days=1)
LAUNCH = "Hội nghị triển khai xây dựng phường điển hình"


@dataclass
class Scene:
    """The campaign, its units by code, and what was recorded so far, by number."""

    evaluation: Evaluation
    units: dict[str, ParticipatingUnit]
    staff: User
    province: User
    papers: dict[str, OfficialDocument] = field(default_factory=dict)

    @property
    def campaign(self) -> Campaign:
        """The campaign that everything hangs on."""
        return self.evaluation.campaign

    def day(self, share: float) -> dt.date:
        """A day of the year so far, by its share of it (0 to 1)."""
        start = self.campaign.period_start
        return start + int((timezone.localdate() - start).days * share) * DAY

    def rows(self, *numbers: int) -> list[Assessment]:
        """Assessments of criteria by number."""
        rows = Assessment.objects.filter(
            evaluation=self.evaluation, criterion__number__in=numbers
        )
        return list(rows)


def record_records(scene: Scene, example: dict[str, Any]) -> None:
    """Record documents, committee, meetings, directives, funding, model and text.

    `example` is the example ward's file: posts of the committee and the drafted
    contents of the commitment are taken from it.
    """
    _documents(scene)
    _committee(scene, example["steering_committee"]["members"])
    launch = _meetings(scene)
    _directives(scene, launch)
    _funding(scene)
    _model(scene)
    _text(scene, example["commitment"])


def _document(
    scene: Scene, reference: str, doc_type: str, subject: str, share: float,
    issuer: str = "LD02", *based_on: str,
) -> None:  # fmt: skip
    party = issuer == "LD01"
    scene.papers[reference] = record_document(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=DocumentFacts(
            system=PaperSystem.PARTY if party else PaperSystem.STATE,
            doc_type=doc_type,
            subject_vi=subject,
            reference=reference,
            issuer_unit=scene.units[issuer],
            issued_on=scene.day(share),
            signer_position="Bí thư Đảng ủy" if party else "Chủ tịch UBND phường",
            based_on=tuple(scene.papers[one] for one in based_on),
        ),
    )


def _documents(scene: Scene) -> None:
    """A resolution, and what follows from it; the last is still a draft."""
    year, ward = scene.campaign.year, scene.campaign.ward
    record_term(
        actor=scene.staff,
        ward=ward,
        facts=TermFacts(
            name=f"Nhiệm kỳ {year - 1} – {year + 4}",
            starts_on=dt.date(year - 1, 6, 1),
            ends_on=dt.date(year + 4, 5, 31),
            unit=scene.units["LD01"],
        ),
    )
    _document(
        scene,
        "08-NQ/ĐU",
        DocumentType.NGHI_QUYET,
        "Về lãnh đạo xây dựng phường điển hình",
        0.1,
        "LD01",
    )
    _document(
        scene,
        "31/QĐ-UBND",
        DocumentType.QUYET_DINH,
        "Thành lập Ban Chỉ đạo xây dựng phường điển hình",
        0.2,
        "LD02",
        "08-NQ/ĐU",
    )
    _document(
        scene,
        "27/KH-UBND",
        DocumentType.KE_HOACH,
        "Kế hoạch xây dựng phường điển hình, kèm 34 tiêu chí",
        0.22,
        "LD02",
        "08-NQ/ĐU",
        "31/QĐ-UBND",
    )
    _document(
        scene,
        "32/QC-UBND",
        DocumentType.QUY_CHE,
        "Quy chế hoạt động của Ban Chỉ đạo",
        0.23,
        "LD02",
        "31/QĐ-UBND",
    )
    _document(
        scene,
        "64/TB-UBND",
        DocumentType.THONG_BAO,
        "Thông báo kết luận họp Ban Chỉ đạo",
        0.8,
        "LD02",
        "27/KH-UBND",
    )
    record_document(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=DocumentFacts(
            system=PaperSystem.STATE,
            doc_type=DocumentType.BAO_CAO,
            subject_vi="Báo cáo tổng kết xây dựng phường điển hình",
            issuer_unit=scene.units["LD02"],
            based_on=(scene.papers["27/KH-UBND"],),
        ),
    )  # fmt: skip
    campaign = scene.campaign
    scene.evaluation.campaign = change_campaign(
        actor=scene.staff,
        campaign=campaign,
        version=campaign.version,
        title=campaign.title,
        resolution=scene.papers["08-NQ/ĐU"],
        plan=scene.papers["27/KH-UBND"],
        regulation=scene.papers["32/QC-UBND"],
    )


def _committee(scene: Scene, posts: list[dict[str, Any]]) -> None:
    committee = establish_committee(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=CommitteeFacts(
            name="Ban Chỉ đạo xây dựng phường điển hình",
            decision=scene.papers["31/QĐ-UBND"],
        ),
    )
    categories = {
        one.code: one for one in scene.evaluation.criteria_set.categories.all()
    }
    for post in posts:
        member = add_member(
            actor=scene.staff,
            committee=committee,
            facts=MemberFacts(
                role=CommitteeRole(post["role"]),
                position=post["position_vi"],
                valid_from=scene.day(0.2),
            ),
        )
        set_member_categories(
            actor=scene.staff,
            member=member,
            categories=[categories[code] for code in post["categories"]],
        )


def _meetings(scene: Scene) -> Meeting:
    """The launch conference and three sessions; the fourth is planned."""
    police = register_body(
        actor=scene.staff, ward=scene.campaign.ward, name="Công an Tỉnh Mẫu",
        kind="police",
    )  # fmt: skip
    launch = record_meeting(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=MeetingFacts(
            kind=MeetingKind.LAUNCH_CONFERENCE,
            title=LAUNCH,
            held_on=scene.day(0.3),
            place="Hội trường UBND phường",
            organising_units=(scene.units["LD02"],),
            organising_bodies=(police,),
            attendance="Lãnh đạo Công an tỉnh\nĐảng ủy, UBND, Ủy ban MTTQ phường\n"
            "Đại diện 22 đơn vị ký cam kết",
            attendance_count=86,
            conclusions="Các đơn vị thực hiện đúng phân công trong kế hoạch.",
        ),
        agenda=(
            Point("bao_cao", "Báo cáo tình hình an ninh, trật tự trên địa bàn"),
            Point("cong_bo_quyet_dinh", "Công bố quyết định thành lập Ban Chỉ đạo",
                  scene.papers["31/QĐ-UBND"]),
            Point("tham_luan", "Tham luận của các đơn vị"),
            Point("phat_bieu_chi_dao", "Phát biểu chỉ đạo của Công an tỉnh"),
            Point("ky_cam_ket", "Ký cam kết giữa các đơn vị"),
        ),
    )  # fmt: skip
    add_contribution(
        actor=scene.staff,
        meeting=launch,
        facts=ContributionFacts(
            kind="paper",
            subject="Tổ liên gia tự quản: cách làm và kết quả",
            unit=scene.units["TDP1"],
            speaker_position="Tổ trưởng Tổ dân phố 1",
        ),
    )
    for share, minutes in ((0.12, None), (0.45, None), (0.8, "64/TB-UBND")):
        record_meeting(
            actor=scene.staff,
            campaign=scene.campaign,
            facts=MeetingFacts(
                kind=MeetingKind.COMMITTEE_SESSION,
                title="Họp Ban Chỉ đạo",
                held_on=scene.day(share),
                place="Phòng họp UBND phường",
                organising_units=(scene.units["LD02"],),
                attendance_count=14,
                conclusions="Kiểm điểm việc đã giao, giao việc kỳ tới.",
                minutes=scene.papers[minutes] if minutes else None,
            ),
        )
    record_meeting(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=MeetingFacts(
            kind=MeetingKind.COMMITTEE_SESSION,
            title="Họp Ban Chỉ đạo, tổng kết năm",
            organising_units=(scene.units["LD02"],),
        ),
    )
    return launch


def _directives(scene: Scene, launch: Meeting) -> None:
    """Three from above as in 2023, at three stages, and one of the ward's own."""
    today, end = timezone.localdate(), scene.campaign.period_end
    given = launch.held_on or today
    for text, unit, due, status, numbers in (
        ("Huy động cả hệ thống chính trị vào cuộc để thực hiện mô hình", "LD02",
         end, DirectiveStatus.IN_PROGRESS, (1, 4, 11, 19)),
        ("Bố trí kinh phí để thực hiện mô hình được thuận lợi", "LD02",
         max(given, today - 12 * DAY), DirectiveStatus.NEW, (6,)),
        ("Tiếp tục nhân rộng các mô hình điển hình tiên tiến về ANTT", "TDP1",
         max(given, min(end, today + 9 * DAY)), DirectiveStatus.NEW, (16, 17)),
    ):  # fmt: skip
        row = give_directive(
            actor=scene.province,
            campaign=scene.campaign,
            origin=Origin.ABOVE,
            facts=DirectiveFacts(
                text_vi=text,
                meeting=launch,
                giver_position="Phó Giám đốc Công an Tỉnh Mẫu",
                given_on=given,
                responsible_unit=scene.units[unit],
                due_on=due,
            ),
        )
        link_directive(
            actor=scene.staff, directive=row, assessments=scene.rows(*numbers)
        )
        if status != DirectiveStatus.NEW:
            follow_directive(
                actor=scene.staff,
                directive=row,
                version=row.version,
                entry=FollowUp(status, "Đã giao việc cho các đơn vị theo kế hoạch."),
            )
    give_directive(
        actor=scene.staff,
        campaign=scene.campaign,
        origin=Origin.OWN,
        facts=DirectiveFacts(
            text_vi="Niêm yết đường dây nóng tại nhà văn hóa các tổ dân phố",
            giver_position="Chủ tịch UBND phường",
            given_on=given,
            responsible_unit=scene.units["BN01"],
            due_on=max(given, min(end, today + 20 * DAY)),
        ),
    )


def _funding(scene: Scene) -> None:
    """In all 180 million estimated and 148.5 allocated: 82.5 %, short of 90 %."""
    for purpose, source, estimated, allocated, spent in (
        ("Tuyên truyền, hội nghị, in ấn", FundingSource.WARD, 60, 52, 41),
        ("Hỗ trợ lực lượng nòng cốt ở cơ sở", FundingSource.WARD, 60, 48, 30),
        ("Lắp đặt camera an ninh", FundingSource.HIGHER, 45, 36, 36),
        ("Bảng tin, pa-nô", FundingSource.COMMUNITY, 15, 12.5, 10),
    ):
        record_funding(
            actor=scene.staff,
            campaign=scene.campaign,
            facts=FundingFacts(
                purpose=purpose,
                source=source,
                estimated=estimated * 1_000_000,
                allocated=int(allocated * 1_000_000),
                spent=spent * 1_000_000,
                document=scene.papers["27/KH-UBND"],
            ),
        )


def _model(scene: Scene) -> None:
    model = record_model(
        actor=scene.staff,
        campaign=scene.campaign,
        facts=ModelFacts(
            name="Tổ liên gia tự quản",
            description="Các hộ liền kề cùng giữ gìn trật tự, nhắc nhau khóa cửa, báo "
            "tin qua một nhóm Zalo của tổ.",
            results="Sáu tháng không có vụ trộm cắp; 4 việc mâu thuẫn được hòa giải.",
            started_on=scene.day(0.35),
            led_by=scene.units["TDP1"],
        ),
    )
    add_place(
        actor=scene.staff,
        model=model,
        facts=PlaceFacts(
            since=scene.day(0.35), unit=scene.units["TDP1"], is_origin=True
        ),
    )


def _text(scene: Scene, facts: dict[str, Any]) -> None:
    labels = ("Tuyên truyền, vận động", "Đúng tiến độ, có minh chứng",
              "Mô hình tự quản, phối hợp")  # fmt: skip
    draft_text(
        actor=scene.staff,
        campaign=scene.campaign,
        wording=Wording(
            title="Bản cam kết xây dựng phường điển hình",
            scope=f"Năm {scene.campaign.year} và những năm tiếp theo",
            parties=facts["parties_vi"],
            years_after=True,
            contents=[
                Content(one["text_vi"], label, one["text_en"])
                for one, label in zip(facts["contents"], labels, strict=True)
            ],
        ),
    )
