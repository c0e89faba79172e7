"""Admin pages of units, and of the people in them."""

from wardsecurity.wards.admin.accounts import AccountAdmin
from wardsecurity.wards.admin.memberships import MembershipAdmin
from wardsecurity.wards.admin.units import ParticipatingUnitAdmin, UnitAdmin

__all__ = ["AccountAdmin", "MembershipAdmin", "ParticipatingUnitAdmin", "UnitAdmin"]
