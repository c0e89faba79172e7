"""Lists sent as workbooks: choose the file, see what will happen, confirm.

Between the two the rows travel signed in the page: lists of people are kept nowhere
before they are written.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wardsecurity.accounts.receipts import sent_before, submit_once
from wardsecurity.accounts.services import new_one_time
from wardsecurity.admin import ScopedAdmin
from wardsecurity.admin.steps import rehearse
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.spreadsheets.findings import Workbook
from wardsecurity.spreadsheets.writing import CONTENT_TYPE, marked_copy
from wardsecurity.wards.list_imports import (
    Line,
    ListRefused,
    Written,
    import_bodies,
    import_people,
)
from wardsecurity.wards.list_tables import TABLES, blank_list, read_list

MOST_MARKED = 1024 * 1024  # bytes of a workbook that travels with the page
KEPT_FOR = dt.timedelta(hours=2)  # from looking at a list to confirming it
_DAYS = ("valid_from", "valid_to")


class ListForm(forms.Form):
    """The workbook."""

    file = forms.FileField(
        label=gettext_lazy("Excel file"),
        help_text=gettext_lazy("A file .xlsx of 5 MB at most, without macros."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


@dataclass(frozen=True)
class ListKind:
    """One kind of list, in the words of its page."""

    key: str  # of the table
    title: str
    explanation: str
    confirm: Callable[[int], str]


def _kinds() -> dict[str, ListKind]:
    return {
        "bodies": ListKind(
            "bodies",
            _("Add participating units from a workbook"),
            _(
                "A row is a participating unit of one of your wards. What is there"
                " already stays as it is. All rows are written, or none."
            ),
            lambda count: (
                ngettext(
                    "Add %(count)d participating unit",
                    "Add %(count)d participating units",
                    count,
                )
                % {"count": count}
            ),
        ),
        "people": ListKind(
            "people",
            _("Add accounts from a workbook"),
            _(
                "A row is a person of the authorities in one post; no passwords in it."
                " Each new account gets a one-time password, shown once after writing."
                " All rows are written, or none."
            ),
            lambda count: (
                ngettext("Write %(count)d post", "Write %(count)d posts", count)
                % {"count": count}
            ),
        ),
    }


class ListAdmin(ScopedAdmin):
    """An admin page whose rows come from a workbook too."""

    list_key = ""
    change_list_template = "admin/importable_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Its own pages: the import, and the empty form of the list."""
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"{name}/", self.admin_site.admin_view(view), name=f"{base}_{url_name}"
            )
            for name, url_name, view in (
                ("import", "import", self.import_view),
                ("import/form", "import_form", self.import_form_view),
            )
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the import whoever may use it."""
        tools = []
        if _may_import(request):
            tools = [(_("Add from a workbook"), self._url("import"))]
        context = {**(extra_context or {}), "list_tools": tools}
        return super().changelist_view(request, context)

    def _url(self, name: str) -> str:
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"admin:{base}_{name}")

    def import_form_view(self, request: HttpRequest) -> HttpResponse:
        """The workbook to fill in."""
        if not _may_import(request):
            raise PermissionDenied
        return _workbook(blank_list(self.list_key), f"{self.list_key}.xlsx")

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; see what it would do, or its faults; confirm."""
        if not _may_import(request):
            raise PermissionDenied
        if "confirm" in request.POST:
            return self._confirmed(request)
        if "mark" in request.POST:
            return self._marked(request)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ListForm(*sent)
        context: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            context = self._looked_at(request, form)
        status = 422 if form.is_bound and "written" not in context else 200
        return self._shown(request, form, status=status, **context)

    def _shown(
        self, request: HttpRequest, form: ListForm, status: int = 200, **context: Any
    ) -> HttpResponse:
        kind = _kinds()[self.list_key]
        return self.page(
            request,
            "admin/import_list.html",
            status=status,
            title=kind.title,
            kind=kind,
            form=form,
            columns=TABLES[self.list_key].columns,
            blank_url=self._url("import_form"),
            **context,
        )

    def _looked_at(self, request: HttpRequest, form: ListForm) -> dict[str, Any]:
        """What a file would do, or what is wrong with it."""
        upload = form.cleaned_data["file"]
        try:
            book = read_list(self.list_key, upload)
        except RuleViolation as refusal:
            form.add_error("file", refusal.message)
            return {}
        written: list[Written] = []
        if not book.faults:
            lines = lines_of(book, self.list_key)
            try:
                written = rehearse(lambda: self._write(request, lines))
            except ListRefused as refused:
                put_faults(book, self.list_key, refused)
        if book.faults:
            if upload.size > MOST_MARKED:
                return {"book": book}
            upload.seek(0)
            sent = base64.b64encode(upload.read()).decode()
            return {"book": book, "sent": _sealed(request, self.list_key, sent)}
        return {
            "book": book,
            "written": written,
            "new_count": sum(one.is_new for one in written),
            "action": _kinds()[self.list_key].confirm(len(written)),
            "sealed": _sealed(request, self.list_key, pack(lines)),
        }

    def _write(self, request: HttpRequest, lines: list[Line]) -> list[Written]:
        """Call the service; without passwords: a rehearsal."""
        if self.list_key == "people":
            return import_people(actor=request.user, lines=lines)
        return import_bodies(actor=request.user, lines=lines)

    def _marked(self, request: HttpRequest) -> HttpResponse:
        """The workbook that was sent, its faults marked, to mend and send again."""
        sent = _opened(request, self.list_key, request.POST.get("sent", ""))
        if sent is None:
            return self._too_late(request)
        book = read_list(self.list_key, base64.b64decode(sent))
        if not book.faults:
            lines = lines_of(book, self.list_key)
            try:
                rehearse(lambda: self._write(request, lines))
            except ListRefused as refused:
                put_faults(book, self.list_key, refused)
        return _workbook(marked_copy(book), f"{self.list_key}-marked.xlsx")

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        """Write what was looked at, once; passwords stand in this answer only."""
        if before := sent_before(actor=request.user, request=request):
            return redirect(before)
        packed = _opened(request, self.list_key, request.POST.get("sealed", ""))
        if packed is None:
            return self._too_late(request)
        lines = unpack(packed)
        written: list[Written] = []
        # Hashed before the transaction: each takes a tenth of a second.
        ready = [new_one_time() for _line in lines] if self._has_passwords else []

        def act() -> str:
            if self._has_passwords:
                rows = import_people(actor=request.user, lines=lines, one_times=ready)
            else:
                rows = import_bodies(actor=request.user, lines=lines)
            written.extend(rows)
            return self._url("changelist")

        try:
            there = submit_once(actor=request.user, request=request, act=act)
        except ListRefused as refused:
            # Somebody wrote meanwhile what the list looked at had not met.
            form = ListForm()
            return self._shown(request, form, status=422, late=refused.faults)
        passwords = [one for one in written if one.password]
        if passwords:
            return self.page(
                request,
                "admin/one_time_passwords.html",
                title=_("One-time passwords"),
                passwords=passwords,
                back=there,
            )
        if written:
            self.message_user(
                request,
                ngettext(
                    "%(count)d row written.", "%(count)d rows written.", len(written)
                )
                % {"count": len(written)},
            )
        return redirect(there)

    @property
    def _has_passwords(self) -> bool:
        return self.list_key == "people"

    def _too_late(self, request: HttpRequest) -> HttpResponse:
        form = ListForm()
        sentence = _("What was looked at is no longer at hand. Choose the file again.")
        return self._shown(request, form, status=422, sentence=sentence)


