"""Browsers in the lists of sessions."""

from django import template

from identity.agents import program_name

register = template.Library()
register.filter("program_name", program_name)
