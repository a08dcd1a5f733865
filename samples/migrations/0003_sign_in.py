from django.db import migrations, models


class Migration(migrations.Migration):
    """Who has a one-time password chooses another one before anything else."""

    dependencies = [
        ('samples', '0002_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='has_one_time_password',
            field=models.BooleanField(default=False, editable=False, verbose_name='has a one-time password'),
        ),
    ]
