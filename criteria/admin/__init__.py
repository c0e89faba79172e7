"""Admin pages of criteria sets, and of units that follow others.

Criteria are reached from their set's page. A published set is frozen: every field of it
is shown, none can be changed.
"""

from criteria.admin.criteria import CriterionAdmin
from criteria.admin.sets import SetAdmin
from criteria.admin.succession import SuccessionAdmin

__all__ = ["CriterionAdmin", "SetAdmin", "SuccessionAdmin"]
