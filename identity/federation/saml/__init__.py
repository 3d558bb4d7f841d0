"""Sign-in through SAML 2.0."""
