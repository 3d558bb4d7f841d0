"""Addresses of approvals, and their tab on the enterprise's page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from approvals.ui.views import deputies, requests, rules
from tenants.ui.tabs import EnterpriseTab, register

app_name = "approvals"
urlpatterns = [
    path("", requests.Requests.as_view(), name="requests"),
    path("<int:request_id>/", requests.RequestPage.as_view(), name="request"),
    path("tasks/<uuid:operation_id>/", requests.OfTask.as_view(), name="of_task"),
    path("open/<str:token>/", requests.Open.as_view(), name="open"),
    path("enterprises/<int:enterprise_id>/rules/", rules.Rules.as_view(), name="rules"),
    path("enterprises/<int:enterprise_id>/rules/new/", rules.NewRule.as_view(), name="new_rule"),
    path(
        "enterprises/<int:enterprise_id>/rules/approvers/",
        rules.ApproverChoices.as_view(),
        name="approver_choices",
    ),
    path("rules/<int:rule_id>/", rules.EditRule.as_view(), name="edit_rule"),
    path("rules/<int:rule_id>/delete/", rules.DeleteRule.as_view(), name="delete_rule"),
    path("deputies/", deputies.Deputies.as_view(), name="deputies"),
    path("deputies/<int:delegation_id>/end/", deputies.EndDeputy.as_view(), name="end_deputy"),
]

register(EnterpriseTab(_("Approvals"), "approvals:rules", 70, privilege="WORKFLOW_OVERRIDE"))
