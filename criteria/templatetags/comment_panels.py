"""The comments of a criterion, on its page and wherever it is looked at."""

from typing import TYPE_CHECKING, Any

from django import template

from criteria.selectors.comments import get_comments

if TYPE_CHECKING:
    from criteria.models import Assessment, Evaluation

register = template.Library()


@register.inclusion_tag("criteria/comments/_panel.html", takes_context=True)
def comments(
    context: Any,
    evaluation: "Evaluation",
    assessment: "Assessment",
    *,
    folded: bool = False,
) -> dict[str, Any]:
    """The thread with its form; nothing where a criterion takes no comments.

    Sent, the form comes back to the page it stands on. `folded` keeps it behind a
    summary, on a page where comments are the lesser part.
    """
    request = context["request"]
    thread = get_comments(
        user=request.user, evaluation=evaluation, assessment=assessment
    )
    shown_by_get = request.method in ("GET", "HEAD")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "thread": thread,
        "folded": folded,
        "back": request.get_full_path() if shown_by_get else "",
    }
