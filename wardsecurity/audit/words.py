"""What the trail's actions are called. The upper apps' actions stand here as text only:
the trail refers to others by string.
"""

from django.utils.translation import gettext_lazy as _

ACTION_WORDS = {
    "account_changed": _("account corrected"),
    "account_created": _("account made"),
    "campaign_opened": _("campaign opened"),
    "criterion_assessed": _("criterion assessed"),
    "criterion_assigned": _("criterion assigned"),
    "criterion_changed": _("criterion of a set changed"),
    "evaluation_opened": _("evaluation opened"),
    "evidence_edited": _("evidence corrected"),
    "evidence_linked": _("evidence added to a criterion"),
    "evidence_recorded": _("evidence recorded"),
    "evidence_unlinked": _("evidence taken off a criterion"),
    "evidence_withdrawn": _("evidence withdrawn"),
    "membership_ended": _("membership ended"),
    "membership_granted": _("membership granted"),
    "participating_unit_changed": _("participating unit corrected"),
    "participating_unit_created": _("participating unit added"),
    "password_reset": _("password reset"),
    "scores_repaired": _("scores repaired"),
    "set_changed": _("criteria set changed"),
    "set_copied": _("criteria set copied"),
    "set_loaded": _("criteria set loaded"),
    "set_published": _("criteria set published"),
    "set_retired": _("criteria set retired"),
    "unit_changed": _("unit corrected"),
    "unit_created": _("unit added"),
}


def action_words(action: str) -> str:
    """An action in the language of the page; its code when it has no words yet."""
    return str(ACTION_WORDS.get(action, action))
