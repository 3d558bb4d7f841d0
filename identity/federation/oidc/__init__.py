"""Sign-in through OpenID Connect, and its tokens for the REST API."""
