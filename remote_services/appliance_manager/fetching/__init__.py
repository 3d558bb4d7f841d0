"""Fetches templates from addresses that users give, without becoming a way into what is not theirs."""
