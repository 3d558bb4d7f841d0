"""Template tags of the compute pages."""
