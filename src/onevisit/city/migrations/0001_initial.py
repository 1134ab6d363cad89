
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0002_keys_of_started_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('levels', models.JSONField(default=list)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True)),
                ('state', models.CharField(choices=[('notice', '已公布'), ('provisional', '暂定')], max_length=12)),
                ('source', models.CharField(max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('stream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.stream')),
            ],
            options={
                'ordering': ('year',),
            },
        ),
        migrations.CreateModel(
            name='Division',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('level', models.CharField(choices=[('city', '市'), ('county', '县（区）'), ('town', '乡镇（街道）'), ('village', '村（社区）')], max_length=8)),
                ('statistical', models.BooleanField(default=False)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='city.division')),
                ('stream', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.stream')),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='DepartmentOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('credit_code', models.CharField(max_length=18, unique=True)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('demo', models.BooleanField(default=False)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='city.department')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='city.division')),
            ],
            options={
                'ordering': ('division__code', 'department_id'),
            },
        ),
        migrations.CreateModel(
            name='Hall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=400)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('hours', models.JSONField(default=dict)),
                ('accessibility', models.JSONField(default=dict)),
                ('demo', models.BooleanField(default=False)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='halls', to='city.division')),
            ],
            options={
                'ordering': ('division__code', 'name'),
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(unique=True)),
                ('kind', models.CharField(choices=[('holiday', '放假'), ('workday', '调休上班')], max_length=8)),
                ('festival', models.CharField(max_length=40)),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='city.calendaryear')),
            ],
            options={
                'ordering': ('date',),
            },
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{12}$')), name='division_code_is_12_digits'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(('level', 'city'), ('parent__isnull', False), _connector='OR'), name='division_below_city_has_parent'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='division_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='departmentoffice',
            constraint=models.UniqueConstraint(fields=('department', 'division'), name='one_office_a_department_and_division'),
        ),
        migrations.AddConstraint(
            model_name='hall',
            constraint=models.UniqueConstraint(fields=('division', 'name'), name='hall_name_unique_in_division'),
        ),
    ]
