"""Searches are answered from memory: the text search vector goes; what it was made of keeps the moment when it last changed."""

from django.db import migrations

MOMENT = "UPDATE catalogue_baseitem SET indexed_at = now() WHERE indexed_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_newest_words"),
    ]

    operations = [
        migrations.RunSQL(MOMENT, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="baseitem",
            name="base_item_search",
        ),
        migrations.RemoveField(
            model_name="baseitem",
            name="search",
        ),
    ]
