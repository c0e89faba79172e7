"""The sheets of a criteria set as a workbook: their columns, headings and words.

The headings are the file's layout, as the field names are that of a YAML file: always
Vietnamese when written, English and the field names are read too. The words of choices
stand for the values of criteria/models/choices.py. docs/criteria-xlsx.md.
"""

from typing import Any

from criteria.measures import KNOWN_SOURCES
from criteria.services.set_files import TEXTS
from wardsecurity.spreadsheets.findings import Column, Table, Type
from wardsecurity.text import fold

KINDS = (
    ("Có hoặc không", "yes_no"),
    ("Số lượng, từ mức trở lên", "count_min"),
    ("Số lượng, không quá mức", "count_max"),
    ("Tỷ lệ phần trăm", "percentage"),
)
DIRECTIONS = (("Từ mức trở lên", "at_least"), ("Không quá mức", "at_most"))
RULES = (
    ("Đạt đủ mới có điểm", "threshold"),
    ("Theo tỷ lệ", "proportional"),
)
WHEN_BASE_ZERO = (
    ("Không áp dụng", "not_applicable"),
    ("Đạt nếu tử số cũng bằng 0", "met_if_value_zero"),
    ("Báo lỗi", "error"),
)
BASELINES = (("Kỳ trước", "previous_period"),)
EVIDENCE_MODES = (("Mọi loại", "any"), ("Chỉ ghi số và ngày", "reference_only"))
PROVENANCE = (
    ("Theo bản tóm tắt phụ lục", "annex_summary"),
    ("Theo bài báo năm 2023", "seed"),
    ("Theo văn bản khác đã công bố", "other_rule"),
    ("Theo văn bản khác, chưa đọc được toàn văn", "other_rule_unread"),
    ("Do dự án tự soạn", "drafted"),
)
UNIT_KINDS = (
    ("Đảng ủy", "party_committee"),
    ("Ủy ban nhân dân", "peoples_committee"),
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
    ("Tổ dân phòng", "civil_defence_group"),
    ("Tổ bảo vệ an ninh, trật tự", "security_team"),
)
SOURCES = tuple((one, one) for one in KNOWN_SOURCES)


def _column(
    key: str, heading: str, english: str, type_: Type = Type.TEXT, **more: Any
) -> Column:
    return Column(key, heading, english, type_, **more)


# --- The set: a row a field -------------------------------------------------------

# Fields by the dotted names of a file, in the order in which they stand.
HEAD_FIELDS = (
    _column("code", "Ký hiệu bộ tiêu chí", "code"),
    _column("name_vi", "Tên bộ tiêu chí", "name in Vietnamese"),
    _column("name_en", "Tên bộ tiêu chí (tiếng Anh)", "name in English"),
    _column("year", "Năm", "year", Type.WHOLE),
    _column(
        "recognition.min_met", "Số tiêu chí phải đạt", "criteria to meet", Type.WHOLE
    ),
    _column(
        "recognition.min_percent",
        "Tỷ lệ điểm phải đạt (%)",
        "percent of points to reach",
        Type.NUMBER,
    ),
    _column(
        "recognition.min_percent_per_category",
        "Tỷ lệ điểm phải đạt ở từng nhóm (%)",
        "percent of points to reach in each category",
        Type.NUMBER,
    ),
    _column("assessment_period.start", "Kỳ đánh giá từ ngày", "period from", Type.DAY),
    _column("assessment_period.end", "Kỳ đánh giá đến ngày", "period to", Type.DAY),
    _column("provenance.statement_vi", "Nguồn gốc của bộ tiêu chí", "provenance"),
    _column(
        "provenance.statement_en",
        "Nguồn gốc của bộ tiêu chí (tiếng Anh)",
        "provenance in English",
    ),
    _column("provenance.scoring_note_vi", "Ghi chú về điểm", "note on points"),
    _column(
        "provenance.scoring_note_en",
        "Ghi chú về điểm (tiếng Anh)",
        "note on points in English",
    ),
    _column("provenance.left_out_vi", "Nội dung không đưa vào", "left out"),
    _column(
        "provenance.left_out_en",
        "Nội dung không đưa vào (tiếng Anh)",
        "left out, in English",
    ),
    _column("provenance.privacy_rule_vi", "Bảo vệ dữ liệu cá nhân", "privacy"),
    _column(
        "provenance.privacy_rule_en",
        "Bảo vệ dữ liệu cá nhân (tiếng Anh)",
        "privacy in English",
    ),
    *(
        _column(f"provenance.levels.{value}", f"Giải thích: {words}", f"level: {value}")
        for words, value in PROVENANCE
    ),
    _column(
        "provenance.checked_on", "Ngày đối chiếu nguồn", "sources checked on", Type.DAY
    ),
)
HEAD = Table(
    "head",
    "Bộ tiêu chí",
    (
        Column("field", "Mục", "Field", required=True, width=44),
        Column("value", "Nội dung", "Value", Type.ANY, required=True, width=90),
    ),
    english="Set",
    most_rows=100,
)

