"""Readings only grow."""

from django.db import migrations

from onevisit.ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [append_only("identity_reading")]
