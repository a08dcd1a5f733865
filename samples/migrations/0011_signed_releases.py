from django.db import migrations, models


def held(default):
    return models.BooleanField(default=default, editable=False, verbose_name='held to its signatures')


class Migration(migrations.Migration):

    dependencies = [
        ('samples', '0010_every_microgram'),
    ]

    # What is there already is false, in its history too: no revision is made of it, and the ledger has nothing to tell.
    operations = [
        migrations.AddField(model_name='handoff', name='held_to_signatures', field=held(False)),
        migrations.AddField(model_name='historicalhandoff', name='held_to_signatures', field=held(False)),
        migrations.AlterField(model_name='handoff', name='held_to_signatures', field=held(True)),
        migrations.AlterField(model_name='historicalhandoff', name='held_to_signatures', field=held(True)),
        migrations.AddField(
            model_name='handoffline',
            name='seal_declared_damaged',
            field=models.BooleanField(default=False, verbose_name='seal declared as damaged'),
        ),
        migrations.AddField(
            model_name='historicalhandoffline',
            name='seal_declared_damaged',
            field=models.BooleanField(default=False, verbose_name='seal declared as damaged'),
        ),
    ]
