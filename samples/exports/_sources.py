"""What stands in columns and is no field: places, sums, and names that not everybody may read.

Each adds its source to a queryset, for a person; whoever sees everything is asked the cheaper question.
"""

from django.db import connection
from django.db.models import Case, Exists, F, Func, Min, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.sql.constants import LOUTER
from django_cte import with_cte

from samples.models import (
    GAP,
    Handoff,
    HandoffLine,
    MassField,
    MassMovement,
    Sample,
    Seal,
    container_places,
    held_in_containers,
    location_paths,
)


class HandoffNumber(Func):
    """The number of a handoff as people write it: H-0001."""

    output_field = TextField()

    def as_postgresql(self, compiler, connection):
        digits = "%(expressions)s::text"
        return self.as_sql(compiler, connection, template=f"'H-' || lpad({digits}, greatest(4, length({digits})), '0')")

    def as_sqlite(self, compiler, connection):
        return self.as_sql(
            compiler,
            connection,
            template="CASE WHEN %(expressions)s IS NOT NULL THEN printf('H-%%%%04d', %(expressions)s) END",
        )


class Joined(Subquery):
    """The texts `named` of a subquery in its order, parted by spaces."""

    output_field = TextField()

    def as_sql(self, compiler, connection, **context):
        function = "string_agg" if connection.vendor == "postgresql" else "group_concat"
        template = f"(SELECT {function}(each.named, ' ') FROM (%(subquery)s) AS each)"
        return super().as_sql(compiler, connection, template=template, **context)


class LookedUp(Func):
    """The place of a container, from all places put into one value.

    PostgreSQL would join them by a hash or by sorting, and lose the order in which it reads the index:
    the first row would wait for the last.
    """

    output_field = TextField()
    template = "((SELECT jsonb_object_agg(id, place) FROM places) ->> (%(expressions)s)::text)"


def place_of(container):
    """Where the outermost container stands of the one that the path `container` leads to."""

    def add(queryset, user):
        paths = location_paths()
        places = container_places(paths)
        if connection.vendor == "postgresql":
            return with_cte(paths, places, select=queryset).annotate(place_name=LookedUp(container))
        joined = places.join(queryset, **{container: places.col.id}, _join_type=LOUTER)
        return with_cte(paths, places, select=joined).annotate(place_name=places.col.place)

    return add


def path_of(location, source):
    """The path of the location that the path `location` leads to, as `source`."""

    def add(queryset, user):
        paths = location_paths()
        joined = paths.join(queryset, **{location: paths.col.id}, _join_type=LOUTER)
        return with_cte(paths, select=joined).annotate(**{source: paths.col.path})

    return add


def handoff_number(source, number):
    """The number of a handoff as people write it, at the end of the path `number`."""
    return lambda queryset, user: queryset.annotate(**{source: HandoffNumber(number)})


def state(discrepancies, user):
    return discrepancies.annotate(state=Case(When(outcome="", then=Value("open")), default=Value("closed")))


def shown_parent(samples, user):
    """The identifier of the sample that each was split from; a researcher is not told of one that is not published."""
    # Looked up for each row, and not joined: few samples have one, and the first row need not wait for all of them.
    parents = Sample.objects.visible_to(user).filter(pk=OuterRef("parent"))
    return samples.annotate(shown_parent=Subquery(parents.values("identifier")))


def taken_on_at(samples, user):
    """When the mass of each sample was taken on: at its accession, or the first movement into it."""
    into = MassMovement.objects.filter(to_sample=OuterRef("pk")).order_by().values("to_sample")
    return samples.annotate(taken_on_at=Subquery(into.annotate(first_at=Min("happened_at")).values("first_at")))


def held_g(containers, user):
    """What of each container, and of everything inside it, the person may see."""
    tree, held = held_in_containers(Sample.objects.visible_to(user))
    joined = held.join(containers, id=held.col.holder, _join_type=LOUTER)
    nothing = Value(0, output_field=MassField())
    return with_cte(tree, held, select=joined).annotate(
        contents_held_g=Coalesce(held.col.held_g, nothing, output_field=MassField())
    )


def seal(field):
    """The `field` of the newest seal of each container."""

    def add(containers, user):
        newest = Seal.objects.filter(container=OuterRef("pk")).order_by("-pk")
        return containers.annotate(**{f"newest_seal_{field}": Subquery(newest.values(field)[:1])})

    return add


def is_under_way(containers, user):
    return containers.annotate(is_under_way=Exists(HandoffLine.objects.filter(container=OuterRef("pk"), open=True)))


def container_names(handoffs, user):
    """The identifiers of what each handoff handed over, as far as the person may see it."""
    lines = HandoffLine.objects.shown_to(user).filter(handoff=OuterRef("pk")).order_by("pk")
    return handoffs.annotate(container_names=Joined(lines.values(named=F("container__identifier"))))


def corrects_shown(handoffs, user):
    if user.sees_all:
        return handoffs.annotate(corrects_shown=HandoffNumber("corrects__number"))
    corrected = Handoff.objects.visible_to(user).filter(pk=OuterRef("corrects"))
    return handoffs.annotate(corrects_shown=Subquery(corrected.values(shown=HandoffNumber("number"))))


def long_gap(handoffs, user):
    """The time between release and receipt, where somebody must explain it (rule 13)."""
    lasted = handoffs.annotate(lasted=F("received_at") - F("released_at"))
    return lasted.annotate(long_gap=Case(When(lasted__gt=GAP, then=F("lasted"))))
