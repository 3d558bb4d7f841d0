"""Applications, OAuth 1.0a and personal access tokens in the REST dialect."""
