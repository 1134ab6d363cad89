"""Changes of standards on their way, readers' remarks, evidence of publication, differences from the province's library."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from onevisit.ledger.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_miss'),
        ('ledger', '0002_keys_of_started_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('level', models.CharField(choices=[('city', '市'), ('county', '县（区）'), ('town', '乡镇（街道）'), ('village', '村（社区）')], max_length=8)),
                ('content', models.TextField()),
                ('saved', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('draft', '起草中'), ('review', '待审核'), ('decided', '待公布'), ('published', '已公布'), ('dropped', '已放弃')], default='draft', max_length=10)),
                ('writers', models.JSONField(default=list)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('remark', models.CharField(blank=True, max_length=500)),
                ('changed_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, max_length=64)),
                ('decided_at', models.DateTimeField(null=True)),
                ('effective_at', models.DateTimeField(null=True)),
                ('base_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='catalogue.baseitem')),
                ('origin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.standard')),
                ('published', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revision', to='catalogue.standard')),
                ('stream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='ledger.stream')),
            ],
            options={
                'ordering': ('-changed_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RevisionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='catalogue.revision')),
            ],
            options={
                'ordering': ('revision_id', 'name'),
            },
        ),
        migrations.CreateModel(
            name='MasterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('field', models.CharField(max_length=40)),
                ('owner', models.CharField(max_length=10)),
                ('ours', models.TextField(blank=True)),
                ('theirs', models.TextField(blank=True)),
                ('outcome', models.CharField(choices=[('open', '待处理'), ('taken', '已采用省库'), ('kept', '保留本市')], default='open', max_length=8)),
                ('seen_at', models.DateTimeField()),
                ('settled_by', models.CharField(blank=True, max_length=64)),
                ('settled_at', models.DateTimeField(null=True)),
                ('base_item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='master_changes', to='catalogue.baseitem')),
            ],
            options={
                'ordering': ('code', 'field'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('code', 'field'), name='master_change_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=40)),
                ('address', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('agrees', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='catalogue.standard')),
            ],
            options={
                'ordering': ('-at', 'id'),
                'indexes': [models.Index(fields=['standard', 'place', '-at'], name='posting_newest')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('level', models.CharField(choices=[('city', '市'), ('county', '县（区）'), ('town', '乡镇（街道）'), ('village', '村（社区）')], max_length=8)),
                ('division', models.CharField(max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('element', models.CharField(max_length=100)),
                ('said', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.CharField(blank=True, max_length=64)),
                ('answered_at', models.DateTimeField(null=True)),
                ('base_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='catalogue.baseitem')),
            ],
            options={
                'ordering': ('answered_at', '-at', 'id'),
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['base_item'], name='remark_open')],
            },
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['state', 'effective_at'], name='revision_due'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'review', 'decided'])), fields=('base_item', 'level'), name='revision_one_open'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['decided', 'published']), _negated=True), models.Q(('decided_at__isnull', False), ('effective_at__isnull', False)), _connector='OR'), name='revision_decided_when'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published__isnull', False), _connector='OR'), name='revision_published_what'),
        ),
        migrations.AddConstraint(
            model_name='revisionfile',
            constraint=models.UniqueConstraint(fields=('revision', 'name'), name='revision_file_once'),
        ),
        append_only("catalogue_posting"),
    ]
