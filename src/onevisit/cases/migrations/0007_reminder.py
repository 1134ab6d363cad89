import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("account", models.CharField(max_length=36)),
                (
                    "kind",
                    models.CharField(
                        choices=[("silence", "没有在期限内告知，已视为受理"), ("withdrawn", "申请人撤回了，不用再办")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="cases.case"),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "indexes": [models.Index(condition=models.Q(("seen_at", None)), fields=["account", "at"], name="reminder_open")],
                "constraints": [models.UniqueConstraint(fields=("case", "account", "kind", "at"), name="reminder_once")],
            },
        ),
    ]
