"""Sentences of Django and allauth that read badly in Vietnamese: said our way.

Naming them here keeps them in our catalogue, which wins over theirs.
"""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("This field is required."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("The username and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
)
