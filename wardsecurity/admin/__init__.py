"""The admin site of the provincial police: plain, scoped, by role."""

from wardsecurity.admin.forms import ServiceForm
from wardsecurity.admin.history import HistoryLine
from wardsecurity.admin.pages import (
    OfUnit,
    ReadOnlyAdmin,
    ScopedAdmin,
    administered,
    managed,
    pk_of,
)
from wardsecurity.admin.site import ProvinceAdminSite

__all__ = [
    "HistoryLine",
    "OfUnit",
    "ProvinceAdminSite",
    "ReadOnlyAdmin",
    "ScopedAdmin",
    "ServiceForm",
    "administered",
    "managed",
    "pk_of",
]
