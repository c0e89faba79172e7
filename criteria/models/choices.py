"""The words that sets and criteria choose from (RULES "Sets", "Figures")."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SetState(models.TextChoices):
    """RULES "Sets": published is frozen; working is shown as an example only."""

    WORKING = "working", _("working set")
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


EDITABLE_STATES = (SetState.WORKING, SetState.DRAFT)


class Kind(models.TextChoices):
    """How a criterion is judged (RULES "Figures")."""

    YES_NO = "yes_no", _("yes or no")
    COUNT_MIN = "count_min", _("count, at least")
    COUNT_MAX = "count_max", _("count, at most")
    PERCENTAGE = "percentage", _("percentage")


class Direction(models.TextChoices):
    """On which side of its target a percentage is reached."""

    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")


class PointRule(models.TextChoices):
    """How points follow the figure."""

    THRESHOLD = "threshold", _("all or nothing")
    PROPORTIONAL = "proportional", _("in proportion")


class WhenBaseZero(models.TextChoices):
    """What a base of 0 means."""

    NOT_APPLICABLE = "not_applicable", _("not applicable")
    MET_IF_VALUE_ZERO = "met_if_value_zero", _("met if the value is 0 too")
    ERROR = "error", _("an error")


class Baseline(models.TextChoices):
    """What a figure is compared with, besides its target."""

    PREVIOUS_PERIOD = "previous_period", _("the period before")


class EvidenceMode(models.TextChoices):
    """What evidence a criterion takes."""

    ANY = "any", _("any")
    REFERENCE_ONLY = "reference_only", _("number and date only")


class ProvenanceLevel(models.TextChoices):
    """Where a criterion comes from (criteria-34.yaml, provenance.levels)."""

    ANNEX_SUMMARY = "annex_summary", _("summary of the annex")
    SEED = "seed", _("news article of 2023")
    OTHER_RULE = "other_rule", _("another published rule")
    OTHER_RULE_UNREAD = "other_rule_unread", _("another rule, not read in full")
    DRAFTED = "drafted", _("drafted by the project")


# Still to be checked against the annex, published or not.
UNCHECKED = (ProvenanceLevel.DRAFTED, ProvenanceLevel.OTHER_RULE_UNREAD)
