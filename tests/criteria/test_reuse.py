"""The same file again: recognised, and the existing evidence offered instead."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from criteria.models import Evidence
from tests.factories.criteria import an_evaluation
from tests.factories.files import pdf, picture
from tests.factories.wards import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(evidence_root):
    return an_evaluation({}, {}, {}, {"reference_only": True})


@pytest.fixture
def home(client, evaluation):
    client.force_login(member(evaluation.campaign.ward))
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


def a_form(key, **fields):
    return {
        "form_key": key,
        "kind": "files",
        "title": "Ảnh hội nghị",
        "fact_on": f"{timezone.localdate():%d/%m/%Y}",
    } | fields


def sent(name, content):
    return [SimpleUploadedFile(name, content)]


def recorded(client, home, name, content):
    """A first piece of evidence with a file, for criterion 1."""
    address = f"{home}criteria/1/evidence/new/"
    client.post(address, a_form("first", files=sent(name, content)))
    return Evidence.objects.get()


def numbers_of(evidence):
    links = evidence.links.values_list("assessment__criterion__number", flat=True)
    return sorted(links)


def downloaded(client, evidence):
    """The bytes as the application hands them out."""
    stored = evidence.files.get().stored
    response = client.get(reverse("files:download", args=[stored.pk, stored.name]))
    return b"".join(response.streaming_content), stored


def test_a_photo_downloaded_here_and_sent_again_is_recognised(client, home):
    photo = picture()
    evidence = recorded(client, home, "anh.jpg", photo)
    kept, stored = downloaded(client, evidence)
    assert (kept != photo, stored.sha256 != stored.original_sha256) == (True, True)

    for key, content in (("as sent", photo), ("as handed out", kept)):
        response = client.post(
            f"{home}criteria/2/evidence/new/",
            a_form(key, files=sent("anh-tai-ve.jpg", content)),
        )
        (duplicate,) = response.context["duplicates"]
        assert (duplicate.name, duplicate.evidence) == ("anh-tai-ve.jpg", evidence)
    assert Evidence.objects.count() == 1


def test_the_existing_one_is_offered_where_criteria_are_chosen_in_the_form(
    client, home
):
    evidence = recorded(client, home, "qd.pdf", pdf("một"))
    form = a_form("second", criteria=[2, 3], title="Tên khác")
    address = f"{home}evidence/new/"
    offer = client.post(address, form | {"files": sent("qd.pdf", pdf("một"))})
    assert offer.status_code == 422
    assert f'name="reuse" value="{evidence.pk}"' in " ".join(
        offer.content.decode().split()
    )

    response = client.post(address, form | {"reuse": evidence.pk})

    assert response.status_code == 302
    assert response.url.endswith("/criteria/2/")
    assert numbers_of(evidence) == [1, 2, 3]
    assert Evidence.objects.count() == 1


def test_the_existing_one_is_taken_though_the_title_is_still_missing(client, home):
    evidence = recorded(client, home, "qd.pdf", pdf("một"))
    form = a_form("second", criteria=[2], title="", reuse=evidence.pk)

    assert client.post(f"{home}evidence/new/", form).status_code == 302
    assert numbers_of(evidence) == [1, 2]


def test_one_criterion_that_cannot_take_it_keeps_it_from_all(client, home):
    """Number and date only: the file is in the way, and nothing is half linked."""
    evidence = recorded(client, home, "qd.pdf", pdf("một"))
    form = a_form("second", criteria=[2, 4], reuse=evidence.pk)

    response = client.post(f"{home}evidence/new/", form)

    assert response.status_code == 422
    assert "Ảnh hội nghị" in response.content.decode()
    assert numbers_of(evidence) == [1]


# --- Many files -------------------------------------------------------------------


@pytest.mark.parametrize("at", ["criteria/1/evidence/new/", "evidence/new/"])
def test_more_files_than_a_form_takes_bring_the_form_back_as_typed(client, home, at):
    files = [SimpleUploadedFile(f"anh-{n}.pdf", pdf("một")) for n in range(21)]

    response = client.post(f"{home}{at}", a_form("k", criteria=[1], files=files))

    assert response.status_code == 422
    page = response.content.decode()
    assert "Gửi tối đa 20 tệp mỗi lần. Đang chọn: 21 tệp." in page
    assert "Ảnh hội nghị" in page
    assert not Evidence.objects.exists()


def test_twenty_files_are_taken(client, home):
    files = [SimpleUploadedFile(f"anh-{n}.pdf", pdf(str(n))) for n in range(20)]

    client.post(f"{home}criteria/1/evidence/new/", a_form("k", files=files))

    assert Evidence.objects.get().files.count() == 20


def test_far_more_files_are_refused_unread(client, home):
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF") for n in range(41)]

    response = client.post(f"{home}criteria/1/evidence/new/", a_form("k", files=files))

    assert response.status_code == 400


# --- Number and date only ---------------------------------------------------------


def test_a_missing_number_says_what_to_enter(client, home):
    form = a_form("k", kind="document", number="")

    response = client.post(f"{home}criteria/4/evidence/new/", form)

    assert response.status_code == 422
    errors = response.context["form"].errors["number"]
    assert errors == ["Ghi số và ký hiệu của văn bản, ví dụ 45/BC-UBND."]
