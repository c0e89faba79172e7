"""Admin pages of criteria sets.

Criteria are reached from their set's page. A published set is frozen: every field of it
is shown, none can be changed.
"""

from criteria.admin.criteria import CriterionAdmin
from criteria.admin.sets import SetAdmin

__all__ = ["CriterionAdmin", "SetAdmin"]
