"""Template repositories and templates in the REST dialect."""
