"""The log of searches that found nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_immutable")]

    operations = [
        migrations.CreateModel(
            name="Miss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=40)),
                ("division", models.CharField(blank=True, max_length=12)),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_at", models.DateTimeField()),
                ("settled", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "ordering": ("-count", "id"),
                "indexes": [models.Index(condition=models.Q(("settled", "")), fields=["-count"], name="miss_open")],
                "constraints": [models.UniqueConstraint(fields=("words", "division"), name="miss_once")],
            },
        ),
    ]
