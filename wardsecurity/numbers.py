"""Figures as people read them: 1.176 and 82,5 in Vietnamese."""

from decimal import Decimal

from django.utils.formats import number_format


def shown(number: int | Decimal | None) -> str:
    """A number in the language of the page, without needless zeros; "" for None."""
    if number is None:
        return ""
    if isinstance(number, Decimal):
        number = number.normalize()
        if number == number.to_integral_value():
            number = int(number)
    return number_format(number, use_l10n=True, force_grouping=True)


def shown_points(hundredths: int | None) -> str:
    """Hundredths as points: 250 shows "2,5"."""
    return "" if hundredths is None else shown(Decimal(hundredths) / 100)


def whole_number(text: str) -> int | None:
    """A whole number as an address or a button sent it; None for anything else.

    Up to 18 digits: what a key can be, and far less than Python refuses to read.
    """
    is_whole = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_whole else None
