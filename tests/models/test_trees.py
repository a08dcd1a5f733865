from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from samples.models import Container, Location, Sample
from samples.operations import containers
from tests import factories
from tests.refusing import refused


@pytest.fixture
def tree(lab):
    """capsule > package > (drawer > vial, tray); beside them lab.box > lab.bottle. Grams: vial 1, tray 2, bottle 10."""

    def inside(identifier, parent, kind="vial", origin="scoop"):
        place = {"parent": parent} if parent else {"custodian": lab.home, "location": lab.room}
        return factories.container(lab.technician, identifier, lab.mission, kind=kind, origin=origin, **place)

    lab.capsule = inside("CAPSULE", None, "return capsule", "mixed")
    lab.package = inside("PACKAGE", lab.capsule, "sealed package", "mixed")
    lab.drawer = inside("DRAWER", lab.package)
    lab.tube = inside("TUBE", lab.package, "core tube", "drill")
    lab.vial = inside("VIAL", lab.drawer)
    factories.sample(lab.technician, "IN-VIAL", lab.vial, "1.000001")
    factories.sample(lab.technician, "IN-TUBE", lab.tube, "2", origin="drill")
    return lab


def names(queryset):
    return sorted(str(record) for record in queryset)


def test_within_is_the_record_and_everything_below_it(tree):
    assert names(Container.objects.within(tree.package.pk)) == ["DRAWER", "PACKAGE", "TUBE", "VIAL"]
    assert names(Container.objects.within(tree.vial.pk)) == ["VIAL"]


def test_within_several_names_each_record_once(tree):
    roots = [tree.capsule.pk, tree.drawer.pk, tree.box.pk, tree.drawer.pk]

    within = Container.objects.within(*roots)

    assert names(within) == ["BOT-1", "BOX-1", "CAPSULE", "DRAWER", "PACKAGE", "TUBE", "VIAL"]
    assert within.count() == 7
    assert names(within.filter(origin="drill")) == ["TUBE"]
    assert names(Container.objects.live().within(tree.box.pk).exclude(pk=tree.box.pk)) == ["BOT-1"]


def test_within_nothing_is_nothing(tree):
    assert list(Container.objects.within()) == []
    assert list(Container.objects.within(10**9)) == []
    assert Container.objects.contents_by_id([]) == {}


def test_a_path_goes_from_the_root_down(tree):
    assert [str(record) for record in tree.vial.path()] == ["CAPSULE", "PACKAGE", "DRAWER", "VIAL"]
    assert tree.capsule.path() == [tree.capsule]
    assert list(Container.objects.path_to(None)) == []


def test_a_path_is_one_query_however_deep(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        tree.vial.path()
    with django_assert_num_queries(1):
        list(Container.objects.within(tree.capsule.pk))


def test_contents_are_of_everything_inside_by_origin(tree):
    contents = Container.objects.contents_by_id(
        pk for pk in [tree.capsule.pk, tree.drawer.pk, tree.tube.pk, tree.box.pk]
    )

    assert contents == {
        tree.capsule.pk: {"scoop": Decimal("1.000001"), "drill": Decimal("2.000000")},
        tree.drawer.pk: {"scoop": Decimal("1.000001")},
        tree.tube.pk: {"drill": Decimal("2.000000")},
        tree.box.pk: {"scoop": Decimal("10.000000")},
    }
    assert tree.capsule.contents_g() == Decimal("3.000001")
    assert tree.capsule.contents_by_origin() == contents[tree.capsule.pk]


def test_contents_of_an_empty_container_are_nothing(tree):
    spare = factories.container(tree.technician, "SPARE", tree.mission, parent=tree.box)

    assert spare.contents_g() == 0
    assert Container.objects.contents_by_id([spare.pk]) == {spare.pk: {}}


def test_contents_count_only_what_a_person_may_see(tree):
    shown = Sample.objects.visible_to(tree.researcher)

    assert tree.capsule.contents_g(shown) == 0
    assert tree.capsule.contents_g(Sample.objects.order_by("-pk")) == Decimal("3.000001")


def test_contents_are_one_query_however_many(tree, django_assert_num_queries):
    for ids in ([tree.vial.pk], list(Container.objects.values_list("pk", flat=True))):
        with django_assert_num_queries(1):
            Container.objects.contents_by_id(ids)


def test_nothing_is_inside_itself(tree):
    for into in ["package", "drawer", "vial"]:
        with refused(ValidationError, "PACKAGE cannot be inside itself.", field="parent"):
            containers.move(container=tree.package, parent=getattr(tree, into), by=tree.technician, reason="Trial")


def test_no_location_is_inside_itself(lab):
    shelf = factories.location(lab.curator, "Shelf", parent=lab.room)
    lab.room.parent = shelf

    with pytest.raises(ValidationError, match="cannot be inside itself"):
        lab.room.full_clean()

    assert names(Location.objects.path_to(shelf.pk)) == ["Room 1", "Shelf"]
    assert shelf.full_name() == "Room 1 / Shelf"


def test_a_cycle_is_looked_for_in_one_query_however_deep(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        tree.vial.clean()
