"""Layer A of the audit: only an operation writes, and each writing leaves an equal history row."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from samples.models import (
    SYSTEM,
    AccountEvent,
    Audited,
    Container,
    Custodian,
    HistoryRow,
    Location,
    OutsideOperation,
    RecordQuerySet,
    Sample,
    User,
)
from samples.operations import RuleBroken, _operation, containers, custodians, missions, samples
from samples.roles import Right
from tests import factories
from tests.refusing import state

MODELS = [model for model in apps.get_app_config("samples").get_models()]
RECORDS = [model for model in MODELS if issubclass(model, Audited)]
HISTORIES = [model for model in MODELS if issubclass(model, HistoryRow)]
BULK = {
    "update": {"revision": 9},
    "delete": {},
    "bulk_create": {"objs": []},
    "bulk_update": {"objs": [], "fields": []},
    "update_or_create": {},
    "get_or_create": {},
}


def written_inside(function):
    """Run `function` inside an operation by the system."""

    @_operation.operation("test.write", right=Right.ADMINISTER)
    def run(*, by, reason):
        return function()

    return run(by=SYSTEM, reason="Trial")


@pytest.mark.parametrize("model", [*RECORDS, *HISTORIES, AccountEvent, User], ids=lambda model: model.__name__)
def test_nothing_writes_in_sets(model):
    querysets = [model.objects.all(), model._base_manager.all(), model._default_manager.all()]
    if hasattr(model, "history"):
        querysets.append(model.history.all())

    for queryset in querysets:
        assert isinstance(queryset, RecordQuerySet)
        for name, arguments in BULK.items():
            with pytest.raises(OutsideOperation, match=f"{name}\\(\\) would leave no history"):
                getattr(queryset, name)(**arguments)
            with pytest.raises(OutsideOperation, match=f"a{name}"):
                # At the call already, not only when it is awaited.
                getattr(queryset, f"a{name}")(**arguments)


@pytest.mark.parametrize("name", sorted(BULK.keys() - {"delete"}))
def test_a_manager_refuses_what_its_querysets_refuse(name):
    for manager in (Container.objects, Container._base_manager, Container.history, User.objects):
        with pytest.raises(OutsideOperation):
            getattr(manager, name)(**BULK[name])


def test_related_managers_refuse_too(lab):
    before = state()

    for write in (
        lambda: lab.box.children.update(description="x"),
        lambda: lab.box.children.all().delete(),
        lambda: lab.box.children.create(identifier="X"),
        lambda: lab.box.children.clear(),
        lambda: lab.box.children.remove(lab.bottle),
        lambda: lab.box.children.set([]),
        lambda: lab.bottle.children.add(lab.box),
        lambda: lab.bottle.children.add(lab.box, bulk=False),
        lambda: lab.bottle.children.get_or_create(identifier="X"),
        lambda: lab.home.containers.bulk_create([]),
        lambda: lab.bottle.history.all().delete(),
        lambda: lab.bottle.history.update(revision=7),
        lambda: lab.bottle.history.bulk_history_create([lab.bottle]),
    ):
        with pytest.raises(OutsideOperation), transaction.atomic():
            write()
    assert state() == before


def test_no_record_is_saved_outside_an_operation(lab):
    before = state()

    for write in (
        lambda: Custodian.objects.create(name="X", kind="museum"),
        lambda: Custodian(name="X", kind="museum").save(),
        lambda: lab.home.save(),
        lambda: lab.home.delete(),
        lambda: lab.home.history.first().save(),
        lambda: lab.home.history.first().delete(),
        lambda: lab.technician.delete(),
        lambda: lab.technician.events.first().save(),
        lambda: lab.technician.events.first().delete(),
        lambda: AccountEvent(user=lab.technician).save(),
    ):
        with pytest.raises(OutsideOperation):
            write()

    assert state() == before
    assert lab.home.revision == 1
    assert not hasattr(lab.home, "save_without_historical_record")


def test_a_part_of_a_record_is_never_saved(lab):
    with pytest.raises(TypeError, match="update_fields"):
        written_inside(lambda: lab.home.save(update_fields=["name"]))


def test_inside_an_operation_history_is_not_rewritten(lab):
    row = lab.home.history.first()

    for write in (row.save, row.delete, lab.technician.events.first().save, lab.technician.events.first().delete):
        with pytest.raises(OutsideOperation, match="never"):
            written_inside(write)


@pytest.mark.parametrize("switch", ["instance", "setting"])
def test_a_change_without_history_is_undone(lab, settings, switch):
    before = state()
    if switch == "setting":
        settings.SIMPLE_HISTORY_ENABLED = False
    else:
        lab.home.skip_history_when_saving = True

    with pytest.raises(OutsideOperation, match="left no history"):
        written_inside(lab.home.save)

    assert state() == before
    assert lab.home.revision == 1


def test_each_change_adds_one_revision_and_one_equal_history_row(lab):
    bottle = containers.amend(
        container=lab.bottle, changes={"description": "Cracked lid"}, seen=1, by=lab.technician, reason="Seen today"
    )

    rows = list(bottle.history.order_by("revision"))
    stored = Container.objects.get(pk=bottle.pk)
    assert bottle.revision == stored.revision == 2
    assert [row.revision for row in rows] == [1, 2]
    assert [row.description for row in rows] == ["", "Cracked lid"]
    for field in Container._meta.fields:
        assert getattr(rows[1], field.attname) == getattr(stored, field.attname)


def test_a_history_row_says_who_why_when_and_by_which_act(lab):
    soil = samples.register(
        identifier="CE6C0002",
        container=lab.bottle,
        origin="scoop",
        form="powder",
        mass_g=1,
        happened_at=factories.LONG_AGO,
        by=lab.technician,
        reason="  Weighed in \n twice ",
    )

    row = soil.history.get()
    movement = soil.movements_in.get()
    movement_row = movement.history.get()
    assert (row.actor_id, row.actor_name, row.verb) == (lab.technician.pk, "Technician", "sample.register")
    assert row.history_change_reason == "Weighed in \n twice"
    assert row.history_type == "+"
    assert row.operation_id == movement_row.operation_id == movement.operation_id
    assert row.history_date == movement_row.history_date
    assert row.operation_id != lab.soil.history.get().operation_id


def test_a_reason_may_be_long_on_both_engines(lab):
    reason = "x" * 4000

    box = containers.amend(container=lab.box, changes={"description": "y"}, seen=1, by=lab.technician, reason=reason)

    assert box.history.first().history_change_reason == reason


def test_versions_are_ordered_by_revision_whatever_the_clock_says(lab):
    for number in range(2, 12):
        containers.amend(
            container=lab.box, changes={"description": str(number)}, seen=None, by=lab.technician, reason="Counted"
        )

    assert [row.revision for row in lab.box.history.all()] == list(range(11, 0, -1))
    assert lab.box.history.latest().description == "11"


def test_a_failing_history_write_undoes_the_change(lab, monkeypatch):
    before = state()

    def fail(self, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(HistoryRow, "save", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        containers.amend(container=lab.box, changes={"description": "y"}, seen=1, by=lab.technician, reason="Trial")
    with pytest.raises(RuntimeError, match="disk full"):
        custodians.register(name="X", kind="museum", by=lab.curator, reason="Trial")

    assert state() == before
    assert Container.objects.get(pk=lab.box.pk).description == ""


def test_a_failed_save_leaves_the_revision_as_it_was(lab, monkeypatch):
    lab.home.kind = "nonsense"

    with pytest.raises(ValidationError, match="not a valid choice"):
        written_inside(lab.home.save)

    assert lab.home.revision == 1


def test_a_stale_copy_cannot_be_written_over_a_newer_one(lab):
    stale = Container.objects.get(pk=lab.box.pk)
    containers.amend(container=lab.box, changes={"description": "new"}, seen=1, by=lab.technician, reason="Trial")
    before = state()

    with pytest.raises(RuleBroken, match="container is changed to the next revision only"):
        written_inside(stale.save)

    assert state() == before
    assert Container.objects.get(pk=lab.box.pk).description == "new"


def test_a_record_cannot_take_the_place_of_another(lab):
    before = state()

    with pytest.raises(ValidationError, match="already exists"):
        written_inside(Location(pk=lab.room.pk, name="Another", kind="room").save)

    assert state() == before


@pytest.mark.parametrize("model", [model for model in RECORDS if hasattr(model, "AMENDABLE")])
def test_amendable_values_are_fields_and_never_facts_of_custody_or_mass(model):
    fields = {field.name for field in model._meta.fields if field.editable}
    fixed = {"custodian", "parent", "location", "container", "mission", "origin", "mass_g", "initial_mass_g", "status"}

    assert set(model.AMENDABLE) <= fields
    assert not set(model.AMENDABLE) & (fixed | {"identifier", "code", "exposure", "use_category", "published_at"})


def test_every_link_is_protected():
    for model in RECORDS:
        for field in model._meta.fields:
            if field.remote_field:
                assert field.remote_field.on_delete.__name__ == "PROTECT"


def test_a_mission_is_written_once_for_each_act(lab):
    mission = missions.amend(mission=lab.mission, changes={"notes": "a"}, seen=1, by=lab.curator, reason="Trial")

    assert mission.history.count() == 2
    assert Sample.objects.get(pk=lab.soil.pk).revision == 1