def _may_import(request: HttpRequest) -> bool:
    return Role.PROVINCE_ADMIN in request.user.admin_site_roles  # type: ignore[union-attr]


def _workbook(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- Rows, faults, and the way through the page -----------------------------------


def lines_of(book: Workbook, key: str) -> list[Line]:
    """The rows of a workbook without faults."""
    return [Line(row.number, row.values) for row in book.rows(key)]


def put_faults(book: Workbook, key: str, refused: ListRefused) -> None:
    """Put what the services said beside the cells it belongs to."""
    rows = {row.number: row for row in book.rows(key)}
    known = {column.key for column in TABLES[key].columns}
    for one in refused.faults:
        column = one.column if one.column in known else ""
        book.fault(key, one.sentence, row=rows[one.number], column=column)


def pack(lines: list[Line]) -> str:
    """Rows as text."""
    return json.dumps(
        [[line.number, dict(line.values)] for line in lines],
        ensure_ascii=False,
        default=lambda value: value.isoformat(),
    )


def unpack(packed: str) -> list[Line]:
    """Rows as they were."""
    lines = []
    for number, values in json.loads(packed):
        for name in _DAYS:
            if values.get(name):
                values[name] = dt.date.fromisoformat(values[name])
        lines.append(Line(number, values))
    return lines


def _salt(request: HttpRequest, key: str) -> str:
    """One person's list of one kind, nobody else's."""
    return f"wards.import.{key}.{request.user.pk}"


def _sealed(request: HttpRequest, key: str, text: str) -> str:
    return signing.dumps(text, salt=_salt(request, key), compress=True)


def _opened(request: HttpRequest, key: str, sealed: str) -> str | None:
    try:
        return signing.loads(sealed, salt=_salt(request, key), max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
