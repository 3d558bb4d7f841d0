"""Sign-in through directories (LDAP) and identity providers (OpenID Connect, SAML 2.0)."""
