"""Past the QuerySets and the models."""

import json

from django.core import serializers
from django.core.management import call_command
from django.db import models

from samples.models import Container, Custodian, OutsideOperation, Sample
from tests.audit import by_hand
from tests.audit.ways import (
    way,
)


@way()
def update_past_the_refusing_queryset(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x", revision=2)


@way("changed to the next revision only")
def update_without_a_revision(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x")


@way("changed to the next revision only")
def revision_jumped_by_two(lab):
    models.QuerySet(Container).filter(pk=lab.box.pk).update(description="x", revision=3)


@way("changed to the next revision only")
def key_of_a_record_changed(lab):
    models.QuerySet(Container).filter(pk=lab.soil.container_id).update(id=999, revision=2)


@way()
def bulk_create_past_the_queryset(lab):
    twin = Custodian(name="Twin", kind=Custodian.Kind.MUSEUM, revision=1)
    models.QuerySet(Custodian).bulk_create([twin])


@way()
def bulk_update_past_the_queryset(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description, box.revision = "x", 2
    models.QuerySet(Container).bulk_update([box], ["description", "revision"])


@way("voided, never deleted")
def raw_delete_of_a_queryset(lab):
    Sample.objects.filter(pk=lab.soil.pk)._raw_delete("default")


@way("begins with revision 1 and a key of its own")
def record_made_at_a_later_revision(lab):
    by_hand.run(by_hand.copied(lab.other, 999, name="'Twin'", revision="2")[0])


@way("changed to the next revision only")
def save_of_one_field_past_the_record(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    models.Model.save_base(box, update_fields=["description"], force_update=True)


@way(error=OutsideOperation, words="only by an operation")
def save_in_a_shell(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    box.save()


@way("changed to the next revision only|Problem installing fixture|would leave no history", error=Exception)
def fixture_loaded(lab, tmp_path):
    box = Container.objects.get(pk=lab.box.pk)
    box.description = "x"
    file = tmp_path / "box.json"
    file.write_text(serializers.serialize("json", [box]))
    call_command("loaddata", str(file), verbosity=0)


@way("would leave no history|changed to the next revision only", error=Exception)
def record_deserialized(lab):
    box = Container.objects.get(pk=lab.box.pk)
    text = json.loads(serializers.serialize("json", [box]))
    text[0]["fields"]["description"] = "x"
    for thing in serializers.deserialize("python", text):
        thing.save()


@way()
def record_deserialized_at_the_next_revision_past_its_save(lab):
    box = Container.objects.get(pk=lab.box.pk)
    box.revision += 1
    for thing in serializers.deserialize("python", json.loads(serializers.serialize("json", [box]))):
        models.Model.save_base(thing.object, raw=True)


@way()
def change_of_many_as_a_data_migration_makes_it(lab):
    for box in Container.objects.all():
        models.QuerySet(Container).filter(pk=box.pk).update(description="x", revision=box.revision + 1)
