"""The Django project and the shell every page shares."""
