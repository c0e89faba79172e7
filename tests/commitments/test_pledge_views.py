"""The pages of commitments as people use them: what they show, refuse and keep."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commitments.models import (
    Commitment,
    CommitmentContent,
    CommitmentReview,
    CommitmentText,
    SigningCeremony,
)
from commitments.services.pledge_ceremonies import Occasion, open_ceremony
from commitments.services.pledge_texts import draft_text, start_edition, wording_of
from commitments.services.pledges import withdraw_commitment
from tests.commitments.pledging import (
    TODAY,
    a_peoples_committee,
    a_pledge_campaign,
    a_unit,
    day_text,
    home_of,
    signed,
    the_day_before,
)
from tests.factories.commitments import (
    CampaignFactory,
    CommitmentFactory,
    MeetingFactory,
)
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.files import StoredFileFactory, ooxml, pdf
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(client):
    """A campaign with three units that must sign; its staff is signed in."""
    campaign, staff, units = a_pledge_campaign(units=3)
    client.force_login(staff)
    return campaign, staff, units


def a_form(**fields):
    return {
        "form_key": "k1",
        "signed_on": day_text(),
        "signer_position": "Tổ trưởng",
        "counterparty": "",
    } | fields


def text_of(response):
    return " ".join(response.content.decode().split())


# --- The board --------------------------------------------------------------------


def test_the_board_tells_who_signed_and_who_has_not(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])

    html = text_of(client.get(home_of(campaign)))

    assert 'data-signed="1" data-required="3"' in html
    assert f'<tr class="is-unsigned" data-unit="{units[1].pk}">' in html
    assert f'<tr class="is-unsigned" data-unit="{units[0].pk}">' not in html
    assert f"{home_of(campaign)}{units[1].pk}/sign/" in html
    assert f"{home_of(campaign)}{units[0].pk}/scan/" in html


def test_a_scan_on_the_board_is_linked(client, ward):
    campaign, staff, units = ward
    scan = StoredFileFactory(unit=campaign.ward, missing=True)
    signed(staff, campaign, units[0], scan=scan)

    assert scan.get_absolute_url() in text_of(client.get(home_of(campaign)))


def test_a_contributor_is_offered_signing_for_the_own_unit_only(client, ward):
    campaign, _staff, units = ward
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=units[0])
    client.force_login(person)

    html = text_of(client.get(home_of(campaign)))

    assert f"{home_of(campaign)}{units[0].pk}/sign/" in html
    assert f"{home_of(campaign)}{units[1].pk}/sign/" not in html
    assert "/ceremony/" not in html


def test_a_closed_year_offers_nothing_to_sign(client, ward):
    campaign, _staff, _units = ward
    campaign.closed_at = timezone.now()
    campaign.save()

    html = text_of(client.get(home_of(campaign)))

    assert "/sign/" not in html
    assert "/ceremony/" not in html


def test_a_ward_without_a_text_is_led_to_write_one(client):
    campaign = CampaignFactory()
    client.force_login(member(campaign.ward))

    assert f"{home_of(campaign)}text/edit/" in text_of(client.get(home_of(campaign)))


def test_a_carried_one_says_from_which_year(client):
    last_year = TODAY.year - 1
    source, staff, (unit,) = a_pledge_campaign(period_start=dt.date(last_year, 1, 1))
    row = signed(staff, source, unit, signed_on=dt.date(last_year, 5, 12))
    campaign = CampaignFactory(ward=source.ward)
    CommitmentFactory(
        campaign=campaign, unit=unit, signed_on=row.signed_on, carried_from=row
    )
    client.force_login(staff)

    html = text_of(client.get(home_of(campaign)))

    assert f"12/05/{last_year}" in html
    assert f"từ năm {last_year}" in html or f"from {last_year}" in html


@pytest.mark.parametrize(("due_in", "says"), [(-5, True), (5, False)])
def test_the_board_names_its_criterion_and_says_when_it_is_overdue(
    client, due_in, says
):
    criteria_set = a_set({}, {"measure_source": "pledges.units_signed"})
    evaluation = an_evaluation(
        criteria_set=criteria_set,
        period_start=TODAY - dt.timedelta(days=100),
        period_end=TODAY + dt.timedelta(days=100),
    )
    campaign = evaluation.campaign
    due = TODAY + dt.timedelta(days=due_in)
    evaluation.assessments.filter(criterion__number=2).update(due_on=due)
    staff = member(campaign.ward)
    a_unit(campaign)
    draft_text(actor=staff, campaign=campaign, wording=wording_of_three())
    client.force_login(staff)

    response = client.get(home_of(campaign))

    above, _table = text_of(response).split("<table")
    assert re.search(r"(tiêu chí|criterion) 2\.", above)
    assert bool(re.search(r"5 (ngày|days)|Quá hạn 5", above)) == says
    assert ("ws-tag--seal ws-tag--box" in above) == says


def wording_of_three():
    return wording_of(a_pledge_campaign()[0].commitmenttext_set.get())


# --- Signing ----------------------------------------------------------------------


def test_the_form_proposes_today_the_usual_signer_and_the_peoples_committee(
    client, ward
):
    campaign, _staff, units = ward
    committee = a_peoples_committee(campaign)

    form = client.get(f"{home_of(campaign)}{units[0].pk}/sign/").context["form"]

    assert form["signed_on"].value() == TODAY
    assert form["signer_position"].value() == f"Tổ trưởng {units[0].name}"
    assert form["counterparty"].value() == f"unit-{committee.pk}"


def test_a_signing_with_its_scan_leads_to_the_units_page(client, ward, evidence_root):
    campaign, _staff, units = ward
    address = f"{home_of(campaign)}{units[0].pk}/"
    upload = SimpleUploadedFile("ban-ky.pdf", pdf())

    response = client.post(f"{address}sign/", a_form(scan=upload))

    assert response.url == address
    assert Commitment.objects.get().scan_name == "ban-ky.pdf"


def test_the_same_form_sent_twice_signs_once(client, ward):
    campaign, _staff, units = ward
    address = f"{home_of(campaign)}{units[0].pk}/sign/"

    answers = [client.post(address, a_form()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signer_position", ""),
        ("signed_on", day_text(TODAY + dt.timedelta(days=1))),
        ("signed_on", day_text(the_day_before(dt.date(TODAY.year, 1, 1)))),
        ("signed_on", "31/02/2026"),
        ("valid_to", day_text(the_day_before(TODAY))),
        ("counterparty", "unit-999999"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    client, ward, field, value
):
    campaign, _staff, units = ward
    address = f"{home_of(campaign)}{units[0].pk}/sign/"

    response = client.post(address, a_form(signer_name="Nguyễn Văn A") | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert 'value="Nguyễn Văn A"' in response.content.decode()
    assert not Commitment.objects.exists()


def test_another_wards_unit_is_no_other_party(client, ward):
    campaign, _staff, units = ward
    foreign = ParticipatingUnitFactory(kind="peoples_committee")
    address = f"{home_of(campaign)}{units[0].pk}/sign/"

    response = client.post(address, a_form(counterparty=f"unit-{foreign.pk}"))

    assert response.status_code == 422
    assert "counterparty" in response.context["form"].errors


def test_a_word_file_is_refused_and_a_good_scan_kept_for_the_next_try(
    client, ward, evidence_root
):
    campaign, _staff, units = ward
    address = f"{home_of(campaign)}{units[0].pk}/sign/"
    word = SimpleUploadedFile("ban-ky.docx", ooxml())

    refused = client.post(address, a_form(scan=word))
    faulty = client.post(
        address,
        a_form(scan=SimpleUploadedFile("ban-ky.pdf", pdf()), signer_position=""),
    )
    kept = faulty.context["form"]["kept"].value()
    done = client.post(address, a_form(kept=kept))

    assert (refused.status_code, faulty.status_code) == (422, 422)
    assert list(refused.context["form"].errors) == ["scan"]
    assert done.status_code == 302
    assert Commitment.objects.get().scan_name == "ban-ky.pdf"


def test_a_unit_that_has_signed_is_led_to_signing_again(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    address = f"{home_of(campaign)}{units[0].pk}/"

    response = client.post(f"{address}sign/", a_form())

    assert response.status_code == 422
    assert f"{address}renew/" in text_of(response)
    assert Commitment.objects.count() == 1


def test_without_a_text_the_form_leads_to_writing_it(client):
    campaign = CampaignFactory()
    unit = a_unit(campaign)
    client.force_login(member(campaign.ward))

    response = client.get(f"{home_of(campaign)}{unit.pk}/sign/")

    assert f"{home_of(campaign)}text/" in text_of(response)
    assert "<form" not in text_of(response).split("<main")[1]


def test_signing_again_shows_both_in_the_history(client, ward):
    campaign, staff, units = ward
    old = signed(staff, campaign, units[0], signed_on=campaign.period_start)
    address = f"{home_of(campaign)}{units[0].pk}/"

    client.post(f"{address}renew/", a_form(signer_position="Phó Tổ trưởng"))

    page = client.get(address).context["page"]
    assert page.standing.signer_position == "Phó Tổ trưởng"
    assert page.before == [old]


@pytest.mark.parametrize("step", ["renew", "withdraw", "scan", "review"])
def test_where_nothing_was_signed_there_is_nothing_to_go_on_with(client, ward, step):
    campaign, _staff, units = ward

    response = client.get(f"{home_of(campaign)}{units[0].pk}/{step}/")

    assert response.status_code == 404


@pytest.mark.parametrize("step", ["", "sign/", "scan/", "withdraw/", "review/"])
def test_a_unit_of_another_ward_is_not_there(client, ward, step):
    campaign, _staff, _units = ward
    foreign = ParticipatingUnitFactory()

    response = client.get(f"{home_of(campaign)}{foreign.pk}/{step}")

    assert response.status_code == 404


@pytest.mark.parametrize("step", ["sign", "scan", "renew", "withdraw"])
def test_a_contributor_has_no_business_with_another_unit(client, ward, step):
    campaign, staff, units = ward
    signed(staff, campaign, units[1])
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=units[0])
    client.force_login(person)

    assert client.get(f"{home_of(campaign)}{units[1].pk}/{step}/").status_code == 403


# --- Withdrawing and scanning -----------------------------------------------------


def test_withdrawing_asks_why_and_keeps_the_reason(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    address = f"{home_of(campaign)}{units[0].pk}/"

    refused = client.post(f"{address}withdraw/", {"reason": ""})
    client.post(f"{address}withdraw/", {"reason": "Ghi nhầm đơn vị."})

    assert refused.status_code == 422
    assert "Ghi nhầm đơn vị." in text_of(client.get(address))


def test_a_scan_takes_the_place_of_the_one_before(client, ward, evidence_root):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    address = f"{home_of(campaign)}{units[0].pk}/"
    for name in ("trang-1.pdf", "trang-2.pdf"):
        upload = SimpleUploadedFile(name, pdf(name))
        assert client.post(f"{address}scan/", {"scan": upload}).status_code == 302

    assert Commitment.objects.get().scan_name == "trang-2.pdf"
    assert "trang-1.pdf" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("name", "content"), [("ban-ky.docx", ooxml()), ("ban-ky.pdf", b""), (None, None)]
)
def test_what_is_no_scan_is_refused_beside_the_field(
    client, ward, evidence_root, name, content
):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    sent = {"scan": SimpleUploadedFile(name, content)} if name else {}

    response = client.post(f"{home_of(campaign)}{units[0].pk}/scan/", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["scan"]
    assert Commitment.objects.get().scan is None


# --- A ceremony -------------------------------------------------------------------


def ceremony_of(units, **fields):
    sent = {"form_key": "k1", "held_on": day_text(), "place": "Hội trường"}
    for unit in units:
        sent |= {f"u{unit.pk}-signed": "on", f"u{unit.pk}-position": "Tổ trưởng"}
    return sent | fields


def test_a_ceremony_records_the_ticked_units_only(client, ward):
    campaign, _staff, units = ward
    sent = ceremony_of(units[:2]) | {f"u{units[2].pk}-position": "Tổ trưởng"}

    response = client.post(f"{home_of(campaign)}ceremony/", sent)

    assert response.url == home_of(campaign)
    assert set(Commitment.objects.values_list("unit_id", flat=True)) == {
        unit.pk for unit in units[:2]
    }


def test_a_half_filled_ceremony_saves_nothing_and_keeps_the_good_rows(client, ward):
    campaign, _staff, units = ward
    sent = ceremony_of(units) | {
        f"u{units[0].pk}-position": "Trưởng ban",
        f"u{units[1].pk}-position": "",
        f"u{units[2].pk}-position": " ",
    }

    response = client.post(f"{home_of(campaign)}ceremony/", sent)

    rows = {row.unit: row for row in response.context["forms"].rows}
    assert response.status_code == 422
    assert not rows[units[0]].errors
    assert list(rows[units[1]].errors) == list(rows[units[2]].errors) == ["position"]
    assert 'value="Trưởng ban"' in response.content.decode()
    assert rows[units[0]]["signed"].value() is True
    assert not Commitment.objects.exists()
    assert not SigningCeremony.objects.exists()


def test_all_faults_of_a_ceremony_are_told_at_once(client, ward):
    campaign, _staff, units = ward
    tomorrow = day_text(TODAY + dt.timedelta(days=1))
    sent = ceremony_of(units[:1], held_on="32/13/2026") | {
        f"u{units[0].pk}-position": ""
    }

    shape = client.post(f"{home_of(campaign)}ceremony/", sent)
    rule = client.post(
        f"{home_of(campaign)}ceremony/", ceremony_of(units, held_on=tomorrow)
    )

    assert [about for _anchor, about, _said in shape.context["forms"].faults] == [
        str(shape.context["forms"].occasion.fields["held_on"].label),
        units[0].name,
    ]
    assert list(rule.context["forms"].occasion.errors) == ["held_on"]


def test_a_unit_that_a_rule_refuses_is_marked_in_its_row(client, ward):
    campaign, _staff, units = ward
    late = a_unit(campaign, valid_from=TODAY)
    yesterday = the_day_before(TODAY)

    response = client.post(
        f"{home_of(campaign)}ceremony/",
        ceremony_of([units[0], late], held_on=day_text(yesterday)),
    )

    rows = {row.unit: row for row in response.context["forms"].rows}
    assert response.status_code == 422
    assert "signed" in rows[late].errors
    assert not rows[units[0]].errors
    assert not Commitment.objects.exists()


def test_nobody_ticked_is_said(client, ward):
    campaign, _staff, _units = ward

    response = client.post(f"{home_of(campaign)}ceremony/", ceremony_of([]))

    assert response.status_code == 422
    assert response.context["forms"].occasion.non_field_errors()


def test_another_campaigns_meeting_cannot_be_chosen(client, ward):
    campaign, _staff, units = ward
    sent = ceremony_of(units, meeting=MeetingFactory().pk)

    response = client.post(f"{home_of(campaign)}ceremony/", sent)

    assert response.status_code == 422
    assert list(response.context["forms"].occasion.errors) == ["meeting"]


def test_one_link_ticks_every_unit(client, ward):
    campaign, _staff, _units = ward

    forms = client.get(f"{home_of(campaign)}ceremony/?all=1").context["forms"]

    assert all(row["signed"].value() for row in forms.rows)


def test_opening_a_ceremony_leads_to_the_hall(client, ward):
    campaign, _staff, _units = ward

    response = client.post(
        f"{home_of(campaign)}ceremony/", {"held_on": day_text(), "open": "1"}
    )

    ceremony = SigningCeremony.objects.get()
    assert response.url == f"{home_of(campaign)}ceremony/{ceremony.pk}/live/"


def test_in_the_hall_one_press_signs_the_called_unit(client, ward):
    campaign, staff, units = ward
    ceremony = open_ceremony(actor=staff, campaign=campaign, occasion=Occasion(TODAY))
    address = f"{home_of(campaign)}ceremony/{ceremony.pk}/live/"
    press = {"unit": units[0].pk, "position": "Tổ trưởng"}

    client.post(address, press)
    hall = client.get(address).context["hall"]
    again = client.post(address, press)

    assert hall.current == units[1]
    assert hall.coverage.signed == 1
    assert again.status_code == 302  # signed meanwhile: on to the next
    assert Commitment.objects.count() == 1


def test_in_the_hall_a_missing_position_is_asked_for(client, ward):
    campaign, staff, units = ward
    ceremony = open_ceremony(actor=staff, campaign=campaign, occasion=Occasion(TODAY))
    address = f"{home_of(campaign)}ceremony/{ceremony.pk}/live/"

    response = client.post(address, {"unit": units[1].pk, "position": ""})

    assert response.status_code == 422
    assert response.context["hall"].current == units[1]
    assert list(response.context["form"].errors) == ["position"]


def test_another_campaigns_ceremony_is_not_there(client, ward):
    campaign, _staff, _units = ward
    other, other_staff, _ = a_pledge_campaign()
    foreign = open_ceremony(actor=other_staff, campaign=other, occasion=Occasion(TODAY))

    response = client.get(f"{home_of(campaign)}ceremony/{foreign.pk}/live/")

    assert response.status_code == 404


# --- Reviews ----------------------------------------------------------------------


def test_a_quarter_is_reviewed_in_one_form(client, ward):
    campaign, staff, units = ward
    row = signed(staff, campaign, units[0])
    contents = list(CommitmentContent.objects.order_by("order"))
    sent = {"version": 1, f"c{contents[0].pk}-verdict": "good"}
    sent |= {
        f"c{contents[1].pk}-verdict": "remind",
        f"c{contents[1].pk}-remark": "Chậm một tuần",
    }
    address = f"{home_of(campaign)}{units[0].pk}/"

    response = client.post(f"{address}review/?quarter=1", sent)

    assert response.url == address
    assert set(
        CommitmentReview.objects.values_list("commitment", "quarter", "verdict")
    ) == {(row.pk, 1, "good"), (row.pk, 1, "remind")}
    assert "Chậm một tuần" in text_of(client.get(address))


def test_two_people_reviewing_meet_in_a_conflict_that_keeps_both(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    content = CommitmentContent.objects.order_by("order").first()
    address = f"{home_of(campaign)}{units[0].pk}/review/?quarter=1"
    client.post(address, {"version": 1, f"c{content.pk}-verdict": "good"})

    response = client.post(address, {"version": 1, f"c{content.pk}-verdict": "remind"})
    again = client.post(
        address,
        {
            "version": response.context["form"]["version"].value(),
            f"c{content.pk}-verdict": "remind",
        },
    )

    assert response.status_code == 409
    assert response.context["conflict"].who == "Cán bộ phường"
    assert again.status_code == 302
    assert CommitmentReview.objects.get().verdict == "remind"


def test_a_remark_without_a_verdict_is_marked_at_its_content(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    content = CommitmentContent.objects.order_by("order").last()

    response = client.post(
        f"{home_of(campaign)}{units[0].pk}/review/?quarter=1",
        {"version": 1, f"c{content.pk}-remark": "Chậm"},
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"c{content.pk}-verdict"]
    assert not CommitmentReview.objects.exists()


@pytest.mark.parametrize("quarter", ["0", "5", "x", "9" * 40, ""])
def test_an_unknown_quarter_shows_the_one_that_runs(client, ward, quarter):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])

    response = client.get(
        f"{home_of(campaign)}{units[0].pk}/review/", {"quarter": quarter}
    )

    assert response.context["quarter"] == (TODAY.month - 1) // 3 + 1


def test_a_unit_does_not_get_the_form_to_review_itself(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=units[0])
    client.force_login(person)
    address = f"{home_of(campaign)}{units[0].pk}/review/"

    assert client.get(address).status_code == 403
    assert client.post(address, {"version": 1}).status_code == 403


# --- The text ---------------------------------------------------------------------


def a_wording(**fields):
    return {
        "form_key": "k1",
        "title": "Bản cam kết",
        "scope": "Năm nay",
        "count": "3",
        "content_1": "Một",
        "content_2": "Hai",
        "content_3": "",
        "version": "1",
    } | fields


def test_the_first_text_is_written_down_in_the_form(client):
    campaign = CampaignFactory()
    client.force_login(member(campaign.ward))
    assert client.get(f"{home_of(campaign)}text/edit/").context["form"].size == 3

    response = client.post(f"{home_of(campaign)}text/edit/", a_wording())

    assert response.url == f"{home_of(campaign)}text/"
    assert CommitmentText.objects.get().contents.count() == 2


def test_one_more_content_can_be_asked_for_without_losing_what_was_typed(client, ward):
    campaign, _staff, _units = ward
    sent = a_wording(more="1", content_3="Ba")

    response = client.post(f"{home_of(campaign)}text/edit/", sent)

    form = response.context["form"]
    assert response.status_code == 200
    assert form.size == 4
    assert [field.value() for field, _label in form.places] == [
        "Một",
        "Hai",
        "Ba",
        None,
    ]
    assert CommitmentText.objects.get().title != "Một"


def test_a_text_without_contents_is_refused_at_the_first(client, ward):
    campaign, _staff, _units = ward
    sent = a_wording(content_1="", content_2=" ")

    response = client.post(f"{home_of(campaign)}text/edit/", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["content_1"]


def test_a_text_changed_meanwhile_is_a_conflict_that_keeps_both(client, ward):
    campaign, _staff, _units = ward
    address = f"{home_of(campaign)}text/edit/"
    client.post(address, a_wording(title="Bản của người khác"))

    response = client.post(address, a_wording(title="Bản đang gõ", form_key="k2"))

    html = text_of(response)
    assert response.status_code == 409
    assert "Bản của người khác" in html
    assert "Bản đang gõ" in html
    assert response.context["form"]["version"].value() == "2"


def test_a_sealed_text_cannot_be_opened_for_change(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])

    shown = client.get(f"{home_of(campaign)}text/edit/")
    sent = client.post(f"{home_of(campaign)}text/edit/", a_wording())

    assert shown.url == f"{home_of(campaign)}text/"
    assert sent.status_code == 422


def test_the_page_shows_seal_and_earlier_editions(client, ward):
    campaign, staff, units = ward
    row = signed(staff, campaign, units[0])
    start_edition(actor=staff, campaign=campaign)

    response = client.get(f"{home_of(campaign)}text/")

    assert response.context["current"].text.edition == 2
    (earlier,) = response.context["earlier"]
    assert (earlier.text, earlier.signed) == (row.text, 1)
    assert earlier.digest in text_of(response)


def test_the_page_says_when_the_words_no_longer_fit_their_seal(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    whole = text_of(client.get(f"{home_of(campaign)}text/"))
    CommitmentContent.objects.filter(order=1).update(body_vi="Nội dung khác")

    tampered = client.get(f"{home_of(campaign)}text/")

    assert 'role="alert"' not in whole
    assert 'role="alert"' in text_of(tampered)
    assert not tampered.context["current"].intact


def test_starting_the_next_edition_leads_to_its_words(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])

    response = client.post(f"{home_of(campaign)}text/edition/")

    assert response.url == f"{home_of(campaign)}text/edit/"
    assert CommitmentText.objects.count() == 2


# --- Reminders --------------------------------------------------------------------


def test_the_reminder_names_by_post_those_who_have_not_signed(client, ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])

    reminders = client.get(f"{home_of(campaign)}remind/").context["reminders"]

    assert [one.unit for one in reminders] == [None, *units[1:]]
    assert reminders[0].text.startswith("Kính gửi:\n")
    assert f"- Tổ trưởng {units[1].name}\n" in reminders[0].text
    assert units[0].name not in reminders[0].text
    assert "1 trên 3 đơn vị" in reminders[0].text


def test_when_all_have_signed_there_is_nobody_to_remind(client, ward):
    campaign, staff, units = ward
    for unit in units:
        signed(staff, campaign, unit)

    response = client.get(f"{home_of(campaign)}remind/")

    assert response.context["reminders"] == []
    assert response.status_code == 200


def test_braces_in_a_title_or_name_are_only_letters(client, ward):
    campaign, _staff, units = ward
    campaign.title = "{unit} %s {0}"
    campaign.save()
    units[0].name = "Tổ {ward}"
    units[0].save()

    reminders = client.get(f"{home_of(campaign)}remind/").context["reminders"]

    assert "“{unit} %s {0}”" in reminders[0].text
    assert "Tổ {ward}" in reminders[0].text


# --- History ----------------------------------------------------------------------


def test_a_units_page_shows_what_was_withdrawn_and_the_years_before(client):
    last_year = TODAY.year - 1
    source, staff, (unit,) = a_pledge_campaign(period_start=dt.date(last_year, 1, 1))
    old = signed(staff, source, unit, signed_on=dt.date(last_year, 3, 1))
    campaign = CampaignFactory(ward=source.ward)
    draft_text(actor=staff, campaign=campaign, wording=wording_of(old.text))
    wrong = signed(staff, campaign, unit)
    withdraw_commitment(actor=staff, commitment=wrong, reason="Ghi nhầm.")
    client.force_login(staff)

    page = client.get(f"{home_of(campaign)}{unit.pk}/").context["page"]

    assert page.standing is None
    assert page.before == [wrong, old]
    assert len(page.history) == 3
