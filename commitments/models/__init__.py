"""Tables of the commitments app, one module per concept."""

from commitments.models.campaigns import Campaign

__all__ = ["Campaign"]
