"""Sign-in with the password of an LDAP directory."""
