"""What people and programs sign in with."""

from identity.models.credentials import AccessToken, Application, PersonalToken, RequestToken

__all__ = ["AccessToken", "Application", "PersonalToken", "RequestToken"]
