"""Codes on papers, for tests."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.wards import WardFactory
from wardsecurity.papers.models import PaperToken


class PaperTokenFactory(DjangoModelFactory):
    """A code that leads to My work."""

    class Meta:
        model = PaperToken

    unit = factory.SubFactory(WardFactory)
    path = "/"
    title = "Bản cam kết"
