"""The fictitious ward of the demo: lively, half done, labelled as invented.

`phuong-mau` and `phuong-khac` are made up; every figure in them is a sample figure. The
people of the demo act through the same services as anybody else.
"""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from commitments.models import OfficialDocument
from criteria.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    Evaluation,
    EvidenceKind,
    Result,
    ScorePoint,
)
from criteria.services.assessments import Entry, Part, save_assessment
from criteria.services.demo_records import Scene, record_records
from criteria.services.evaluations import Assignment, assign, open_evaluation
from criteria.services.evidence import (
    Facts,
    keep_upload,
    link_evidence,
    record_evidence,
)
from criteria.services.examples import load_participating_units
from criteria.services.sets import copy_set, publish_set
from criteria.services.synthetic import Order, generate
from wardsecurity.accounts.models import User
from wardsecurity.permissions import Role, system
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit
from wardsecurity.wards.services import (
    ensure_country,
    ensure_unit,
    grant_membership,
)

PASSWORD = "Demo-34-tieu-chi"  # noqa: S105 - printed on purpose, loopback only
ACTOR = system("demo")
DAY = dt.timedelta(days=1)
THRESHOLD = 31
MANDATORY = (21, 22, 30)
NEIGHBOURS = 12

# account: role, position, unit in which wards ("ward" or "province")
ACCOUNTS: dict[str, tuple[str, str, str]] = {
    "donvi": (Role.UNIT_CONTRIBUTOR, "Tổ trưởng Tổ dân phố 1", "ward"),
    "canbo": (Role.WARD_STAFF, "Cán bộ phường", "ward"),
    "lanhdao": (Role.WARD_LEADER, "Chủ tịch UBND phường", "ward"),
    "banchidao": (Role.COMMITTEE_MEMBER, "Ủy viên Ban Chỉ đạo", "ward"),
    "thamdinh": (Role.PROVINCE_VERIFIER, "Cán bộ thẩm định Công an tỉnh", "province"),
    "congantinh": (Role.PROVINCE_ADMIN, "Quản trị của Công an tỉnh", "province"),
    "phuongkhac": (Role.WARD_STAFF, "Cán bộ phường khác", "elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of evidence of the demo: criteria it counts for, and its words."""

    criteria: tuple[int, ...]
    title: str
    number: str = ""
    issuer: str = "UBND phường"
    share: float = 0.3  # where in the year so far the fact lies, 0 to 1
    file: str = ""  # "pdf", "photo" or none
    wanted: int | None = 0
    expires_in: int | None = None  # days from today


PAPERS = (
    Paper((1,), "Danh mục văn bản triển khai về an ninh, trật tự", "12/BC-UBND",
          share=0.15, file="pdf"),
    Paper((2, 3), "Nghị quyết về lãnh đạo xây dựng phường điển hình", "08-NQ/ĐU",
          "Đảng ủy phường", 0.1, "pdf"),
    Paper((4,), "Quyết định thành lập Ban Chỉ đạo", "31/QĐ-UBND", share=0.2,
          file="pdf"),
    Paper((5, 6), "Kế hoạch xây dựng phường điển hình, kèm 34 tiêu chí", "27/KH-UBND",
          share=0.22, file="pdf"),
    Paper((7,), "Thông báo kết luận họp Ban Chỉ đạo", "64/TB-UBND", share=0.8),
    Paper((8,), "Báo cáo sơ kết 6 tháng", "88/BC-UBND", share=0.55),
    Paper((9,), "Báo cáo tổng hợp giải quyết đơn thư", "95/BC-UBND", share=0.7),
    Paper((10,), "Hội nghị triển khai xây dựng phường điển hình", share=0.3,
          file="photo"),
    Paper((13,), "Biểu tổng hợp số hộ đăng ký theo tổ dân phố", "15/BC-CAP",
          "Công an phường", 0.25),
    Paper((14,), "Bảng tổng hợp đăng ký An toàn về ANTT", "18/BC-CAP",
          "Công an phường", 0.25),
    Paper((15,), "Bảng tổng hợp kết quả phân loại, bản tạm", "77/BC-CAP",
          "Công an phường", 0.9),
    Paper((16,), "Quyết định công nhận mô hình Tổ liên gia tự quản", "52/QĐ-UBND",
          share=0.4, file="pdf", expires_in=21),
    Paper((17,), "Kế hoạch nhân rộng mô hình", "70/KH-UBND", share=0.75),
    Paper((18,), "Ngày hội toàn dân bảo vệ an ninh Tổ quốc",
          issuer="Ủy ban MTTQ phường", share=0.66, file="photo", wanted=1),
    Paper((19,), "Chương trình phối hợp giữa Công an phường với MTTQ và các đoàn thể",
          "03/CTr-CAP-MTTQ", "Công an phường", 0.3),
    Paper((22, 23, 26), "Báo cáo tổng hợp tình hình trật tự xã hội", "120/BC-CAP",
          "Công an phường", 0.9),
    Paper((24,), "Báo cáo kết quả tiếp nhận và xử lý tin báo", "121/BC-CAP",
          "Công an phường", 0.9),
    Paper((27,), "Báo cáo công tác PCCC và cứu nạn cứu hộ", "101/BC-UBND", share=0.85),
    Paper((28,), "Báo cáo công tác hòa giải ở cơ sở", "99/BC-UBND", share=0.8),
    Paper((29,), "Danh mục văn bản tham mưu ba quý", "118/BC-CAP", "Công an phường",
          0.85),
    Paper((32,), "Bảng niêm yết đường dây nóng", issuer="Công an phường", share=0.12,
          file="photo", wanted=1),
    Paper((33,), "Báo cáo thống kê giải quyết thủ tục hành chính", "110/BC-CAP",
          "Công an phường", 0.88),
    Paper((34,), "Quyết định kiện toàn lực lượng nòng cốt", "45/QĐ-UBND", share=0.45,
          file="pdf"),
)  # fmt: skip

# criterion: what was entered. Parts by unit follow PARTS.
ENTRIES: dict[int, Entry] = {
    1: Entry(Result.MET),
    2: Entry(Result.MET),
    3: Entry(Result.MET),
    4: Entry(Result.MET),
    5: Entry(Result.MET),
    6: Entry(
        value=148_500_000,
        base=180_000_000,
        explanation="Đợt cấp bổ sung đã trình HĐND phường.",
    ),
    7: Entry(value=3, explanation="Cuộc họp quý IV đã có lịch."),
    8: Entry(value=3, base=3),
    9: Entry(value=41, base=42),
    10: Entry(value=1),
    12: Entry(value=12),
    14: Entry(value=31, base=31),
    16: Entry(value=1),
    22: Entry(value=1, base=1),
    23: Entry(value=14, base=17),
    24: Entry(value=36, base=36),
    25: Entry(value=0),
    26: Entry(
        value=5,
        base=3,
        explanation="Tăng 2 vụ; đã xử lý hai điểm đen trên đường liên phường.",
    ),
    27: Entry(value=0),
    28: Entry(value=23, base=26),
    29: Entry(value=3, explanation="Văn bản tham mưu quý IV đang dự thảo."),
    32: Entry(Result.MET),
    33: Entry(value=1_164, base=1_176),
}
PARTS: dict[int, tuple[int, int]] = {13: (147, 147), 18: (1, 1), 19: (1, 1), 34: (1, 1)}
# Due dates set relative to the day of making, so that some are late and some near.
DUE_IN = {6: -12, 11: -21, 17: 9, 20: 17, 15: 24}
HELPED = (11, 17, 18, 20, 34)  # supported by residential group 1
MET_BY_MONTH = (1, 3, 6, 7, 9, 11, 12, 14, 16, 17, 18, 19)


def demo_exists() -> bool:
    """Whether the demo was made before."""
    return User.objects.filter(is_demo=True).exists()


@transaction.atomic
def make_demo(example_ward: AdministrativeUnit, units_file: Path) -> Evaluation:
    """Make the invented wards, the demo accounts, and a half-done campaign."""
    country = ensure_country(actor=ACTOR)
    sample = _province(country, "tinh-mau", "Tỉnh Mẫu")
    other = _province(country, "tinh-mau-hai", "Tỉnh Mẫu Hai")
    ward = _ward(sample, "phuong-mau", "Phường Mẫu")
    elsewhere = _ward(other, "phuong-khac", "Phường Khác")
    groups = yaml.safe_load(units_file.read_text(encoding="utf-8"))
    units = load_participating_units(ACTOR, ward, _renamed(groups))
    _accounts(
        wards=[ward, example_ward], provinces=_provinces_of(ward, example_ward),
        elsewhere=elsewhere,
    )  # fmt: skip
    evaluation = _campaign(ward)
    _assign(evaluation, units)
    scene = Scene(evaluation, units, _person("canbo"), _person("congantinh"))
    record_records(scene, groups)
    _record(evaluation, scene.papers)
    _assess(evaluation)
    evaluation.refresh_from_db()
    _past_months(evaluation)
    # A dozen neighbours, so that the province has something to look at.
    generate(actor=ACTOR, order=Order(NEIGHBOURS, 3, seed=1, province=sample.slug))
    return evaluation


def _province(country: AdministrativeUnit, slug: str, name: str) -> AdministrativeUnit:
    return ensure_unit(
        actor=ACTOR, slug=slug, name=name, kind="province", parent=country
    )


def _ward(province: AdministrativeUnit, slug: str, name: str) -> AdministrativeUnit:
    return ensure_unit(actor=ACTOR, slug=slug, name=name, kind="ward", parent=province)


def _provinces_of(*wards: AdministrativeUnit) -> list[AdministrativeUnit]:
    found = []
    for unit in wards:
        while unit.kind != "province" and unit.parent:
            unit = unit.parent
        found.append(unit)
    return found


def _renamed(groups: dict[str, Any]) -> list[dict[str, Any]]:
    """The participating units of the example, under the invented ward's name."""
    blocks = groups["participating_units"]["groups"]
    for block in blocks:
        for unit in block["units"]:
            name = unit["name_vi"].replace("phường Đức Ninh Đông", "Phường Mẫu")
            unit["name_vi"] = name.removesuffix(" (mẫu)")
    return blocks


def _accounts(
    *,
    wards: list[AdministrativeUnit],
    provinces: list[AdministrativeUnit],
    elsewhere: AdministrativeUnit,
) -> None:
    places = {"ward": wards, "province": provinces, "elsewhere": [elsewhere]}
    for username, (role, position, place) in ACCOUNTS.items():
        user = User.objects.create_user(username, PASSWORD, is_demo=True)
        for unit in places[place]:
            group = None
            if role == Role.UNIT_CONTRIBUTOR:
                group = ParticipatingUnit.objects.get(
                    ward=unit, name__startswith="Tổ dân phố 1"
                )
            grant_membership(
                actor=ACTOR,
                user=user,
                unit=unit,
                role=role,
                position=position,
                participating_unit=group,
                # The real ward of the seed has ended: its people began before.
                valid_from=min(timezone.localdate(), unit.valid_to or dt.date.max),
            )


def _campaign(ward: AdministrativeUnit) -> Evaluation:
    """The ward's own published copy, with a threshold, and this year's campaign."""
    working = CriteriaSet.objects.filter(
        owner__slug="viet-nam", state="working"
    ).latest("pk")
    own = copy_set(actor=ACTOR, source=working, owner=ward)
    own.min_met = THRESHOLD
    own.save(update_fields=["min_met"])
    Criterion.objects.filter(criteria_set=own, number__in=MANDATORY).update(
        mandatory=True
    )
    own = publish_set(actor=ACTOR, criteria_set=own)
    year = timezone.localdate().year
    return open_evaluation(
        actor=_person("lanhdao"),
        ward=ward,
        criteria_set=own,
        title=f"Xây dựng phường điển hình năm {year} (số liệu minh họa)",
        period_start=dt.date(year, 1, 1),
        period_end=dt.date(year, 12, 31),
        is_synthetic=True,
    )


def _person(username: str) -> User:
    return User.objects.get(username=username)


def _row(evaluation: Evaluation, number: int) -> Assessment:
    return Assessment.objects.select_related(
        "evaluation__campaign__ward", "criterion"
    ).get(evaluation=evaluation, criterion__number=number)


def _assign(evaluation: Evaluation, units: dict[str, ParticipatingUnit]) -> None:
    """Most leads follow by kind; a few are given, two stay unassigned."""
    campaign, today = evaluation.campaign, timezone.localdate()
    given = {13: "BN01", 19: "DT01", 28: "TDP1"}
    assignments = {}
    for number in {*DUE_IN, *given, *HELPED}:
        row = _row(evaluation, number)
        due = row.due_on
        if number in DUE_IN:
            due = today + DUE_IN[number] * DAY
        assignments[number] = Assignment(
            lead_unit=units[given[number]] if number in given else row.lead_unit,
            due_on=min(max(due, campaign.period_start), campaign.period_end),
            supporting_units=(units["TDP1"],) if number in HELPED else None,
        )
    assign(actor=_person("lanhdao"), evaluation=evaluation, assignments=assignments)


def _fact_day(evaluation: Evaluation, share: float) -> dt.date:
    start = evaluation.campaign.period_start
    return start + int((timezone.localdate() - start).days * share) * DAY


def _facts(
    evaluation: Evaluation, paper: Paper, document: OfficialDocument | None
) -> Facts:
    """The words of a piece of evidence: its official document's, if it has one."""
    today = timezone.localdate()
    return Facts(
        kind=EvidenceKind.FILES if paper.file == "photo" else EvidenceKind.DOCUMENT,
        title=document.subject_vi if document else paper.title,
        number=paper.number,
        issuer=document.issuer.name if document else paper.issuer,
        fact_on=(document and document.issued_on) or _fact_day(evaluation, paper.share),
        expires_on=today + paper.expires_in * DAY if paper.expires_in else None,
    )


def _record(evaluation: Evaluation, papers: Mapping[str, OfficialDocument]) -> None:
    person, ward = _person("canbo"), evaluation.campaign.ward
    for paper in PAPERS:
        rows = [_row(evaluation, number) for number in paper.criteria]
        document = papers.get(paper.number)
        stored = []
        if paper.file:
            upload = _picture(paper) if paper.file == "photo" else _sheet(paper)
            stored = [keep_upload(actor=person, ward=ward, row=rows[0], upload=upload)]
        evidence = record_evidence(
            actor=person,
            ward=ward,
            assessments=rows[:1],
            facts=_facts(evaluation, paper, document),
            stored=stored,
            wanted=paper.wanted,
            document=document,
        )
        for row in rows[1:]:
            link_evidence(actor=person, assessment=row, evidence=evidence, wanted=0)


def _assess(evaluation: Evaluation) -> None:
    person = _person("canbo")
    for number, entry in ENTRIES.items():
        row = _row(evaluation, number)
        save_assessment(actor=person, assessment=row, version=row.version, entry=entry)
    for number, (value, base) in PARTS.items():
        row = _row(evaluation, number)
        units = ParticipatingUnit.objects.filter(
            ward=evaluation.campaign.ward, kind__in=row.criterion.figures_by
        )
        entry = Entry(parts={unit.pk: Part(value, base) for unit in units})
        save_assessment(actor=person, assessment=row, version=row.version, entry=entry)


def _past_months(evaluation: Evaluation) -> None:
    """An invented progress line up to last month; today's point is the real count."""
    today = timezone.localdate()
    ScorePoint.objects.bulk_create(
        ScorePoint(
            evaluation=evaluation,
            day=dt.date(today.year, month, 28),
            met=min(MET_BY_MONTH[month - 1], evaluation.self_met),
        )
        for month in range(1, today.month)
    )


def _sheet(paper: Paper) -> SimpleUploadedFile:
    """A page that looks like an official letter, as PDF; grey bars for words."""
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    seed = sum(map(ord, paper.title))
    draw.rectangle((140, 130, 480, 150), fill="#555")
    draw.rectangle((200, 170, 420, 190), fill="#333")
    draw.rectangle((660, 130, 1120, 150), fill="#333")
    draw.rectangle((740, 170, 1040, 190), fill="#555")
    draw.line((820, 205, 960, 205), fill="#333", width=3)
    draw.rectangle((420, 300, 820, 335), fill="#222")
    draw.rectangle((330, 360, 910, 382), fill="#555")
    for line in range(26):
        width = 900 if (line + seed) % 6 else 520
        top = 450 + line * 36
        draw.rectangle((180, top, 180 + width, top + 13), fill="#bbb")
    draw.ellipse((760, 1430, 960, 1630), outline="#a8281b", width=7)
    draw.rectangle((740, 1640, 1040, 1662), fill="#333")
    data = io.BytesIO()
    page.save(data, "PDF", resolution=150, title=str(seed))
    name = f"{paper.number.replace('/', '-') or 'van-ban'}.pdf"
    return SimpleUploadedFile(name, data.getvalue(), "application/pdf")


def _picture(paper: Paper) -> SimpleUploadedFile:
    """A drawn scene in place of a photo: nobody to recognise in it."""
    seed = sum(map(ord, paper.title))
    scene = Image.new("RGB", (1280, 960), ("#e9dfc8", "#dbe6ea", "#e7e0d6")[seed % 3])
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 640, 1280, 960), fill="#c9bda4")
    draw.rectangle((160, 150, 1120, 330), fill="#a8281b")
    for line in range(2):
        draw.rectangle((300, 200 + line * 50, 980, 222 + line * 50), fill="#ffd34d")
    draw.rectangle((520, 420, 760, 640), fill="#1f3f77")
    for chair in range(9):
        left = 60 + chair * 135
        draw.rounded_rectangle((left, 700, left + 90, 900), 16, fill="#6b5a40")
    data = io.BytesIO()
    scene.save(data, "JPEG", quality=88)
    return SimpleUploadedFile(f"anh-{seed}.jpg", data.getvalue(), "image/jpeg")
