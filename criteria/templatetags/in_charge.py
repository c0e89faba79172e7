"""Who of the steering committee is in charge: on its own page, and beside criteria."""

from typing import TYPE_CHECKING, Any

from django import template

from criteria.selectors.in_charge import Charges, get_charges, list_categories

if TYPE_CHECKING:
    from commitments.models import Campaign, CommitteeMember

register = template.Library()


@register.simple_tag(takes_context=True)
def charges(context: Any, campaign: "Campaign") -> Charges:
    """Who is in charge of what in a campaign, for the tags below. One query."""
    return get_charges(user=context["request"].user, campaign=campaign)


@register.filter
def words_for(found: Charges, code: str) -> str:
    """Who is in charge of a category, in words; "" for nobody."""
    return found.words_for(code)


@register.inclusion_tag("criteria/in_charge/_of_member.html")
def categories_of_member(found: Charges, member: "CommitteeMember") -> dict[str, Any]:
    """The categories a member is in charge of."""
    return {"categories": found.of_member.get(member.pk, [])}


@register.inclusion_tag("criteria/in_charge/_coverage.html", takes_context=True)
def coverage(context: Any, found: Charges, campaign: "Campaign") -> dict[str, Any]:
    """Each category with who is in charge of it, and those nobody is in charge of."""
    categories = list_categories(user=context["request"].user, campaign=campaign)
    return {"rows": [(one, found.by_code.get(one.code, [])) for one in categories]}
