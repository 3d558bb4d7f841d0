"""Template tags every page of the portal may use."""
