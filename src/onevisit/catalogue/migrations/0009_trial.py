"""Tables read for trial (试读) lie by themselves: they can be let go without taking anybody's paper along."""

from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_register_by_level")]
    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid4, editable=False, unique=True)),
                ("account", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={"ordering": ("at", "id"), "indexes": [models.Index(fields=["at"], name="trial_age")]},
        ),
    ]
