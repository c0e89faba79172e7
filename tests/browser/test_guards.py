"""The guards of this folder bite: shown on a page with one fault of each kind."""

import pytest
from playwright.sync_api import Route

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src *"
FAULTY_PAGE = """
    <!doctype html>
    <html lang="vi">
      <head><title>Lỗi</title></head>
      <body>
        <main style="color: red"><h1>Lỗi</h1><input></main>
        <img alt="" src="http://elsewhere.invalid/a.png">
        <script src="/fault.js"></script>
      </body>
    </html>
"""


@pytest.fixture
def faulty(desktop):
    def answer(route: Route) -> None:
        if route.request.url.endswith("/fault.js"):
            route.fulfill(
                body="throw new Error('a fault')", content_type="text/javascript"
            )
        else:
            headers = {"Content-Security-Policy": POLICY}
            headers["Content-Type"] = "text/html; charset=utf-8"
            route.fulfill(body=FAULTY_PAGE, headers=headers)

    desktop.route("**/fault*", answer)
    desktop.goto("/faulty")
    return desktop


@pytest.mark.parametrize(
    "fault",
    [
        "console: Applying inline style violates",
        "console: Failed to load resource",
        "leaves the server: http://elsewhere.invalid/a.png",
        "script: .*a fault",
    ],
)
def test_each_fault_of_a_page_is_seen(faulty, faults, fault):
    everything_seen = faults.unexpected()
    faults.expect(fault)
    all_but_one_kind = faults.unexpected()
    faults.expect("")

    assert len(all_but_one_kind) < len(everything_seen)
    assert not faults.unexpected()


def test_axe_finds_a_field_without_a_label(faulty, faults, assert_accessible):
    faults.expect("")

    with pytest.raises(AssertionError, match="label - Ensure every form element"):
        assert_accessible(faulty)
