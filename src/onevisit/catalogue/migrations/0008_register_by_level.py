"""What several levels say of one word stands side by side: none writes over another's entry (登记册)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_two_people")]
    operations = [
        migrations.AlterModelOptions(name="registerentry", options={"ordering": ("kind", "word", "pack")}),
        migrations.RemoveConstraint(model_name="registerentry", name="register_word_once"),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(fields=("kind", "word", "pack"), name="register_word_once"),
        ),
    ]
