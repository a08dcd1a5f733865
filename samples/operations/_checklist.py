"""What is declared of the sealed containers in a handoff, and what the receiver finds of them (rule 14)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from samples.models import Container, Discrepancy, HandoffLine, Seal, Weighing
from samples.models.writing import current_operation
from samples.units import format_mass

from ._operation import Refused, check_all
from .times import OutOfOrder, check_not_in_the_future, moment_text
from .weighings import check_in_use, read

MISSING = "none"


class Partial(Refused):
    """A handoff is received whole or not at all."""


class Unread(Refused):
    """The seal was not read back, or its condition was not stated."""


class Differs(Refused):
    """A seal or a mass is not as it was declared, and the receipt does not say so; or it says so, and all fits."""


class NotWeighable(Refused):
    """A gross mass without a balance, or for a container of which none is asked."""


@dataclass(frozen=True)
class Declared:
    """What the releaser declares of one sealed container: gross mass and tolerance in grams."""

    gross_g: Decimal
    tolerance_g: Decimal


@dataclass(frozen=True)
class Found:
    """What the receiver found of one container: whether it is there, its seal read back, its gross mass in grams."""

    is_here: bool = True
    seal_read: str = ""
    seal_condition: str = ""
    gross_g: Decimal | None = None


@dataclass(frozen=True)
class Difference:
    """One thing that does not fit; becomes a discrepancy. `sentence` names no seal that was declared."""

    kind: str
    field: str
    sentence: str
    finding: str
    difference_g: Decimal | None = None


def outermost_sealed(containers):
    """{container key: Seal} of those of `containers`, whole trees, whose seal nobody has to break another one for."""
    parents = {container.pk: container.parent_id for container in containers}
    seals = Seal.objects.holding().filter(container__in=list(parents)).order_by("pk")
    sealed = {seal.container_id: seal for seal in seals}

    def is_outermost(pk):
        while (pk := parents.get(pk)) is not None:
            if pk in sealed:
                return False
        return True

    return {pk: seal for pk, seal in sealed.items() if is_outermost(pk)}


def declare(line, seal):
    """Declare on a line the seal of its container, as it is on record."""
    line.seal_declared = seal.number
    line.seal_declared_damaged = seal.state == Seal.State.DAMAGED


def to_declare(containers):
    """The seals of which number and gross mass are declared where `containers` are released, whatever is in them."""
    nested = Container.objects.within(*[container.pk for container in containers]).live().order_by("pk")
    by_key = {container.pk: container for container in nested}
    sealed = outermost_sealed(by_key.values())
    for key, seal in sealed.items():
        seal.container = by_key[key]
        if outer := by_key.get(seal.container.parent_id):
            seal.container.parent = outer
    return sorted(sealed.values(), key=lambda seal: seal.container.identifier)


def check_declared(containers, sealed, declared):
    """Raise NotWeighable for a mass declared of anything but an outermost seal."""
    names = {container.pk: container.identifier for container in containers}
    if others := sorted(names.get(pk, str(pk)) for pk in declared if pk not in sealed):
        raise NotWeighable(
            _("A gross mass is declared of what is handed over sealed; %(containers)s is not, or is inside a seal.")
            % {"containers": ", ".join(others)},
            field="containers",
        )


def doubt_undeclared(containers, sealed, declared):
    """Say of which outermost seals no gross mass is declared, or ""."""
    unweighed = sorted(one.identifier for one in containers if one.pk in sealed and one.pk not in declared)
    if not unweighed:
        return ""
    return _(
        "No gross mass is declared of %(containers)s, so the receiver has nothing to compare with. Weigh it "
        "and declare it where there is a balance."
    ) % {"containers": ", ".join(unweighed)}


def to_find(handoff):
    """The lines that the receiver looks at one by one: what was handed over as such, and each outermost seal."""
    lines = list(handoff.lines.select_related("container").nested())
    if handoff.is_open and not handoff.held_to_signatures:
        # Released before seals were declared; what is on record now was so then, for all of it is frozen.
        sealed = outermost_sealed([line.container for line in lines])
        for line in lines:
            if line.container_id in sealed:
                declare(line, sealed[line.container_id])
    outermost = set(handoff.lines.outermost().values_list("pk", flat=True))
    return [line for line in lines if line.pk in outermost or line.seal_declared]


def check_received_at(handoff, received_at):
    """Raise InTheFuture, or OutOfOrder for a moment before the release."""
    check_not_in_the_future(received_at, "received_at")
    if received_at < handoff.released_at:
        raise OutOfOrder(
            _("%(handoff)s was released at %(released)s; it cannot be received before that.")
            % {"handoff": handoff, "released": moment_text(handoff.released_at)},
            field="received_at",
        )


def examine(lines, found, *, differs, balance):
    """Return {line: [Difference]} of what was found; `found` is {container key: Found}.

    Raises Partial, Unread, NotWeighable, Differs, or Several of these.
    """
    checks = [lambda line=line: _check_found(line, found.get(line.container_id)) for line in lines]
    check_all(lambda: _check_complete(lines, found), lambda: _check_balance(found, balance), *checks)
    differences = {line: _differences(line, found[line.container_id]) for line in lines}
    every = [difference for some in differences.values() for difference in some]
    if every and not differs:
        check_all(*[lambda one=one: _refuse(one) for one in every])
    if differs and not every:
        raise Differs(
            _("Every seal and mass is as it was declared. Receive it without a discrepancy."), field="outcome"
        )
    return differences


def _check_complete(lines, found):
    if others := found.keys() - {line.container_id for line in lines}:
        known = Container.objects.filter(pk__in=others).order_by("identifier")
        raise NotWeighable(
            _("%(containers)s: nothing is to be looked at of this in this handoff.")
            % {"containers": ", ".join(container.identifier for container in known) or others}
        )
    missing = [line.container for line in lines if not (found.get(line.container_id) or Found(False)).is_here]
    if missing:
        raise Partial(
            _(
                "%(containers)s: not found here. A handoff is received whole or not at all. Let its releaser cancel "
                "it and release what has come and what has not in two handoffs, or reject it."
            )
            % {"containers": ", ".join(container.identifier for container in missing)},
            field=f"here_{missing[0].pk}",
        )


def _check_found(line, found):
    if found is None or not found.is_here:
        return
    container = line.container
    if line.seal_declared:
        check_all(lambda: _check_condition(container, found), lambda: _check_read(container, found))
    elif found.seal_read or found.seal_condition or found.gross_g is not None:
        raise NotWeighable(
            _("%(container)s was handed over without a seal: nothing is read or weighed of it.")
            % {"container": container},
            field=f"here_{container.pk}",
        )


def _check_condition(container, found):
    if found.seal_condition not in [*Seal.State.values, MISSING]:
        raise Unread(
            _("Say in which condition the seal of %(container)s is.") % {"container": container},
            field=f"seal_condition_{container.pk}",
        )


def _check_read(container, found):
    if found.seal_condition == MISSING and found.seal_read:
        raise Unread(
            _("The seal of %(container)s is missing, and yet a number was read. One of the two cannot be.")
            % {"container": container},
            field=f"seal_read_{container.pk}",
        )
    if found.seal_condition != MISSING and not found.seal_read:
        raise Unread(
            _("Read the seal of %(container)s and type or scan its number.") % {"container": container},
            field=f"seal_read_{container.pk}",
        )


def _check_balance(found, balance):
    is_weighed = any(one.gross_g is not None for one in found.values())
    if is_weighed and balance is None:
        raise NotWeighable(_("Name the balance on which it was weighed."), field="balance")
    if balance is not None and not is_weighed:
        raise NotWeighable(_("A balance is named, and no gross mass."), field="balance")
    if balance is not None:
        check_in_use(balance)


def doubt_unweighed(lines, found):
    """Say of which containers a gross mass was declared and none weighed here, or ""."""
    unweighed = [
        line.container.identifier
        for line in lines
        if line.gross_declared_g is not None and found[line.container_id].gross_g is None
    ]
    if not unweighed:
        return ""
    return _("A gross mass was declared of %(containers)s, and none was weighed here.") % {
        "containers": ", ".join(unweighed)
    }


def _refuse(difference):
    raise Differs(difference.sentence, field=difference.field)


def _differences(line, found):
    """What does not fit of one line (rule 14)."""
    if not line.seal_declared:
        return []
    line.seal_read, line.seal_condition = found.seal_read, found.seal_condition
    container, kinds, some = line.container, Discrepancy.Kind, []
    values = {"container": container, "read": found.seal_read, "declared": line.seal_declared}
    if line.is_another_seal:
        some.append(
            Difference(
                kinds.SEAL,
                f"seal_read_{container.pk}",
                # The page must not tell the number that is to be read.
                _(
                    "The seal of %(container)s has another number than was declared. Read it once more; if it stays "
                    "%(read)s, receive with discrepancy, or reject."
                )
                % values,
                _("Seal %(read)s was read on %(container)s, and %(declared)s was declared.") % values,
            )
        )
    if line.is_another_condition and found.seal_condition == Seal.State.INTACT:
        some.append(
            Difference(
                kinds.SEAL,
                f"seal_condition_{container.pk}",
                _(
                    "The seal of %(container)s was damaged when it was handed over, and none becomes whole again. Look "
                    "once more; if it stays intact, it may be another one: receive with discrepancy, or reject."
                )
                % values,
                _("The seal of %(container)s is intact, and was damaged when it was handed over.") % values,
            )
        )
    elif line.is_another_condition:
        values["condition"] = dict(HandoffLine.seal_condition.field.flatchoices)[found.seal_condition].lower()
        some.append(
            Difference(
                kinds.SEAL,
                f"seal_condition_{container.pk}",
                _("The seal of %(container)s is %(condition)s. Receive with discrepancy, or reject.") % values,
                _("The seal of %(container)s is %(condition)s.") % values,
            )
        )
    return [*some, *_mass_differences(line, found)]


def _mass_differences(line, found):
    if found.gross_g is None or line.gross_declared_g is None:
        return []
    difference_g = found.gross_g - line.gross_declared_g
    if abs(difference_g) <= line.tolerance_g:
        return []
    values = {
        "container": line.container,
        "weighed": format_mass(found.gross_g),
        "declared": format_mass(line.gross_declared_g),
        "difference": format_mass(difference_g),
        "tolerance": format_mass(line.tolerance_g),
    }
    finding = _(
        "%(container)s weighs %(weighed)s and %(declared)s was declared: the difference of %(difference)s is beyond "
        "the tolerance of %(tolerance)s."
    )
    advice = _("Weigh it once more; if it stays so, receive with discrepancy, or reject.")
    return [
        Difference(
            Discrepancy.Kind.MASS,
            f"gross_{line.container_id}",
            f"{finding % values} {advice}",
            finding % values,
            difference_g,
        )
    ]


def write_found(line, found, differences, *, balance, received_at, by):
    """Write on the line what was found, record the weighing, mark the seal, open the discrepancies."""
    line.gross_weighed_g = found.gross_g
    line.open = False
    line.save()
    weighing = None
    if found.gross_g is not None:
        sealed = Weighing.Circumstances.SEALED
        weighing = read(line.container, balance, found.gross_g, received_at, sealed, operator=by, line=line)
    _mark_seal(line, found, received_at, by)
    for difference in differences:
        Discrepancy(
            kind=difference.kind,
            container=line.container,
            line=line,
            weighing=weighing if difference.kind == Discrepancy.Kind.MASS else None,
            found=difference.finding,
            difference_g=difference.difference_g,
            opened_at=current_operation().moment,
            opened_by=by,
        ).save()


def _mark_seal(line, found, received_at, by):
    """What the receiver saw of the declared seal; another number says nothing of it."""
    seal = Seal.objects.holding().filter(container=line.container).first()
    if seal is None or found.seal_condition in ("", seal.state, Seal.State.INTACT):
        return
    if found.seal_read and found.seal_read.casefold() != seal.number.casefold():
        return
    what = _("Found at the receipt of %(handoff)s.") % {"handoff": line.handoff}
    if found.seal_condition == Seal.State.DAMAGED:
        seal.state = Seal.State.DAMAGED
        seal.damaged_at, seal.damaged_by, seal.damage = received_at, by.name, what
    else:
        seal.state = Seal.State.BROKEN
        seal.broken_at, seal.broken_by, seal.broken_reason = received_at, by.name, what
    seal.save()
