import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which sending of which form made what, so that a form sent twice is saved once."""

    dependencies = [("samples", "0004_tokens")]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(unique=True)),
                ("digest", models.CharField(help_text="SHA-256 of what was typed.", max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("noun", models.CharField(max_length=40)),
                ("record_id", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "base_manager_name": "objects",
            },
        ),
    ]
