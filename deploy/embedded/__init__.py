"""The embedded profile: everything one machine needs to run Atrium, under one supervisor."""
