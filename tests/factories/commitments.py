"""Campaigns and what is recorded under them, for tests."""

import datetime as dt
from dataclasses import dataclass

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from commitments.models import (
    AgendaItem,
    AgendaKind,
    Campaign,
    Commitment,
    CommitmentContent,
    CommitmentReview,
    CommitmentText,
    CommitteeMember,
    CommitteeRole,
    Contribution,
    Directive,
    DocumentType,
    FundingLine,
    GoodModel,
    Meeting,
    MeetingKind,
    ModelPlace,
    OfficialDocument,
    OutsideBody,
    PaperSystem,
    PartyTerm,
    SigningCeremony,
    SteeringCommittee,
)
from commitments.sealing import text_digest
from tests.factories.wards import ParticipatingUnitFactory, WardFactory
from wardsecurity.wards.models import ParticipatingKind


class CampaignFactory(DjangoModelFactory):
    """This calendar year's campaign of a ward."""

    class Meta:
        model = Campaign

    ward = factory.SubFactory(WardFactory)
    title = "Xây dựng phường điển hình"
    period_start = factory.LazyFunction(
        lambda: dt.date(timezone.localdate().year, 1, 1)
    )
    period_end = factory.LazyAttribute(lambda o: dt.date(o.period_start.year, 12, 31))
    year = factory.LazyAttribute(lambda o: o.period_end.year)


class OutsideBodyFactory(DjangoModelFactory):
    """A body above a ward."""

    class Meta:
        model = OutsideBody

    ward = factory.SubFactory(WardFactory)
    name = factory.Sequence(lambda n: f"Ban Chỉ đạo 138 số {n}")


class PartyTermFactory(DjangoModelFactory):
    """A term of the ward's Party Committee."""

    class Meta:
        model = PartyTerm

    ward = factory.SubFactory(WardFactory)
    unit = factory.LazyAttribute(
        lambda o: ParticipatingUnitFactory(
            ward=o.ward, kind=ParticipatingKind.PARTY_COMMITTEE
        )
    )
    name = "Nhiệm kỳ 2020 – 2030"
    starts_on = dt.date(2020, 6, 1)
    ends_on = dt.date(2030, 5, 31)


class DocumentFactory(DjangoModelFactory):
    """A numbered plan of the ward's People's Committee, issued today.

    Traits: `draft` (no number, no day), `resolution` (a numbered Party resolution).
    """

    class Meta:
        model = OfficialDocument

    class Params:
        draft = factory.Trait(number=None, issued_on=None, display="")
        resolution = factory.Trait(
            system=PaperSystem.PARTY,
            doc_type=DocumentType.NGHI_QUYET,
            symbol="NQ/ĐU",
            display=factory.LazyAttribute(lambda o: f"{o.number:02d}-NQ/ĐU"),
        )

    campaign = factory.SubFactory(CampaignFactory)
    system = PaperSystem.STATE
    doc_type = DocumentType.KE_HOACH
    number = factory.Sequence(lambda n: n + 1)
    symbol = "KH-UBND"
    display = factory.LazyAttribute(lambda o: f"{o.number:02d}/{o.symbol}")
    issuer_unit = factory.LazyAttribute(
        lambda o: ParticipatingUnitFactory(
            ward=o.campaign.ward, kind=ParticipatingKind.PEOPLES_COMMITTEE
        )
    )
    issued_on = factory.LazyFunction(timezone.localdate)
    subject_vi = factory.Sequence(lambda n: f"Về bảo đảm an ninh, trật tự, phần {n}")


class CommitteeFactory(DjangoModelFactory):
    """The steering committee of a campaign, by a decision."""

    class Meta:
        model = SteeringCommittee

    campaign = factory.SubFactory(CampaignFactory)
    name = "Ban Chỉ đạo xây dựng phường điển hình"


class MemberFactory(DjangoModelFactory):
    """A plain member of a committee."""

    class Meta:
        model = CommitteeMember

    committee = factory.SubFactory(CommitteeFactory)
    order = factory.Sequence(lambda n: n + 1)
    role = CommitteeRole.MEMBER
    position = factory.Sequence(lambda n: f"Công chức số {n}")


class MeetingFactory(DjangoModelFactory):
    """A session of the steering committee, held today."""

    class Meta:
        model = Meeting

    campaign = factory.SubFactory(CampaignFactory)
    kind = MeetingKind.COMMITTEE_SESSION
    title = "Họp Ban Chỉ đạo"
    held_on = factory.LazyFunction(timezone.localdate)


class AgendaItemFactory(DjangoModelFactory):
    """A point of a meeting's agenda."""

    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    order = factory.Sequence(lambda n: n + 1)
    kind = AgendaKind.REPORT
    text_vi = "Báo cáo tình hình"


class ContributionFactory(DjangoModelFactory):
    """A paper contributed to a meeting."""

    class Meta:
        model = Contribution

    meeting = factory.SubFactory(MeetingFactory)
    kind = "paper"
    subject = "Kinh nghiệm tự quản"


class DirectiveFactory(DjangoModelFactory):
    """A directive of the ward's own, just given. `above`: from a level above."""

    class Meta:
        model = Directive

    class Params:
        above = factory.Trait(origin="above")

    campaign = factory.SubFactory(CampaignFactory)
    origin = "own"
    text_vi = factory.Sequence(lambda n: f"Bố trí kinh phí, việc {n}")


