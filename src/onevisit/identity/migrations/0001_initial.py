
import django.db.models.deletion
import onevisit.identity.personal
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('city', '0001_initial'),
        ('ledger', '0002_keys_of_started_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.UUIDField(unique=True)),
                ('wrapped', models.BinaryField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('credit_code', models.CharField(max_length=18, unique=True)),
                ('demo', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('login', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('applicant', '申请人'), ('officer', '工作人员'), ('client', '部门系统'), ('device', '自助终端')], max_length=10)),
                ('title', models.CharField(blank=True, max_length=80)),
                ('is_active', models.BooleanField(default=True)),
                ('demo', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('stream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.stream')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='identity.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('subject', models.UUIDField(db_index=True)),
                ('account', models.CharField(max_length=36)),
                ('item', models.CharField(max_length=80)),
                ('datum', models.CharField(max_length=120)),
                ('separate', models.BooleanField(default=False)),
                ('text_version', models.CharField(max_length=80)),
                ('via', models.CharField(max_length=20)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('subject', 'item', 'datum'), name='one_consent_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('text_version', ''), _negated=True), models.Q(('via', ''), _negated=True)), name='consent_has_text_and_channel'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='withdrawn_after_given')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.UUIDField()),
                ('target', models.UUIDField()),
                ('why', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['holder', 'target'], name='identity_ho_holder_fea8d2_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('holder', 'target'), name='one_open_holding_of_a_target'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('since')), _connector='OR'), name='holding_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Nonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.CharField(max_length=40)),
                ('nonce', models.CharField(max_length=32)),
                ('seen_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key_id', 'nonce'), name='nonce_used_once')],
            },
        ),
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='officer', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='city.departmentoffice')),
            ],
        ),
        migrations.CreateModel(
            name='Peer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=80)),
                ('scheme', models.CharField(default='https', max_length=5)),
                ('host', models.CharField(max_length=253)),
                ('port', models.PositiveIntegerField()),
                ('key_id', models.CharField(max_length=40, unique=True)),
                ('private', models.BooleanField(default=False)),
                ('demo', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('proposed_by', models.CharField(max_length=36)),
                ('approved_by', models.CharField(blank=True, max_length=36)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('closed_until', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('scheme__in', ('http', 'https'))), name='peer_speaks_http'), models.CheckConstraint(condition=models.Q(('port__gt', 0), ('port__lt', 65536)), name='peer_port_in_range'), models.CheckConstraint(condition=models.Q(('demo', True), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='peer_by_two')],
            },
        ),
        migrations.CreateModel(
            name='PeerCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=7)),
                ('path', models.CharField(max_length=400)),
                ('outcome', models.CharField(max_length=24)),
                ('status', models.PositiveIntegerField(null=True)),
                ('milliseconds', models.PositiveIntegerField()),
                ('at', models.DateTimeField(db_index=True)),
                ('peer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='identity.peer')),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('owner_key', models.UUIDField(default=uuid.uuid4)),
                ('name', onevisit.identity.personal.PersonalField(editable=False, mask='name', verbose_name='姓名')),
                ('number', onevisit.identity.personal.PersonalField(editable=False, mask='number', verbose_name='证件号码')),
                ('number_kind', models.CharField(max_length=24)),
                ('number_index', models.BinaryField(max_length=32, unique=True)),
                ('phone', onevisit.identity.personal.PersonalField(editable=False, mask='phone', null=True, verbose_name='手机号码')),
                ('phone_index', models.BinaryField(db_index=True, max_length=32, null=True)),
                ('demo', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('owner_key', models.F('public_id'))), name='person_owns_the_key')],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='identity.person'),
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('actor', models.CharField(max_length=36)),
                ('role', models.CharField(max_length=200)),
                ('department', models.CharField(blank=True, max_length=40)),
                ('division', models.CharField(blank=True, max_length=12)),
                ('purpose', models.CharField(choices=[('handle', '办理您的事项'), ('verify', '核对您的信息'), ('serve', '为您窗口服务'), ('supervise', '监督检查'), ('appeal', '处理您的投诉或复核'), ('audit', '安全审计'), ('own', '您本人查看')], max_length=10)),
                ('subject', models.UUIDField(db_index=True)),
                ('case', models.UUIDField(null=True)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('fields', models.JSONField()),
                ('via', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-at', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('actor', ''), _negated=True), models.Q(('role', ''), _negated=True)), name='reading_has_actor_and_role'), models.CheckConstraint(condition=models.Q(('fields', []), _negated=True), name='reading_names_fields'), models.CheckConstraint(condition=models.Q(('purpose', 'own'), ('case__isnull', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reading_has_case_or_reason')],
            },
        ),
        migrations.CreateModel(
            name='OfficerGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(max_length=60)),
                ('department', models.CharField(blank=True, max_length=40)),
                ('division', models.CharField(blank=True, max_length=12)),
                ('items', models.JSONField(default=list)),
                ('hall', models.CharField(blank=True, max_length=36)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('given_by', models.CharField(max_length=36)),
                ('approved_by', models.CharField(blank=True, max_length=36)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='identity.officer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given_by', 'system'), models.Q(('approved_by', models.F('given_by')), _negated=True), _connector='OR'), name='grant_by_two'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='grant_ends_after_it_began')],
            },
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'applicant'), _negated=True), ('person__isnull', False), _connector='OR'), name='applicant_account_has_person'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('organisation__isnull', True), ('kind', 'applicant'), _connector='OR'), name='only_applicants_act_for_organisation'),
        ),
    ]
