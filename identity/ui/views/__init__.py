"""Pages of one's own account, and of the way in."""

from identity.ui.views.account import EnableMail, Enrol, Profile, Security, SwitchOff
from identity.ui.views.entrance import MailCode, Recover, Reset
from identity.ui.views.others import SignInOf
from identity.ui.views.policy import Policy
from identity.ui.views.sessions import EndSession, OtherSessions, Sessions, TooManySessions

__all__ = [
    "EnableMail",
    "EndSession",
    "Enrol",
    "MailCode",
    "OtherSessions",
    "Policy",
    "Profile",
    "Recover",
    "Reset",
    "Security",
    "Sessions",
    "SignInOf",
    "SwitchOff",
    "TooManySessions",
]
