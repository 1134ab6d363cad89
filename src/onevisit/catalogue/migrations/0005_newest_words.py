"""When the words of a base item last changed: what searches keep in memory is known by it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_revision'),
        ('city', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='baseitem',
            name='indexed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='baseitem',
            index=models.Index(fields=['-indexed_at'], name='base_item_newest'),
        ),
    ]
