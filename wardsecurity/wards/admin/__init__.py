"""Admin pages of units, and of the people in them."""

from wardsecurity.wards.admin.people import AccountAdmin, MembershipAdmin
from wardsecurity.wards.admin.units import ParticipatingUnitAdmin, UnitAdmin

__all__ = ["AccountAdmin", "MembershipAdmin", "ParticipatingUnitAdmin", "UnitAdmin"]
