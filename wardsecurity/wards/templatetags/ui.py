"""What templates need everywhere: the form key, and figures and dates in our format."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wardsecurity.accounts.receipts import FIELD, new_form_key
from wardsecurity.numbers import shown, shown_points

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: template.Context) -> SafeString:
    """The hidden key that makes a form act once; kept when the form comes back."""
    request = context.get("request")
    key = (request and request.POST.get(FIELD)) or new_form_key()
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key)


@register.filter
def points(hundredths: int | None) -> str:
    """Hundredths as points: 250 shows "2,5"."""
    return shown_points(hundredths)


@register.filter
def vn_number(number: int | Decimal | None) -> str:
    """1176 shows "1.176" in Vietnamese."""
    return shown(number)


@register.filter
def vn_date(day: dt.date | None) -> str:
    """dd/mm/yyyy, whatever the language."""
    return f"{day:%d/%m/%Y}" if day else ""


@register.filter
def percent(number: Decimal | int | None) -> str:
    """82.5 shows "82,5%"."""
    return "" if number is None else f"{shown(number)}%"
