"""Where things are and what they hold, read for many records in a fixed number of queries."""

from decimal import Decimal

from django.db.models import F, Sum, TextField, Value
from django.db.models.functions import Cast, Concat
from django_cte import CTE, with_cte

from .containers import Container
from .custody import HandoffLine
from .locations import PATH_MARK, Location


def location_names(ids):
    """Return {location id: "Site / Room / Box"} for the locations `ids`; one query."""
    if not ids:
        return {}
    cte = Location.objects.ancestry_cte(list(ids))
    rows = with_cte(cte, select=cte.join(Location.objects.all(), id=cte.col.id)).values_list("id", "name", "parent_id")
    known = {pk: (name, parent) for pk, name, parent in rows}

    def name_of(pk):
        name, parent = known[pk]
        return name if parent is None else f"{name_of(parent)} / {name}"

    return {pk: name_of(pk) for pk in set(ids) if pk in known}


def outermost_locations(ids):
    """Return {container id: location id of the outermost container it is in}; one query."""
    # An empty seed would leave a recursion without a beginning.
    if not ids:
        return {}
    plain = Container._base_manager

    def step(cte):
        seed = plain.filter(pk__in=list(ids)).values("parent_id", "location_id", seed=F("id"))
        return seed.union(
            cte.join(plain.all(), id=cte.col.parent_id).values("parent_id", "location_id", seed=cte.col.seed)
        )

    cte = CTE.recursive(step, name="outward")
    rows = with_cte(cte, select=cte.queryset().filter(parent_id=None).values_list("seed", "location_id"))
    return dict(rows)


def place_containers(containers, samples=None):
    """Give each container `contents` ({origin: g}), `held_g`, `place` and `is_under_way`; four queries.

    `samples` limits what is counted to what a person may see.
    """
    ids = [container.pk for container in containers]
    contents = Container.objects.contents_by_id(ids, samples)
    at = outermost_locations(ids)
    names = location_names([pk for pk in at.values() if pk])
    under_way = set(HandoffLine.objects.filter(container__in=ids, open=True).values_list("container_id", flat=True))
    for container in containers:
        container.contents = contents[container.pk]
        container.held_g = sum(container.contents.values(), Decimal("0.000000"))
        container.place = names.get(at.get(container.pk), "")
        container.is_under_way = container.pk in under_way
    return containers


def place_samples(samples):
    """Give each sample the `place` and `is_under_way` of its container; three queries."""
    ids = {sample.container_id for sample in samples}
    at = outermost_locations(ids)
    names = location_names([pk for pk in at.values() if pk])
    under_way = set(HandoffLine.objects.filter(container__in=ids, open=True).values_list("container_id", flat=True))
    for sample in samples:
        sample.place = names.get(at.get(sample.container_id), "")
        sample.is_under_way = sample.container_id in under_way
    return samples


def location_paths():
    """A CTE of (id, path) of every location: "Site / Room / Box"."""
    plain = Location._base_manager

    def step(cte):
        top = plain.filter(parent=None).values("id", path=Cast("name", TextField()))
        path = Concat(cte.col.path, Value(PATH_MARK), F("name"), output_field=TextField())
        return top.union(cte.join(plain.all(), parent=cte.col.id).values("id", path=path), all=True)

    return CTE.recursive(step, name="paths")


def container_places(paths):
    """A CTE of (id, place) of every container: the path, of the CTE `paths`, where the outermost one stands."""
    plain = Container._base_manager

    def step(cte):
        outermost = paths.join(plain.filter(parent=None), location=paths.col.id).values("id", place=paths.col.path)
        return outermost.union(cte.join(plain.all(), parent=cte.col.id).values("id", place=cte.col.place), all=True)

    return CTE.recursive(step, name="places")


def held_in_containers(samples):
    """A CTE of (holder, held_g) of every container that holds any of `samples`, itself or in what is inside it.

    Comes with the CTE that it is made of.
    """
    plain = Container._base_manager

    def step(cte):
        own = plain.values("id", root=F("id"))
        return own.union(cte.join(plain.all(), parent=cte.col.id).values("id", root=cte.col.root), all=True)

    tree = CTE.recursive(step, name="tree")
    inside = tree.join(samples.order_by(), container=tree.col.id)
    held = inside.values(holder=tree.col.root).annotate(held_g=Sum("mass_g"))
    return tree, CTE(held, name="held")
