"""From the ward's submission to the province's decision, in Chromium."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from criteria.models import CriterionDecision, Evaluation, EvidenceFile
from criteria.services.assessments import Entry
from criteria.services.verification import start_verification
from tests.browser.fixtures import sign_in
from tests.criteria.test_assessments import assess
from tests.factories.criteria import (
    a_set,
    an_evaluation,
    assessment_of,
    decide,
    ready,
    submitted,
    supported,
    verified,
    verifying,
)
from tests.factories.files import StoredFileFactory, picture
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.permissions import Role

TODAY = timezone.localdate()
SIZE = 34


class Scene:
    """A ward of a province, its year of 34 criteria, and the people of both."""

    def __init__(self):
        self.province = UnitFactory(name="Tỉnh Mẫu")
        self.ward = WardFactory(name="Phường Mẫu", parent=self.province)
        ParticipatingUnitFactory(ward=self.ward, kind="peoples_committee")
        criteria_set = a_set(
            *[{"mandatory": number in (21, 22)} for number in range(1, SIZE + 1)],
            categories=4,
            min_met=31,
        )
        self.year = an_evaluation(
            criteria_set=criteria_set, ward=self.ward, is_synthetic=True
        )
        self.leader = member(self.ward, Role.WARD_LEADER, position="Chủ tịch UBND")
        self.staff = member(self.ward)
        self.verifier = member(
            self.province, Role.PROVINCE_VERIFIER, position="Cán bộ thẩm định"
        )
        self.admin = member(self.province, Role.PROVINCE_ADMIN)

    @property
    def home(self):
        return f"/w/{self.ward.slug}/{self.year.campaign.year}/"

    @property
    def desk(self):
        return f"/verify/{self.ward.slug}/{self.year.campaign.year}/"

    def state(self):
        return Evaluation.objects.get(pk=self.year.pk).state


@pytest.fixture
def scene(live_server, evidence_root):
    return Scene()


def with_papers(scene):
    """Criterion 1 with two pieces of evidence, one of them a picture."""
    stored = StoredFileFactory(
        unit=scene.ward, kind="jpeg", content=picture(), preview=picture()
    )
    evidence = supported(scene.year, 1, title="Ảnh hội nghị", file_count=1)
    EvidenceFile.objects.create(evidence=evidence, stored=stored, name="anh.jpg")


def choose(page, key, number):
    """Wait for the page of a criterion, then press the key of a decision."""
    page.wait_for_url(f"**/{number}/")
    page.keyboard.press(key)
    expect(page.locator(f"[data-key='{key}']")).to_be_checked()


def test_from_submission_to_recognition(open_page, scene):
    """Accepts 30, adjusts 2, returns 2; the ward answers; concluded and recognised."""
    ready(scene.year)
    assess(scene.year, Entry(""), number=5, actor=scene.staff)  # one thing blocks
    page = open_page("desktop")

    # The leader clears what blocks and submits.
    sign_in(page, scene.leader)
    page.goto(f"{scene.home}criteria/5/")
    page.locator("input[name=choice][value=met]").check()
    page.locator("#assess button[type=submit]").first.click()
    page.goto(f"{scene.home}submit/")
    submit_here(page)
    assert scene.state() == "submitted"

    # The verifier decides on all 34 by keyboard.
    desk = open_page("desktop")
    sign_in(desk, scene.verifier)
    desk.locator(".ws-queue__row a").first.click()
    desk.locator("main form[action$='/start/'] button").click()
    for number in range(1, SIZE + 1):
        key = {7: "2", 8: "2", 17: "3", 25: "3"}.get(number, "1")
        choose(desk, key, number)
        if key != "1":
            desk.locator("#id_reason").fill(f"Bổ sung tiêu chí {number}.")
        desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{scene.desk}")
    assert count_reviews(scene) == {"accepted": 30, "adjusted": 2, "returned": 2}
    desk.locator(f"main a[href='{scene.desk}returns/']").click()
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url(f"**{scene.desk}")
    assert scene.state() == "returned"

    # The staff answer, the leader submits again.
    staff = open_page("desktop")
    sign_in(staff, scene.staff)
    for number in (17, 25):
        staff.goto(f"{scene.home}criteria/{number}/")
        staff.locator("#id_explanation").fill("Đã bổ sung biên bản.")
        staff.locator("#assess button[type=submit]").first.click()
        staff.wait_for_load_state()
    page.goto(f"{scene.home}submit/")
    submit_here(page)
    assert scene.state() == "submitted"

    # The verifier looks at those two alone and concludes.
    desk.goto(scene.desk)
    desk.locator("main form[action$='/start/'] button").click()
    for number in (17, 25):
        choose(desk, "1", number)
        desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{scene.desk}")
    desk.locator(f"main a[href='{scene.desk}conclusion/']").click()
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/recognition/")
    assert scene.state() == "verified"

    # The province's admin records the decision; the ward reads it.
    admin = open_page("desktop")
    sign_in(admin, scene.admin)
    admin.goto(f"{scene.home}recognition/")
    admin.locator("input[name=is_recognised][value=yes]").check()
    admin.locator("#id_deciding_body").fill("Giám đốc Công an tỉnh")
    admin.locator("#id_number").fill("1234/QĐ-CAT")
    admin.locator("#id_decided_on").fill(f"{TODAY:%d/%m/%Y}")
    admin.locator("main form button[type=submit]").click()
    expect(admin.locator("[data-recognition]")).to_contain_text("1234/QĐ-CAT")
    assert scene.state() == "recognised"
    page.goto(scene.home)
    expect(page.locator(".ws-headline")).to_have_attribute("data-score", "32")


def submit_here(page):
    """From the page that says what blocks: confirm, then submit."""
    page.locator("main a[href='?confirm=1']").click()
    page.locator("main form[method=post] button[type=submit]").click()
    page.wait_for_url("**/submit/")


def count_reviews(scene):
    found = {}
    for row in scene.year.assessments.all():
        found[row.review] = found.get(row.review, 0) + 1
    return found


# --- Every screen -----------------------------------------------------------------


def states(scene):
    """Each state in turn, with the pages that are worth a look in it."""
    desk, outcome = scene.desk, f"{scene.home}recognition/"
    with_papers(scene)
    submitted(ready(scene.year))
    yield ["/verify/", "/verify/?q=khong-co", desk, f"{desk}1/", outcome]
    start_verification(actor=TESTS, evaluation=scene.year)
    decide(scene.year, 2, "adjusted", result="not_met", reason="Thiếu số.")
    decide(scene.year, 3, "returned", reason="Bổ sung biên bản.")
    decide(scene.year, 4, "recheck")
    yield [desk, f"{desk}1/", f"{desk}3/", f"{desk}4/", f"{desk}returns/"]
    for number in range(1, SIZE + 1):
        decide(scene.year, number)
    decide(scene.year, 2, "adjusted", result="not_met", reason="Thiếu số.")
    yield [f"{desk}conclusion/"]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_every_screen_is_accessible(open_page, scene, assert_accessible, kind, colours):
    page = open_page(kind, color_scheme=colours)
    sign_in(page, scene.verifier)
    for addresses in states(scene):
        for address in addresses:
            assert page.goto(address).status == 200, address
            assert_accessible(page)
    page.goto(f"{scene.desk}1/")
    page.locator("[data-key='2']").check()
    assert_accessible(page)


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_the_end_is_accessible(open_page, scene, assert_accessible, kind):
    verified(scene.year)
    page = open_page(kind)
    sign_in(page, scene.admin)
    page.goto(f"{scene.home}recognition/")
    assert_accessible(page)
    page.goto(f"{scene.desk}reopen/")
    assert_accessible(page)
    reader = open_page(kind)
    sign_in(reader, scene.staff)
    for place in ("recognition/", "", "criteria/1/"):
        reader.goto(f"{scene.home}{place}")
        assert_accessible(reader)


def test_a_refused_decision_is_accessible(screen, scene, faults, assert_accessible):
    faults.expect("422")
    verifying(scene.year)
    sign_in(screen, scene.verifier)
    screen.goto(f"{scene.desk}1/")
    screen.locator("[data-key='3']").check()
    screen.locator("form.ws-decide button[type=submit]").click()
    expect(screen.locator(".ws-decide .ws-error")).to_be_visible()
    assert_accessible(screen)


def test_nothing_scrolls_sideways_at_320_pixels(open_page, scene):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, scene.verifier)
    for addresses in states(scene):
        for address in addresses:
            page.goto(address)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, f"{address} is {width} px wide"


# --- The bar ----------------------------------------------------------------------


def test_a_key_pressed_in_a_field_is_a_letter(desktop, scene):
    verifying(scene.year)
    sign_in(desktop, scene.verifier)
    desktop.goto(f"{scene.desk}1/")
    desktop.keyboard.press("3")
    desktop.locator("#id_reason").press_sequentially("Quý 1, 2 j k")
    expect(desktop.locator("[data-key='3']")).to_be_checked()
    expect(desktop.locator("#id_reason")).to_have_value("Quý 1, 2 j k")
    expect(desktop).to_have_url(re.compile("/1/$"))


def test_keys_can_be_switched_off_and_stay_off(desktop, scene):
    verifying(scene.year)
    sign_in(desktop, scene.verifier)
    desktop.goto(f"{scene.desk}1/")
    desktop.locator("[data-keys-switch]").uncheck()
    desktop.goto(f"{scene.desk}2/")
    desktop.locator("main h1").click()
    desktop.keyboard.press("1")
    expect(desktop.locator("[data-key='1']")).not_to_be_checked()
    expect(desktop.locator("[data-keys-switch]")).not_to_be_checked()


def test_j_and_k_turn_the_pages(desktop, scene):
    verifying(scene.year)
    sign_in(desktop, scene.verifier)
    desktop.goto(f"{scene.desk}1/")
    desktop.keyboard.press("j")
    desktop.wait_for_url("**/2/")
    desktop.keyboard.press("k")
    desktop.wait_for_url("**/1/")


def test_a_decision_and_the_papers_work_without_javascript(open_page, scene):
    with_papers(scene)
    verifying(ready(scene.year))
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, scene.verifier)
    page.goto(f"{scene.desk}1/")
    tabs = page.locator(".ws-shelf__tab")
    expect(tabs).to_have_count(2)
    tabs.nth(1).click()
    expect(page.locator(".ws-shelf__paper").nth(1)).to_be_visible()
    expect(page.locator(".ws-shelf__paper").nth(0)).to_be_hidden()
    page.locator("[data-key='1']").check()
    page.locator("form.ws-decide button[type=submit]").click()
    page.wait_for_url("**/2/")
    assert assessment_of(scene.year, 1).review == "accepted"


def test_two_verifiers_see_each_other(open_page, scene, faults, assert_accessible):
    faults.expect("409")
    verifying(scene.year)
    page = open_page("desktop")
    sign_in(page, scene.verifier)
    page.goto(f"{scene.desk}1/")
    decide(
        scene.year,
        1,
        "adjusted",
        result="not_met",
        reason="Thiếu số.",
        actor=scene.admin,
    )
    page.locator("[data-key='3']").check()
    page.locator("#id_reason").fill("Bổ sung biên bản.")
    page.keyboard.press("Enter")
    notice = page.locator(".ws-notice--turmeric")
    expect(notice).to_contain_text("Thiếu số.")
    expect(page.locator("#id_reason")).to_have_value("Bổ sung biên bản.")
    expect(page.locator("form.ws-decide")).to_have_count(1)
    assert position(page, "form.ws-decide") == "static"
    assert_accessible(page)
    assert CriterionDecision.objects.count() == 1


# --- Nothing in the way -----------------------------------------------------------


def position(page, selector):
    return page.evaluate(
        "(one) => getComputedStyle(document.querySelector(one)).position", selector
    )


def test_what_was_done_is_said_in_the_rail_and_covers_nothing(screen, scene):
    verifying(scene.year)
    sign_in(screen, scene.verifier)
    screen.goto(f"{scene.desk}1/")
    screen.locator("[data-key='1']").check()
    screen.locator("form.ws-decide button[type=submit]").click()
    screen.wait_for_url("**/2/")
    expect(screen.locator(".ws-rail [role=status] .ws-toast")).to_be_visible()
    expect(screen.locator(".ws-toast")).to_have_count(1)
    assert position(screen, ".ws-toasts") == "static"


def test_on_a_phone_the_papers_come_before_what_is_said_of_them(open_page, scene):
    with_papers(scene)
    verifying(ready(scene.year))
    decide(scene.year, 1, "recheck")
    page = open_page("phone")
    sign_in(page, scene.verifier)
    page.goto(f"{scene.desk}1/")
    marks = ("#claim", "#papers-title", "#comments", "#recheck", "#decisions")
    tops = [
        page.evaluate(
            "(one) => document.querySelector(one).getBoundingClientRect().top", mark
        )
        for mark in marks
    ]
    assert tops == sorted(tops)
    expect(page.locator("#comment-text")).to_be_hidden()
    page.locator("#comments summary").click()
    page.locator("#comment-text").fill("Còn thiếu biên bản.")
    page.goto(f"{scene.desk}2/")
    page.go_back()
    expect(page.locator("#comment-text")).to_have_value("Còn thiếu biên bản.")
    expect(page.locator("#comment-text")).to_be_visible()
