"""The folded name of a unit, which searches look in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wards", "0002_succession")]

    operations = [
        migrations.AddField(
            model_name="administrativeunit",
            name="searched",
            field=models.CharField(default="", editable=False, max_length=120),
        ),
    ]
