"""Nobody decides what he wrote himself (另一人审核): the table holds it too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0006_search_in_memory")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE catalogue_revision ADD CONSTRAINT revision_two_people"
            " CHECK (decided_by = '' OR NOT jsonb_exists(writers, decided_by))",
            "ALTER TABLE catalogue_revision DROP CONSTRAINT revision_two_people",
        )
    ]
