from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('samples', '0007_ledger'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountevent',
            name='account',
            field=models.TextField(blank=True, default='', editable=False),
        ),
    ]
