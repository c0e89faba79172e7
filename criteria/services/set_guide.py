"""The sheet "Hướng dẫn" of a set's workbook: how to fill it in, and the words it knows.

Vietnamese, as the headings are: it is a part of the form.
"""

from criteria.services.set_tables import (
    BASELINES,
    DIRECTIONS,
    EVIDENCE_MODES,
    KINDS,
    PROVENANCE,
    RULES,
    SOURCES,
    UNIT_KINDS,
    WHEN_BASE_ZERO,
)
from wardsecurity.spreadsheets.writing import Book

_STEPS = (
    "Trang “Tiêu chí”: mỗi dòng một tiêu chí, đánh số từ 1 đến hết, không bỏ số nào.",
    "Giữ nguyên dòng tiêu đề. Có thể thêm, bớt, sắp xếp lại dòng và cột.",
    "Cột “Khóa” nối tiêu chí với các năm trước: giữ nguyên khóa của tiêu chí cũ; để"
    " trống ở tiêu chí mới.",
    "Tiêu chí “Có hoặc không” để trống “Chỉ tiêu”, “Chiều so sánh”, “So với”, “Khi mẫu"
    " số bằng 0”.",
    "Tiêu chí “Tỷ lệ phần trăm” cần “Chỉ tiêu”, “Chiều so sánh”, “Khi mẫu số bằng 0”.",
    "“Minh chứng cần có”: mỗi loại một dòng trong ô (Alt + Enter để xuống dòng).",
    "Số viết 8,5 hoặc 8.5; nghìn viết 1.176. Ngày viết dd/mm/yyyy.",
    "Không để công thức, không gộp ô. Chữ gõ bằng mã Unicode (không dùng phông .VnTime,"
    " VNI-Times).",
    "Trang “Bộ tiêu chí”: ngưỡng để trống nghĩa là chưa quy định.",
    "Khi tải lên, ứng dụng kiểm tra trước và chưa ghi gì; tệp có lỗi được trả lại với"
    " chỗ lỗi đã đánh dấu.",
)
_LISTS = (
    ("Loại", KINDS),
    ("Chiều so sánh", DIRECTIONS),
    ("Cách tính điểm", RULES),
    ("Khi mẫu số bằng 0", WHEN_BASE_ZERO),
    ("So với", BASELINES),
    ("Nhận minh chứng", EVIDENCE_MODES),
    ("Đơn vị chủ trì", UNIT_KINDS),
    ("Nguồn gốc", PROVENANCE),
    ("Lấy từ hồ sơ của phường", SOURCES),
)


def write_guide(book: Book) -> None:
    """Add the sheet: the steps, then what each column of choices takes."""
    sheet = book.sheet("Hướng dẫn")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "Cách điền", book.head)
    sheet.write_string(0, 1, "", book.head)
    for row, step in enumerate(_STEPS, start=1):
        book.put(sheet, row, 0, row)
        book.put(sheet, row, 1, step)
    row = len(_STEPS) + 2
    sheet.write_string(row, 0, "Cột", book.head)
    sheet.write_string(row, 1, "Ghi một trong các từ", book.head)
    for heading, choices in _LISTS:
        for words, _value in choices:
            row += 1
            book.put(sheet, row, 0, heading, bold=True)
            book.put(sheet, row, 1, words)
            heading = ""
