"""Sessions, new passwords and second factors in the REST dialect."""
