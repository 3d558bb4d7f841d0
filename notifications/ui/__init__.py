"""The mail tab of an enterprise: its server, and what became of its mails."""
