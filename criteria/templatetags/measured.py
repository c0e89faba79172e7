"""What pages of the ward's records say about the criterion they are measured by."""

from typing import TYPE_CHECKING

from django import template

from criteria.selectors.measured import Measured, measured_by

if TYPE_CHECKING:
    from commitments.models import Campaign

register = template.Library()


@register.simple_tag
def criterion_measured(campaign: "Campaign", source: str) -> Measured | None:
    """The criterion that takes a measure of this campaign, if its set has one."""
    return measured_by(campaign, source)
