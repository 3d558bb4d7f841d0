"""Addresses of one's own account and of getting a new password."""

from django.urls import path

from identity.ui import ssh_keys, views

app_name = "identity"
urlpatterns = [
    path("account/profile/", views.Profile.as_view(), name="profile"),
    path("account/ssh-keys/", ssh_keys.SshKeys.as_view(), name="ssh_keys"),
    path("account/ssh-keys/<int:ssh_key_id>/remove/", ssh_keys.RemoveSshKey.as_view(), name="remove_ssh_key"),
    path("account/security/", views.Security.as_view(), name="security"),
    path("account/security/mail/", views.EnableMail.as_view(), name="enable_mail"),
    path("account/security/off/", views.SwitchOff.as_view(), name="switch_off"),
    path("account/security/enrol/", views.Enrol.as_view(), name="enrol"),
    path("account/sessions/", views.Sessions.as_view(), name="sessions"),
    path("account/sessions/all/", views.OtherSessions.as_view(), name="all_sessions"),
    path("account/sessions/<int:session>/end/", views.EndSession.as_view(), name="end_session"),
    path("account/sessions/too-many/", views.TooManySessions.as_view(), name="too_many_sessions"),
    path("account/recover/", views.Recover.as_view(), name="recover"),
    path("account/recover/<str:token>/", views.Reset.as_view(), name="reset"),
    path("account/code/", views.MailCode.as_view(), name="mail_code"),
    path("account/of/<int:user>/", views.SignInOf.as_view(), name="sign_in_of"),
    path("account/policy/", views.Policy.as_view(), name="policy"),
]
