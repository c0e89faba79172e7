"""A ward half way through its year, for the browser."""

import io
from dataclasses import dataclass
from functools import cache

import pytest
from PIL import Image
from playwright.sync_api import Page

from criteria.models import Evaluation
from criteria.services.assessments import Entry
from tests.criteria.test_assessments import assess
from tests.factories.accounts import PASSWORD
from tests.factories.criteria import a_set, an_evaluation, supported
from tests.factories.wards import (
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import User
from wardsecurity.permissions import Role


@dataclass
class WardYear:
    """A ward with people, criteria of every kind, and some work done."""

    evaluation: Evaluation
    staff: User
    leader: User
    committee: User
    contributor: User
    verifier: User
    admin: User
    outsider: User

    @property
    def home(self) -> str:
        """The address of its dashboard."""
        campaign = self.evaluation.campaign
        return f"/w/{campaign.ward.slug}/{campaign.year}/"


@pytest.fixture
def ward_year(live_server, evidence_root) -> WardYear:
    """Eight criteria: three met, one without evidence, one not met, three open."""
    province = UnitFactory(name="Tỉnh Mẫu")
    ward = WardFactory(name="Phường Mẫu", parent=province)
    ParticipatingUnitFactory(ward=ward, name="UBND phường", kind="peoples_committee")
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    criteria_set = a_set(
        {},
        {"mandatory": True},
        {"measured": True, "value_label_vi": "Số cuộc họp"},
        {"percentage": True, "value_label_vi": "Số đạt", "base_label_vi": "Tổng số"},
        {"percentage": True, "figures_by": ["residential_group"]},
        {"reference_only": True},
        {},
        {"due_quarter": 1},
        min_met=7,
    )
    evaluation = an_evaluation(criteria_set=criteria_set, ward=ward, is_synthetic=True)
    staff = member(ward)
    for number in (1, 3):
        supported(evaluation, number)
    assess(evaluation, Entry("met"), number=1, actor=staff)
    assess(evaluation, Entry(value=4), number=3, actor=staff)
    assess(evaluation, Entry("met"), number=7, actor=staff)
    assess(
        evaluation,
        Entry(value=80, base=100, explanation="Đang bổ sung."),
        number=4,
        actor=staff,
    )
    return WardYear(
        evaluation=evaluation,
        staff=staff,
        leader=member(ward, Role.WARD_LEADER, position="Chủ tịch UBND phường"),
        committee=member(ward, Role.COMMITTEE_MEMBER, position="Ủy viên Ban Chỉ đạo"),
        contributor=member(ward, Role.UNIT_CONTRIBUTOR, participating_unit=group),
        verifier=member(province, Role.PROVINCE_VERIFIER),
        admin=member(province, Role.PROVINCE_ADMIN),
        outsider=member(WardFactory()),
    )


def sign_in(page: Page, user: User) -> None:
    """Sign in by the form, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "login" not in url)


@cache
def a_pdf() -> bytes:
    """A real one-page PDF, the same bytes each time (it holds the time of making)."""
    data = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(data, "PDF")
    return data.getvalue()


def a_photo() -> bytes:
    """A real JPEG with a place in its EXIF."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "#1f3f77").save(data, "JPEG", exif=exif)
    return data.getvalue()
