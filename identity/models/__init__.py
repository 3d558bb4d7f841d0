"""What people and programs sign in with, and what is remembered of it."""

from identity.federation.models import ExternalIdentity, SignInProvider, SpentAssertion
from identity.models.credentials import AccessToken, Application, PersonalToken, RequestToken
from identity.models.password import PasswordRecord, ResetRequest, SignInFailures
from identity.models.policy import PasswordPolicy, TooManySessions
from identity.models.second_factor import MailSecondFactor
from identity.models.session import BrowserSession

__all__ = [
    "AccessToken",
    "Application",
    "BrowserSession",
    "ExternalIdentity",
    "MailSecondFactor",
    "PasswordPolicy",
    "PasswordRecord",
    "PersonalToken",
    "RequestToken",
    "ResetRequest",
    "SignInFailures",
    "SignInProvider",
    "SpentAssertion",
    "TooManySessions",
]
