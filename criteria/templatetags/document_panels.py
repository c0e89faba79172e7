"""Panels that show documents beside criteria, and criteria beside documents."""

from typing import Any

from django import template

from commitments.selectors.documents import may_keep_document
from criteria.selectors.documents import (
    criteria_of_document,
    differences_of,
    document_of_evidence,
    links_of_document,
    may_make_evidence,
    suggested_for,
    why_no_evidence,
)

register = template.Library()


@register.inclusion_tag("criteria/documents/_of_document.html", takes_context=True)
def criteria_beside_document(context: Any, document: Any) -> dict[str, Any]:
    """What a document is evidence for, and what it is meant for."""
    user = context["request"].user
    return {
        "campaign": document.campaign,
        "document": document,
        "links": links_of_document(user=user, document=document),
        "meant": criteria_of_document(user=user, document=document),
        "may_keep": may_keep_document(user=user, document=document),
        "may_record": may_make_evidence(user=user, campaign=document.campaign),
        "refused": why_no_evidence(document),
    }


@register.inclusion_tag("criteria/documents/_of_criterion.html", takes_context=True)
def documents_beside_criterion(
    context: Any, assessment: Any, *, may_record: bool
) -> dict[str, Any]:
    """Documents meant for a criterion that are not its evidence yet."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "campaign": assessment.evaluation.campaign,
        "assessment": assessment,
        "documents": suggested_for(user=request.user, assessment=assessment),
        "may_record": may_record,
    }


@register.inclusion_tag("criteria/documents/_of_evidence.html", takes_context=True)
def document_beside_evidence(
    context: Any, evidence: Any, campaign: Any, *, may_edit: bool
) -> dict[str, Any]:
    """The document evidence was made from, and what changed there since."""
    request = context["request"]
    document = document_of_evidence(user=request.user, evidence=evidence)
    stands = document is not None and not why_no_evidence(document)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "campaign": campaign,
        "evidence": evidence,
        "document": document,
        "differences": differences_of(evidence, document) if document else [],
        "may_take_over": may_edit and stands,
    }
