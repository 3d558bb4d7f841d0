"""The only writers of themes, and the one place that finds the look for somebody."""

from branding.services.looks import BUILT_IN, Look, logo_of, look_for_domain, look_of, nearest_first

__all__ = ["BUILT_IN", "Look", "logo_of", "look_for_domain", "look_of", "nearest_first"]
