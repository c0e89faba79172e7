"""Invented wards in bulk, labelled as such: for the demo, for measuring, for trying."""

from criteria.services.synthetic.making import Made, Order, generate

__all__ = ["Made", "Order", "generate"]
