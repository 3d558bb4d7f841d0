"""Blueprints where virtual appliances are: made of one, checked against a place, and made into one."""

from compute.services.blueprints.describing import (
    Description,
    add_version_of,
    create_blueprint_of,
    describe,
)
from compute.services.blueprints.materialising import materialise_blueprint, may_use_blueprints
from compute.services.blueprints.validation import Validation, validate_blueprint

__all__ = [
    "Description",
    "Validation",
    "add_version_of",
    "create_blueprint_of",
    "describe",
    "materialise_blueprint",
    "may_use_blueprints",
    "validate_blueprint",
]
