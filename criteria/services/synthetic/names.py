"""Invented names: syllables that make good Vietnamese place names, put in pairs."""

from collections.abc import Iterator
from random import Random

from wardsecurity.text import fold
from wardsecurity.wards.models import ParticipatingKind, UnitKind

_FIRST = (
    "An", "Bình", "Cẩm", "Đông", "Gia", "Hải", "Hòa", "Hưng", "Khánh", "Kim",
    "Lam", "Long", "Lộc", "Minh", "Mỹ", "Nam", "Ngọc", "Nhơn", "Phú", "Phước",
    "Quang", "Sơn", "Tân", "Tây", "Thạch", "Thanh", "Thịnh", "Thọ", "Tiên", "Trung",
    "Vạn", "Vĩnh", "Xuân", "Yên", "Đại", "Đức", "Hậu", "Nghĩa", "Thuận", "Trường",
)  # fmt: skip
_SECOND = (
    "Bàng", "Châu", "Chánh", "Đồng", "Đức", "Giang", "Hà", "Hải", "Hậu", "Hiệp",
    "Hòa", "Hội", "Khê", "Lâm", "Lập", "Lĩnh", "Lợi", "Mai", "Nghĩa", "Nham",
    "Phong", "Phú", "Sơn", "Tâm", "Thắng", "Thủy", "Tiến", "Trạch", "Trì", "Trung",
    "Tường", "Vân", "Viên", "Xá", "Yên", "Đài", "Điền", "Thới", "Quới", "Thượng",
)  # fmt: skip

# Kind, name, whether it signs, and which bodies it takes: one of each in every ward.
BODIES: tuple[tuple[str, str, bool], ...] = (
    (ParticipatingKind.PARTY_COMMITTEE, "Đảng ủy {name}", False),
    (ParticipatingKind.PEOPLES_COMMITTEE, "Ủy ban nhân dân {name}", False),
    (ParticipatingKind.WARD_POLICE, "Công an {name}", True),
    (ParticipatingKind.MILITARY_COMMAND, "Ban Chỉ huy quân sự {name}", True),
    (ParticipatingKind.FATHERLAND_FRONT, "Ủy ban MTTQ Việt Nam {name}", True),
    (ParticipatingKind.MASS_ORGANISATION, "Hội Liên hiệp Phụ nữ", True),
    (ParticipatingKind.MASS_ORGANISATION, "Đoàn TNCS Hồ Chí Minh", True),
    (ParticipatingKind.HEALTH_STATION, "Trạm Y tế", True),
    (ParticipatingKind.SCHOOL, "Trường Tiểu học", True),
)
MOST_GROUPS = 7


def place_name(number: int, seed: int) -> tuple[str, str]:
    """Kind and name of the invented ward of this number: "phường An Khê".

    Every pair of syllables comes once before any comes again.
    """
    pairs = len(_FIRST) * len(_SECOND)
    # 997 is prime to 1,600: each step lands on a pair not taken yet.
    place = (number * 997 + seed * 131) % pairs
    first, second = _FIRST[place % len(_FIRST)], _SECOND[place // len(_FIRST)]
    if first == second:
        second = "Bắc"
    kind = UnitKind.COMMUNE if number % 5 in (2, 4) else UnitKind.WARD
    word = "Xã" if kind == UnitKind.COMMUNE else "Phường"
    return kind, f"{word} {first} {second}"


def address_name(name: str, number: int, seed: int) -> str:
    """The permanent address name: readable, and one for each number and seed."""
    return f"{fold(name).replace(' ', '-')}-s{seed}-{number + 1}"


def bodies_of(name: str, random: Random) -> Iterator[tuple[str, str, bool]]:
    """Kind, name and whether it signs, of every body that takes part in a ward."""
    lowered = name[:1].lower() + name[1:]
    for kind, pattern, signs in BODIES:
        yield kind, pattern.format(name=lowered), signs
    for number in range(1, random.randint(4, MOST_GROUPS) + 1):
        yield ParticipatingKind.RESIDENTIAL_GROUP, f"Tổ dân phố {number}", True
