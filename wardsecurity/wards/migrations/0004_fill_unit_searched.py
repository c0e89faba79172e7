"""Fold the names of the units that exist."""

from django.db import migrations

from wardsecurity.text import fold


def fill(apps, schema_editor):
    """Fold every name."""
    units = apps.get_model("wards", "AdministrativeUnit").objects
    rows = list(units.only("pk", "name"))
    for unit in rows:
        unit.searched = fold(unit.name)[:120]
    units.bulk_update(rows, ["searched"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("wards", "0003_unit_searched")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
