"""OAuth 1.0a by oauthlib: what it asks of us, and our requests as it wants them."""

from identity.oauth.provider import SignedBy, answer_access_token, answer_request_token, signed_by

__all__ = ["SignedBy", "answer_access_token", "answer_request_token", "signed_by"]
