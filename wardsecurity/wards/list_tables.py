"""What lists of participating units and of accounts look like as workbooks.

Headings are Vietnamese whatever the language of the page: the sheet is an office's.
"""

from typing import Any

from django.utils.translation import gettext as _

from wardsecurity.permissions import Role
from wardsecurity.spreadsheets.findings import Column, Table, Type, Workbook
from wardsecurity.spreadsheets.letters import clean
from wardsecurity.spreadsheets.reading import read_workbook
from wardsecurity.spreadsheets.writing import Book
from wardsecurity.text import fold

KINDS = (
    ("Đảng ủy", "party_committee"),
    ("Ủy ban nhân dân", "peoples_committee"),
    ("Công an", "ward_police"),
    ("Công an phường", "ward_police"),
    ("Công an xã", "ward_police"),
    ("Ban Chỉ huy Quân sự", "military_command"),
    ("Ủy ban MTTQ Việt Nam", "fatherland_front"),
    ("Đoàn thể", "mass_organisation"),
    ("Ban, ngành", "department"),
    ("Trạm y tế", "health_station"),
    ("Trường học", "school"),
    ("Doanh nghiệp", "enterprise"),
    ("Tổ dân phố", "residential_group"),
    ("Thôn", "residential_group"),
    ("Tổ dân phòng", "civil_defence_group"),
    ("Tổ bảo vệ an ninh, trật tự", "security_team"),
)
ROLES = (
    ("Cán bộ đơn vị", Role.UNIT_CONTRIBUTOR.value),
    ("Cán bộ phường", Role.WARD_STAFF.value),
    ("Lãnh đạo phường", Role.WARD_LEADER.value),
    ("Thành viên Ban Chỉ đạo", Role.COMMITTEE_MEMBER.value),
    ("Cán bộ thẩm định của tỉnh", Role.PROVINCE_VERIFIER.value),
    ("Quản trị của tỉnh", Role.PROVINCE_ADMIN.value),
)
_FROM = Column("valid_from", "Từ ngày", "From", Type.DAY, width=14)
_TO = Column("valid_to", "Đến ngày", "To", Type.DAY, width=14)

BODIES = Table(
    "bodies",
    "Đơn vị tham gia",
    (
        Column(
            "ward",
            "Phường, xã",
            "Ward",
            required=True,
            width=26,
            also=("Phường", "Xã", "Phường/xã"),
        ),
        Column("name", "Tên đơn vị", "Name", required=True, width=36),
        Column(
            "kind", "Loại", "Kind", Type.CHOICE, required=True, choices=KINDS, width=26
        ),
        Column("signs", "Ký cam kết", "Signs", Type.FLAG, width=12),
        Column("attached_to", "Trực thuộc", "Attached to", width=36),
        _FROM,
        _TO,
    ),
    english="Participating units",
    most_rows=2000,
)
PEOPLE = Table(
    "people",
    "Tài khoản",
    (
        Column(
            "username",
            "Tên đăng nhập",
            "Sign-in name",
            required=True,
            width=22,
            also=("Tài khoản", "Username"),
        ),
        Column("full_name", "Họ và tên", "Full name", width=28),
        Column("email", "Thư điện tử công vụ", "Work e-mail", width=28),
        Column(
            "unit",
            "Đơn vị hành chính",
            "Unit",
            required=True,
            width=26,
            also=("Phường, xã", "Phường", "Xã"),
        ),
        Column(
            "role",
            "Vai trò",
            "Role",
            Type.CHOICE,
            required=True,
            choices=ROLES,
            width=26,
        ),
        Column("position", "Chức vụ", "Position", required=True, width=28),
        Column("participating_unit", "Đơn vị tham gia", "Participating unit", width=32),
        _FROM,
        _TO,
    ),
    english="Accounts",
    most_rows=300,  # each takes a password
)
TABLES = {one.key: one for one in (BODIES, PEOPLE)}

# Headings that are never read, and why: by what they begin with, folded.
_PASSWORDS = ("mat khau", "password")
_FLAGS = ("is_staff", "is staff", "is_superuser", "is superuser", "superuser", "staff")


def read_list(key: str, upload: Any) -> Workbook:
    """A list as sent; besides what reading finds, columns that must not be there.

    Raises RuleViolation for field "file" as read_workbook does.
    """
    book = read_workbook(upload, tables=[TABLES[key]])
    sheet = book.sheets.get(key)
    raw = next((one for one in book.raw if sheet and one.name == sheet.name), None)
    headings = raw.cells.get(sheet.heading_row, {}) if raw and sheet else {}
    for cell in headings.values():
        name = fold(clean(cell.value))
        if name.startswith(_PASSWORDS):
            sentence = _(
                "The sheet holds passwords. Remove the column: each new account gets a"
                " one-time password, shown once here."
            )
        elif name in _FLAGS:
            sentence = _(
                "The column “%(name)s” is refused: rights come from the role alone."
            ) % {"name": clean(cell.value)[:40]}
        else:
            continue
        book.fault(key, sentence)
    return book


def blank_list(key: str) -> bytes:
    """The workbook to fill in: headings, choices offered, no row."""
    book = Book()
    book.table(TABLES[key], [])
    return book.data()
