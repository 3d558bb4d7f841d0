"""Scopes become a tree, and who had none and administered all gets the unlimited one, as a row."""

from django.db import migrations

ADMINISTER_ALL = "ENTERPRISE_ADMINISTER_ALL"


def link_scopes(apps, schema_editor):
    links = apps.get_model("tenants", "ScopeLink").objects
    for scope in apps.get_model("tenants", "Scope").objects.all():
        links.create(ancestor=scope, descendant=scope, distance=0)


def give_scopes(apps, schema_editor):
    users = apps.get_model("tenants", "User").objects
    mighty = users.filter(scope=None, role__privileges__name=ADMINISTER_ALL)
    if not mighty.exists():
        return
    scopes = apps.get_model("tenants", "Scope").objects
    unlimited = scopes.filter(unlimited=True).first()
    if unlimited is None:
        unlimited = scopes.create(name="Unlimited", unlimited=True)
        apps.get_model("tenants", "ScopeLink").objects.create(ancestor=unlimited, descendant=unlimited)
    users.filter(pk__in=list(mighty.values_list("pk", flat=True))).update(scope=unlimited)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_hierarchy_and_sign_in")]

    operations = [
        migrations.RunPython(link_scopes, migrations.RunPython.noop),
        migrations.RunPython(give_scopes, migrations.RunPython.noop),
    ]
