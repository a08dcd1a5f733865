"""The withdrawal of the samples of an import: many at once, each as the single withdrawal leaves it."""

from samples.audit import guard, ledger
from samples.audit.rules import CONTAINER_CAPACITY, MISSION_CAPACITY
from samples.models import Container, Sample
from samples.models.writing import current_operation, write_many

from ._mass import reversal
from ._records import set_void
from .authority import check_not_under_way
from .containment import set_back

# So many are written together, and no more of them are held in memory.
TOGETHER = 500
_ALIKE = ("mass_g", "status", "voided_at", "voided_by", "void_reason")


def void_samples(brought, *, by, reason):
    """Withdraw the samples of the queryset `brought`, with which nothing was done since they were registered.

    The newest go first, because they came of the older ones. Raises UnderWay.
    """
    keys = list(brought.order_by("-pk").values_list("pk", flat=True))
    containers = Container.objects.filter(pk__in=brought.values("container")).order_by("pk")
    for container in containers.under_way():
        check_not_under_way(container)
    # Sums that only become smaller are looked at once, at the end.
    sums = {
        CONTAINER_CAPACITY: Container.objects.around(*containers.values_list("pk", flat=True)),
        MISSION_CAPACITY: containers.order_by().values_list("mission", flat=True).distinct(),
    }
    for name, records in sums.items():
        guard.put_off(name, [getattr(record, "pk", record) for record in records])
    for start in range(0, len(keys), TOGETHER):
        _void(keys[start : start + TOGETHER], by, reason)
    for container in containers:
        set_back(container)
    for name in sums:
        guard.settle(name)


def _void(keys, by, reason):
    records = []
    for sample in Sample.objects.filter(pk__in=keys).order_by("-pk"):
        mass_g, sample.mass_g, sample.status = sample.mass_g, 0 * sample.mass_g, Sample.Status.EXHAUSTED
        set_void(sample, by, reason)
        records += [sample, reversal(sample, mass_g, by)]
    write_many(records, alike=_ALIKE)
    ledger.append(current_operation())
    current_operation().let_go()
