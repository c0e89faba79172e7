"""Units, participating units and memberships for tests."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import UserFactory
from wardsecurity.permissions import Role, system
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingKind,
    ParticipatingUnit,
    UnitKind,
    UnitSuccession,
)
from wardsecurity.wards.services import create_unit, ensure_country
from wardsecurity.wards.succession import Paper, merge_units

TESTS = system("tests")


class UnitFactory(DjangoModelFactory):
    """A province below the country, made through the service that keeps the scope."""

    class Meta:
        model = AdministrativeUnit

    slug = factory.Sequence(lambda n: f"province-{n}")
    name = factory.Sequence(lambda n: f"Tỉnh {n}")
    kind = UnitKind.PROVINCE
    parent = factory.LazyFunction(lambda: ensure_country(actor=TESTS))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return create_unit(actor=TESTS, **kwargs)


class WardFactory(UnitFactory):
    """A ward below a province of its own."""

    slug = factory.Sequence(lambda n: f"ward-{n}")
    name = factory.Sequence(lambda n: f"Phường {n}")
    kind = UnitKind.WARD
    parent = factory.SubFactory(UnitFactory)


PAPER = Paper("1656/NQ-UBTVQH15", dt.date(2025, 6, 16), "Ủy ban Thường vụ Quốc hội")


class SuccessionFactory(DjangoModelFactory):
    """A ward that ended and went on in another of its province, since July 2025.

    Made through the service: the successor and its province read the predecessor.
    """

    class Meta:
        model = UnitSuccession

    predecessor = factory.SubFactory(WardFactory)
    successor = factory.LazyAttribute(
        lambda made: WardFactory(parent=made.predecessor.parent)
    )
    effective_on = dt.date(2025, 7, 1)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        predecessor, successor = kwargs["predecessor"], kwargs["successor"]
        merge_units(
            actor=TESTS,
            predecessors=[predecessor],
            into=successor,
            effective_on=kwargs["effective_on"],
            paper=PAPER,
        )
        predecessor.refresh_from_db()
        return model_class.objects.get(predecessor=predecessor, successor=successor)


class ParticipatingUnitFactory(DjangoModelFactory):
    """A residential group of a ward."""

    class Meta:
        model = ParticipatingUnit

    ward = factory.SubFactory(WardFactory)
    name = factory.Sequence(lambda n: f"Tổ dân phố {n}")
    kind = ParticipatingKind.RESIDENTIAL_GROUP


class MembershipFactory(DjangoModelFactory):
    """A member of the ward's staff since last year."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(WardFactory)
    role = Role.WARD_STAFF
    position = "Cán bộ phường"
    valid_from = dt.date(2020, 1, 1)


def member(unit, role=Role.WARD_STAFF, **kwargs):
    """A new account with a membership of `role` in `unit`; returns the user."""
    if role == Role.UNIT_CONTRIBUTOR and "participating_unit" not in kwargs:
        kwargs["participating_unit"] = ParticipatingUnitFactory(ward=unit)
    return MembershipFactory(unit=unit, role=role, **kwargs).user