class FundingLineFactory(DjangoModelFactory):
    """100 million đồng estimated, 90 allocated, 40 spent."""

    class Meta:
        model = FundingLine

    campaign = factory.SubFactory(CampaignFactory)
    purpose = "Tuyên truyền"
    source = "ward"
    estimated = 100_000_000
    allocated = 90_000_000
    spent = 40_000_000


class GoodModelFactory(DjangoModelFactory):
    """A model running since the first day of its campaign."""

    class Meta:
        model = GoodModel

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence(lambda n: f"Tổ liên gia tự quản số {n}")
    description = "Các hộ liền kề cùng giữ gìn trật tự."
    started_on = factory.LazyAttribute(lambda o: o.campaign.period_start)


class ModelPlaceFactory(DjangoModelFactory):
    """A place to which a model was replicated."""

    class Meta:
        model = ModelPlace

    model = factory.SubFactory(GoodModelFactory)
    name = "Trường tiểu học"
    since = factory.LazyAttribute(lambda o: o.model.started_on)


class TextFactory(DjangoModelFactory):
    """The first wording of a campaign's commitment, with three contents.

    Trait `sealed`: a unit has signed it.
    """

    class Meta:
        model = CommitmentText
        skip_postgeneration_save = True

    class Params:
        sealed = factory.Trait(sealed_at=factory.LazyFunction(timezone.now))

    campaign = factory.SubFactory(CampaignFactory)
    edition = 1
    title = "Bản cam kết"
    scope = "Năm nay"
    sha256 = "0" * 64

    @factory.post_generation
    def contents(self, create, extracted, **kwargs):
        bodies = [f"Nội dung {order}" for order in range(1, (extracted or 3) + 1)]
        for order, body in enumerate(bodies, start=1):
            CommitmentContent.objects.create(text=self, order=order, body_vi=body)
        self.sha256 = text_digest(
            title=self.title, scope=self.scope, parties=self.parties, contents=bodies
        )
        self.save(update_fields=["sha256"])


class CeremonyFactory(DjangoModelFactory):
    """A signing ceremony held today."""

    class Meta:
        model = SigningCeremony

    campaign = factory.SubFactory(CampaignFactory)
    held_on = factory.LazyFunction(timezone.localdate)


def signed_text(campaign):
    """The campaign's newest text, sealed as a first signature seals it."""
    text = CommitmentText.objects.filter(campaign=campaign).first()
    if text is None:
        return TextFactory(campaign=campaign, sealed=True)
    if not text.is_sealed:
        text.sealed_at = timezone.now()
        text.save(update_fields=["sealed_at"])
    return text


class CommitmentFactory(DjangoModelFactory):
    """A residential group signed today, and so sealed the text."""

    class Meta:
        model = Commitment

    campaign = factory.SubFactory(CampaignFactory)
    text = factory.LazyAttribute(lambda o: signed_text(o.campaign))
    unit = factory.LazyAttribute(
        lambda o: ParticipatingUnitFactory(ward=o.campaign.ward)
    )
    signed_on = factory.LazyFunction(timezone.localdate)
    signer_position = "Tổ trưởng"


class ReviewFactory(DjangoModelFactory):
    """The first content of a commitment, kept well in the first quarter."""

    class Meta:
        model = CommitmentReview

    commitment = factory.SubFactory(CommitmentFactory)
    content = factory.LazyAttribute(lambda o: o.commitment.text.contents.first())
    quarter = 1
    verdict = "good"


@dataclass
class Records:
    """One row of every kind under a campaign."""

    body: OutsideBody
    term: PartyTerm
    document: OfficialDocument
    committee: SteeringCommittee
    member: CommitteeMember
    meeting: Meeting
    agenda_item: AgendaItem
    contribution: Contribution
    directive: Directive
    funding_line: FundingLine
    good_model: GoodModel
    model_place: ModelPlace
    text: CommitmentText
    ceremony: SigningCeremony
    commitment: Commitment
    review: CommitmentReview


def records_of(campaign, unit):
    """One row of every kind; what belongs to a unit belongs to `unit`."""
    ward = campaign.ward
    document = DocumentFactory(campaign=campaign, issuer_unit=unit)
    committee = CommitteeFactory(campaign=campaign)
    meeting = MeetingFactory(campaign=campaign, kind=MeetingKind.OTHER)
    meeting.organising_units.add(unit)
    good_model = GoodModelFactory(campaign=campaign, led_by=unit)
    commitment = CommitmentFactory(campaign=campaign, unit=unit)
    TextFactory(campaign=campaign, edition=2)  # the next wording, not signed yet
    return Records(
        body=OutsideBodyFactory(ward=ward),
        term=PartyTermFactory(ward=ward),
        document=document,
        committee=committee,
        member=MemberFactory(committee=committee),
        meeting=meeting,
        agenda_item=AgendaItemFactory(meeting=meeting),
        contribution=ContributionFactory(meeting=meeting, unit=unit),
        directive=DirectiveFactory(campaign=campaign, responsible_unit=unit),
        funding_line=FundingLineFactory(campaign=campaign),
        good_model=good_model,
        model_place=ModelPlaceFactory(model=good_model),
        text=commitment.text,
        ceremony=CeremonyFactory(campaign=campaign),
        commitment=commitment,
        review=ReviewFactory(commitment=commitment),
    )
