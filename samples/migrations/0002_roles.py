from django.db import migrations

ROLES = ["technician", "curator", "auditor", "researcher", "administrator"]


def install(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    """The five roles, as groups; what each may do stands in samples/roles.py."""

    dependencies = [("samples", "0001_records"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
