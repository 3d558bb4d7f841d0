import django.db.models.deletion
import uuid
from django.db import migrations, models


def keep_who_may_use_what(apps, schema_editor):
    limits = apps.get_model("infrastructure", "LocationLimit").objects
    opened = apps.get_model("infrastructure", "Datacenter").enterprises.through.objects
    for datacenter_id, enterprise_id in opened.values_list("datacenter_id", "enterprise_id"):
        limits.create(datacenter_id=datacenter_id, enterprise_id=enterprise_id)


class Migration(migrations.Migration):

    dependencies = [
        ('infrastructure', '0002_sum_claims_by_place'),
        ('tenants', '0002_hierarchy_and_sign_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='datacenter',
            name='scopes',
            field=models.ManyToManyField(blank=True, related_name='datacenters', to='tenants.scope'),
        ),
        migrations.CreateModel(
            name='LocationLimit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('vcpus_soft', models.PositiveIntegerField(default=0)),
                ('vcpus_hard', models.PositiveIntegerField(default=0)),
                ('memory_mib_soft', models.PositiveBigIntegerField(default=0)),
                ('memory_mib_hard', models.PositiveBigIntegerField(default=0)),
                ('disk_mib_soft', models.PositiveBigIntegerField(default=0)),
                ('disk_mib_hard', models.PositiveBigIntegerField(default=0)),
                ('machines_soft', models.PositiveIntegerField(default=0)),
                ('machines_hard', models.PositiveIntegerField(default=0)),
                ('volumes_mib_soft', models.PositiveBigIntegerField(default=0)),
                ('volumes_mib_hard', models.PositiveBigIntegerField(default=0)),
                ('networks_soft', models.PositiveIntegerField(default=0)),
                ('networks_hard', models.PositiveIntegerField(default=0)),
                ('public_ips_soft', models.PositiveIntegerField(default=0)),
                ('public_ips_hard', models.PositiveIntegerField(default=0)),
                ('repository_mib_soft', models.PositiveBigIntegerField(default=0)),
                ('repository_mib_hard', models.PositiveBigIntegerField(default=0)),
                ('datacenter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='location_limits', to='infrastructure.datacenter')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='location_limits', to='tenants.enterprise')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddConstraint(
            model_name='locationlimit',
            constraint=models.UniqueConstraint(fields=('enterprise', 'datacenter'), name='one_limit_at_location'),
        ),
        migrations.RunPython(keep_who_may_use_what, migrations.RunPython.noop),
        migrations.RemoveField(model_name='datacenter', name='enterprises'),
        migrations.AddField(
            model_name='datacenter',
            name='enterprises',
            field=models.ManyToManyField(blank=True, related_name='datacenters', through='infrastructure.LocationLimit', to='tenants.enterprise'),
        ),
    ]
