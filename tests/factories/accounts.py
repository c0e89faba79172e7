"""Accounts for tests."""

import factory
from factory.django import DjangoModelFactory

from wardsecurity.accounts.models import User

PASSWORD = "mat-khau-thu-34"


class UserFactory(DjangoModelFactory):
    """An account without any membership; its password is PASSWORD."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password(PASSWORD)
