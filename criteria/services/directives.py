"""Choosing the criteria a directive concerns."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Directive, Origin
from commitments.services.campaigns import check_writable, lock_campaign
from criteria.models import Assessment, DirectiveCriterion
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import mandate_of, require


@transaction.atomic
def link_directive(
    *, actor: Any, directive: Directive, assessments: Sequence[Assessment]
) -> None:
    """Let a directive concern these criteria and no others; no score changes by it.

    The ward chooses for every directive, the level above for what it gave. Choosing the
    same again writes nothing.

    Raises RuleViolation: "campaign_closed", "other_campaign".
    """
    campaign = lock_campaign(directive.campaign)
    row = Directive.objects.select_for_update(of=("self",)).get(pk=directive.pk)
    row.campaign = campaign
    mandate = None
    if row.origin == Origin.ABOVE:
        mandate = mandate_of(actor, "direct_from_above", row)
    mandate = mandate or require(actor, "keep_records", row)
    check_writable(campaign)
    wanted = {one.pk: one for one in assessments}
    here = Assessment.objects.filter(pk__in=wanted, evaluation__campaign=campaign)
    numbers = dict(here.values_list("pk", "criterion__number"))
    if set(numbers) != set(wanted):
        raise RuleViolation(
            _("Choose criteria of this year."), code="other_campaign", field="criteria"
        )
    links = DirectiveCriterion.objects.filter(directive=row)
    before = dict(links.values_list("assessment_id", "assessment__criterion__number"))
    if set(before) == set(wanted):
        return
    links.exclude(assessment__in=wanted).delete()
    DirectiveCriterion.objects.bulk_create(
        DirectiveCriterion(directive=row, assessment_id=pk)
        for pk in sorted(set(wanted) - set(before))
    )
    record(
        mandate,
        "directive_linked",
        row,
        before={"criteria": sorted(before.values())},
        after={"criteria": sorted(numbers.values())},
    )
