"""Panels that show directives beside criteria, and criteria beside directives."""

from typing import Any

from django import template

from criteria.selectors.directives import (
    criteria_of,
    directives_of,
    overdue_directives,
)

register = template.Library()


@register.inclusion_tag("criteria/directives/_of_criterion.html", takes_context=True)
def directives_of_criterion(context: Any, assessment: Any) -> dict[str, Any]:
    """Directives that concern a criterion, with their states."""
    user = context["request"].user
    return {"links": directives_of(user=user, assessment=assessment)}


@register.inclusion_tag("criteria/directives/_of_directive.html", takes_context=True)
def criteria_of_directive(
    context: Any, directive: Any, *, may_link: bool
) -> dict[str, Any]:
    """Criteria a directive concerns, with the way to choose them."""
    user = context["request"].user
    return {
        "campaign": directive.campaign,
        "directive": directive,
        "rows": criteria_of(user=user, directive=directive),
        "may_link": may_link,
    }


@register.inclusion_tag("criteria/directives/_overdue.html", takes_context=True)
def directives_overdue(context: Any, campaign: Any) -> dict[str, Any]:
    """A quiet card: how many directives are overdue, and which."""
    user = context["request"].user
    return {
        "campaign": campaign,
        "overdue": overdue_directives(user=user, campaign=campaign),
    }
