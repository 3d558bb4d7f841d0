"""Template repositories, categories, templates and their disks; blueprints."""

from catalogue.models.blueprint import Blueprint, BlueprintVersion
from catalogue.models.category import Category
from catalogue.models.conversion import Conversion, ConversionState
from catalogue.models.definition import TemplateDefinition, TemplateDefinitionList
from catalogue.models.found_file import FoundFile
from catalogue.models.icon import Icon
from catalogue.models.package import Package
from catalogue.models.repository import TemplateRepository
from catalogue.models.template import EthernetDriver, GuestSetup, Template, TemplateState
from catalogue.models.template_disk import DiskController, TemplateDisk
from catalogue.models.template_line import TemplateLine
from catalogue.models.upload import UNDER_WAY, Upload, UploadState

__all__ = [
    "UNDER_WAY",
    "Blueprint",
    "BlueprintVersion",
    "Category",
    "Conversion",
    "ConversionState",
    "DiskController",
    "EthernetDriver",
    "FoundFile",
    "GuestSetup",
    "Icon",
    "Package",
    "Template",
    "TemplateDefinition",
    "TemplateDefinitionList",
    "TemplateDisk",
    "TemplateLine",
    "TemplateRepository",
    "TemplateState",
    "Upload",
    "UploadState",
]
