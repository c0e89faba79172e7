"""Acts that are chosen, shown in words, and confirmed: nothing is written before.

What will happen is found by doing it and taking it back, so that what is refused is
refused before the confirmation, in the service's own words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from wardsecurity.accounts.receipts import sent_before, submit_once
from wardsecurity.errors import RuleViolation

T = TypeVar("T")


class StepForm(Protocol):
    """A form that knows where a refusal belongs."""

    is_bound: bool

    def is_valid(self) -> bool:
        """Whether what was typed is complete."""

    def refuse(self, field: str | None, sentence: str) -> None:
        """Put what a service refused beside its field."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what will happen, in sentences."""

    title: str
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One act: how it is done, foretold and called."""

    title: str
    action: str  # of the button that confirms
    act: Callable[[], Any]
    foretell: Callable[[Any], Iterable[Section]]
    done: Callable[[Any], str]  # tells the person; returns the address to go on at
    explanation: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def rehearse(act: Callable[[], T]) -> T:
    """Do something, take it back, and return what came of it."""
    with transaction.atomic():
        outcome = act()
        transaction.set_rollback(True)
    return outcome


def take_step(page: Any, request: HttpRequest, form: StepForm, step: Step) -> Any:
    """Ask; show what will happen; do it once when it is confirmed.

    `page` is a ScopedAdmin. Bad input comes back with status 422, what was typed kept.
    """
    sections: list[Section] = []
    status = 200
    if form.is_bound and "back" not in request.POST:
        try:
            if form.is_valid():
                if "confirm" in request.POST:
                    return _confirmed(request, step)
                sections = list(step.foretell(rehearse(step.act)))
        except RuleViolation as refusal:
            for name, sentence in refusal.sentences:
                form.refuse(name, sentence)
        status = 200 if sections else 422
        # Sent again, its choices are gone: the units it ended are no choice any more.
        if before := sent_before(actor=request.user, request=request):
            return redirect(before)
    return page.page(
        request,
        "admin/step.html",
        status=status,
        title=step.title,
        action=step.action,
        explanation=step.explanation,
        form=form,
        sections=sections,
        **step.context,
    )


def _confirmed(request: HttpRequest, step: Step) -> HttpResponse:
    return redirect(
        submit_once(
            actor=request.user, request=request, act=lambda: step.done(step.act())
        )
    )
