"""Campaigns for tests."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from commitments.models import Campaign
from tests.factories.wards import WardFactory


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
