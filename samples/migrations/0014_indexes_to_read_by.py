from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('samples', '0013_token_minutes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(fields=['identifier', 'id'], name='sample_by_identifier'),
        ),
        migrations.AddIndex(
            model_name='massmovement',
            index=models.Index(condition=models.Q(('from_sample__isnull', False)), fields=['from_sample'], name='movement_out_of_sample'),
        ),
    ]
