import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How often each token asked in its newest minute, so that a script cannot keep the laboratory waiting."""

    dependencies = [("samples", "0012_imports_of_every_kind")]

    operations = [
        migrations.CreateModel(
            name="TokenMinute",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="minute",
                        serialize=False,
                        to="samples.token",
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("requests", models.PositiveIntegerField()),
            ],
            options={"verbose_name": "minute of a token", "verbose_name_plural": "minutes of tokens"},
        ),
    ]