# --- Legal basis, categories, criteria --------------------------------------------

BASIS = Table(
    "legal_basis",
    "Căn cứ",
    (
        _column("code", "Số, ký hiệu", "code", required=True, width=22),
        _column("date", "Ngày ban hành", "date", Type.DAY),
        _column(
            "name_vi", "Tên văn bản", "name in Vietnamese", required=True, width=60
        ),
        _column("name_en", "Tên văn bản (tiếng Anh)", "name in English", width=40),
        _column("url", "Địa chỉ trên mạng", "url", width=50),
        _column("annex_available", "Có phụ lục", "annex available", Type.FLAG),
    ),
    english="Legal basis",
    required=False,
    most_rows=200,
)
CATEGORIES = Table(
    "categories",
    "Nhóm",
    (
        _column("code", "Ký hiệu nhóm", "code", required=True, also=("Nhóm",)),
        _column("order", "Thứ tự", "order", Type.WHOLE, required=True),
        _column("name_vi", "Tên nhóm", "name in Vietnamese", required=True, width=60),
        _column("name_en", "Tên nhóm (tiếng Anh)", "name in English", width=50),
    ),
    english="Categories",
    most_rows=100,
)
CRITERIA = Table(
    "criteria",
    "Tiêu chí",
    (
        _column(
            "number", "Số", "number", Type.WHOLE, required=True, width=7,
            also=("STT", "TT", "Số thứ tự", "Tiêu chí số"),
        ),
        _column("category", "Nhóm", "category", required=True, width=9),
        _column(
            "title_vi", "Tên tiêu chí", "title in Vietnamese", required=True, width=42,
            also=("Tiêu chí",),
        ),
        _column(
            "requirement_vi", "Yêu cầu", "requirement in Vietnamese", required=True,
            width=64, also=("Nội dung", "Nội dung tiêu chí"),
        ),
        _column(
            "kind", "Loại", "kind", Type.CHOICE, required=True, choices=KINDS, width=20,
            also=("Cách đánh giá",),
        ),
        _column(
            "max_points", "Điểm tối đa", "points", Type.NUMBER, required=True, width=10,
            also=("Điểm", "Điểm chuẩn"),
        ),
        _column("mandatory", "Bắt buộc", "mandatory", Type.FLAG, width=10),
        _column("target", "Chỉ tiêu", "target", Type.NUMBER, width=10),
        _column(
            "direction", "Chiều so sánh", "direction", Type.CHOICE, choices=DIRECTIONS,
            width=18,
        ),
        _column(
            "baseline", "So với", "compared with", Type.CHOICE, choices=BASELINES,
            width=12,
        ),
        _column(
            "rule", "Cách tính điểm", "rule", Type.CHOICE, choices=RULES, width=20
        ),
        _column("floor", "Mức bắt đầu tính điểm", "floor", Type.NUMBER, width=12),
        _column(
            "bounded", "Tử số không lớn hơn mẫu số", "bounded", Type.FLAG, width=14
        ),
        _column(
            "when_base_zero", "Khi mẫu số bằng 0", "when the base is 0", Type.CHOICE,
            choices=WHEN_BASE_ZERO, width=20,
        ),
        _column(
            "evidence_vi", "Minh chứng cần có", "wanted evidence in Vietnamese",
            Type.LINES, required=True, width=50, also=("Minh chứng",),
        ),
        _column(
            "evidence_mode", "Nhận minh chứng", "evidence", Type.CHOICE,
            choices=EVIDENCE_MODES, width=18,
        ),
        _column(
            "lead_unit_kind", "Đơn vị chủ trì", "kind of lead unit", Type.CHOICE,
            required=True, choices=UNIT_KINDS, width=24,
        ),
        _column(
            "due_quarter", "Hạn theo quý", "due quarter", Type.WHOLE, required=True,
            width=8, also=("Quý",),
        ),
        _column(
            "provenance", "Nguồn gốc", "where it comes from", Type.CHOICE,
            choices=PROVENANCE, width=28,
        ),
        _column("source", "Dẫn nguồn", "source", width=44),
        _column("unit_vi", "Đơn vị của chỉ tiêu", "unit in Vietnamese", width=14),
        _column(
            "value_label_vi", "Nhãn của tử số", "label of the value in Vietnamese",
            width=24,
        ),
        _column(
            "value_unit_vi", "Đơn vị tính", "unit of the value in Vietnamese", width=14
        ),
        _column(
            "base_label_vi", "Nhãn của mẫu số", "label of the base in Vietnamese",
            width=24,
        ),
        _column(
            "measure_source", "Lấy từ hồ sơ của phường",
            "taken from the ward's records", Type.CHOICE, choices=SOURCES, width=26,
        ),
        _column(
            "figures_by", "Số liệu theo loại đơn vị", "figures by kind of unit",
            Type.CHOICES, choices=UNIT_KINDS, width=22,
        ),
        _column(
            "shown_with", "Xem cùng tiêu chí", "shown with criteria", Type.WHOLES,
            width=10,
        ),
        _column("key", "Khóa", "key", width=10, also=("Mã",)),
        _column("title_en", "Tên tiêu chí (tiếng Anh)", "title in English", width=36),
        _column(
            "requirement_en", "Yêu cầu (tiếng Anh)", "requirement in English", width=50
        ),
        _column(
            "evidence_en", "Minh chứng cần có (tiếng Anh)",
            "wanted evidence in English", Type.LINES, width=40,
        ),
        _column("unit_en", "Đơn vị của chỉ tiêu (tiếng Anh)", "unit in English"),
        _column(
            "value_label_en", "Nhãn của tử số (tiếng Anh)",
            "label of the value in English",
        ),
        _column(
            "value_unit_en", "Đơn vị tính (tiếng Anh)", "unit of the value in English"
        ),
        _column(
            "base_label_en", "Nhãn của mẫu số (tiếng Anh)",
            "label of the base in English",
        ),
    ),
    english="Criteria",
    most_rows=1000,
)  # fmt: skip
TABLES = (HEAD, BASIS, CATEGORIES, CRITERIA)

_HEAD_BY_NAME = {name: one for one in HEAD_FIELDS for name in one.names}
HEAD_BY_KEY = {one.key: one for one in HEAD_FIELDS}
CRITERION_BY_KEY = {one.key: one for one in CRITERIA.columns}
LONG_TEXTS = {*TEXTS, *(one.key for one in HEAD_FIELDS if one.type == Type.TEXT)}


def head_field(name: str) -> Column | None:
    """A field of the set by what stands in the column "Mục"."""
    return _HEAD_BY_NAME.get(fold(name).rstrip(" *:"))
