import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0002_application_credentials'),
        ('tenants', '0003_scopes_for_all'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SpentAssertion',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='SignInProvider',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('LDAP', 'LDAP'), ('OPENID', 'OpenID Connect'), ('SAML', 'SAML 2.0')], max_length=8)),
                ('name', models.CharField(max_length=64, unique=True)),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('is_enabled', models.BooleanField(default=False)),
                ('exclusive', models.BooleanField(default=False)),
                ('trusted', models.BooleanField(default=False)),
                ('mail_domains', models.JSONField(blank=True, default=list)),
                ('parameters', models.JSONField(default=dict)),
                ('sealed_secret', models.TextField(blank=True, default='', editable=False)),
                ('nick_claim', models.CharField(blank=True, default='', max_length=128)),
                ('email_claim', models.CharField(blank=True, default='', max_length=128)),
                ('name_claim', models.CharField(blank=True, default='', max_length=128)),
                ('surname_claim', models.CharField(blank=True, default='', max_length=128)),
                ('enterprise_claim', models.CharField(blank=True, default='', max_length=128)),
                ('role_claim', models.CharField(blank=True, default='', max_length=128)),
                ('creates_users', models.BooleanField(default=True)),
                ('enterprise_rule', models.CharField(choices=[('fixed', 'always the same enterprise'), ('name', "the claim is the enterprise's name"), ('property', 'the claim is the value of a property of the enterprise')], default='name', max_length=8)),
                ('enterprise_property', models.CharField(blank=True, default='', max_length=128)),
                ('default_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.role')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.enterprise')),
            ],
            options={
                'verbose_name': 'sign-in provider',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='ExternalIdentity',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=190)),
                ('subject_digest', models.CharField(max_length=64)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_identities', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='identity.signinprovider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'subject_digest'), name='external_identity_once')],
            },
        ),
    ]
