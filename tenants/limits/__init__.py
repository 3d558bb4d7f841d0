"""Allocation limits as pure functions: how much there is, which values are allowed, and what they refuse."""

from tenants.limits.amounts import RESOURCES, VIRTUAL_RESOURCES, Amounts, field_names, resources_of
from tenants.limits.checking import Level, LimitLine, check, lines
from tenants.limits.force import Force, asked_force
from tenants.limits.values import check_against_use, well_formed

__all__ = [
    "RESOURCES",
    "VIRTUAL_RESOURCES",
    "Amounts",
    "Force",
    "Level",
    "LimitLine",
    "asked_force",
    "check",
    "check_against_use",
    "field_names",
    "lines",
    "resources_of",
    "well_formed",
]
