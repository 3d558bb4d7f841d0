"""Records of machines that are there still learn in which appliance these lie; of others it is not known."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

ABOUT = (("events", "Event", "subject"), ("operations", "Operation", "resource"), ("approvals", "ApprovalRequest", "resource"))


def say_whose(apps, schema_editor):
    machines = apps.get_model("compute", "VirtualMachine").objects.order_by()

    def of_machine(column):
        return Subquery(machines.filter(pk=OuterRef(column)).values("virtual_appliance_id")[:1])

    for app, name, prefix in ABOUT:
        rows = apps.get_model(app, name).objects.order_by()
        kind, pk = f"{prefix}_type", f"{prefix}_id"
        rows.filter(**{kind: "virtual_appliance"}).update(virtual_appliance_id=F(pk))
        rows.filter(**{kind: "virtual_machine"}).update(virtual_appliance_id=of_machine(pk))
    usage = apps.get_model("billing", "UsageRecord").objects.order_by()
    usage.update(virtual_appliance_id=of_machine("virtual_machine_id"))
    operations = apps.get_model("operations", "Operation").objects.order_by()
    leases = apps.get_model("tenants", "LimitLease").objects.order_by()
    started = operations.filter(pk=OuterRef("operation_id")).values("virtual_appliance_id")[:1]
    leases.exclude(operation_id=None).update(virtual_appliance_id=Subquery(started))


class Migration(migrations.Migration):
    dependencies = [
        ("compute", "0002_restricted_appliances_and_more_limits"),
        ("events", "0004_whose_appliance_it_was"),
        ("operations", "0004_whose_appliance_it_was"),
        ("approvals", "0002_whose_appliance_it_was"),
        ("billing", "0002_whose_appliance_it_was"),
        ("tenants", "0005_whose_appliance_it_was"),
    ]

    operations = [migrations.RunPython(say_whose, migrations.RunPython.noop)]
