"""The newest offers, by which what is kept of the catalogue is known to be true."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0009_trial"),
        ("city", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["-changed_at", "-id"], name="item_newest"),
        ),
    ]
