"""Settings by profile: embedded, production, testing. The environment is read in ``environment``."""
