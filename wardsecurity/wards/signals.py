"""What the upper apps are told, so that imports still run one way (DESIGN §2)."""

from django.dispatch import Signal

# A ward's participating units changed: sent in the service's transaction, with the ward
# locked, before the trail. Arguments: ward (AdministrativeUnit), mandate (Mandate).
participating_units_changed = Signal()
