"""What breaks the rules over several rows, by hand, with history and ledger in order."""

from samples.models import MassMovement, Origin
from tests import factories
from tests.audit.by_hand import change, copy, table_of, versioned

MICROGRAM = 1
GRAM = 1_000_000


def build(lab):
    """Two missions, a rated bottle with soil and its subsample, rooms, an open handoff and a received one."""
    lab.second = factories.mission(lab.curator, "CE7")
    place = {"custodian": lab.home, "location": lab.room, "kind": "sealed package", "origin": Origin.MIXED}
    lab.second_box = factories.container(lab.technician, "BOX-2", lab.second, **place)
    place = place | {"custodian": lab.other, "location": lab.other_room}
    lab.foreign_box = factories.container(lab.curator, "BOX-3", lab.mission, **place)
    lab.vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.bottle)
    lab.rock = factories.sample(lab.technician, "CE6C0002", lab.vial, "5.000000")
    lab.open_handoff = factories.release(lab.receiver, [lab.foreign_box], lab.home)
    lab.received = factories.receive(
        lab.receiver, factories.release(lab.technician, [lab.second_box], lab.other), lab.other_room
    )
    lab.signature = lab.open_handoff.signatures.get()
    made = factories.split(lab.technician, lab.rock, "1", "1")
    lab.part, lab.twin = made
    factories.expose(lab.technician, lab.part)
    for record in (lab.part, lab.rock, lab.bottle, lab.box, lab.mission, lab.soil):
        record.refresh_from_db()
    return lab


def heavier(lab, sample, by_ug):
    """A correction upwards, as a movement and as the sample's mass."""
    movement = MassMovement.objects.order_by("pk").last()
    values = {"mass_g": str(by_ug), "kind": "'correction'", "from_sample_id": "NULL", "to_sample_id": str(sample.pk)}
    return [copy(movement, movement.pk + sample.pk, **values), change(sample, mass_g=f"mass_g + {by_ug}")]


def consumed(sample):
    """A microgram used up, as a movement and as the sample's mass."""
    movement = MassMovement.objects.order_by("pk").last()
    values = {"mass_g": str(MICROGRAM), "kind": "'consumed'", "from_sample_id": str(sample.pk), "to_sample_id": "NULL"}
    return [copy(movement, movement.pk + 200, **values), change(sample, mass_g=f"mass_g - {MICROGRAM}")]


def moved_by_hand(lab, kind, one, other):
    """A microgram from `one` sample to the `other`, as a movement and in both masses."""
    movement = MassMovement.objects.order_by("pk").last()
    ends = {"from_sample_id": str(one.pk), "to_sample_id": str(other.pk)}
    values = {"mass_g": str(MICROGRAM), "kind": f"'{kind}'", **ends}
    return [
        copy(movement, movement.pk + 100, **values),
        change(one, mass_g=f"mass_g - {MICROGRAM}"),
        change(other, mass_g=f"mass_g + {MICROGRAM}"),
    ]


def is_moved_to(sample, container):
    return change(sample, container_id=str(container.pk))


def released_by_hand(lab, **values):
    """A second handoff like the open one."""
    return copy(lab.open_handoff, lab.open_handoff.pk + 100, number="999", **values)


def changed_by_hand(noun, pk):
    """The next revision of a record that is not there yet."""
    table = table_of(noun)
    return noun, pk, [f"UPDATE {table.name} SET revision = revision + 1 WHERE id = {pk}", versioned(table, pk)]


def received_by_hand(lab, **values):
    """The open handoff received by the technician."""
    return change(lab.open_handoff, **receipt(lab), **values)


def receipt(lab):
    """What a receipt by the technician writes on a handoff."""
    return {
        "status": "'received'",
        "received_at": "released_at",
        "receipt_signed_at": "release_signed_at",
        "received_by_id": str(lab.technician.pk),
        "received_location_id": str(lab.room.pk),
    }


def signed_by_hand(lab, handoff_pk, meaning, user):
    values = {"handoff_id": str(handoff_pk), "meaning": f"'{meaning}'", "user_id": str(user.pk)}
    return copy(lab.signature, lab.signature.pk + 100, **values)


# {rule: {what breaks it: the changes}}.
BREAKS = {
    "container_holds_no_more_than_it_is_rated_for": {
        "a microgram too much in it": lambda lab: heavier(lab, lab.soil, 85 * GRAM + MICROGRAM),
        "a microgram too much below it": lambda lab: heavier(lab, lab.rock, 85 * GRAM + MICROGRAM),
        "rated for less": lambda lab: [change(lab.bottle, capacity_g=str(15 * GRAM - MICROGRAM))],
    },
    "container_is_rated_within_its_mission": {
        "container rated for more": lambda lab: [change(lab.box, capacity_g=str(2000 * GRAM + MICROGRAM))],
        "mission rated for less": lambda lab: [change(lab.mission, return_capacity_g=str(100 * GRAM - MICROGRAM))],
    },
    "mission_returned_no_more_than_its_capacity": {
        "a microgram too much": lambda lab: [
            *heavier(lab, lab.soil, 1985 * GRAM + MICROGRAM),
            change(lab.bottle, capacity_g="NULL"),
        ],
        "mission rated for less": lambda lab: [
            change(lab.bottle, capacity_g="NULL"),
            change(lab.mission, return_capacity_g=str(15 * GRAM - MICROGRAM)),
        ],
        "what was consumed makes no room": lambda lab: [
            change(lab.bottle, capacity_g="NULL"),
            *consumed(lab.rock),
            *heavier(lab, lab.soil, 1985 * GRAM + MICROGRAM),
        ],
        "a sample of another mission": lambda lab: [
            change(lab.second, return_capacity_g=str(MICROGRAM)),
            change(lab.soil, mission_id=str(lab.second.pk)),
        ],
    },
    "sample_fits_its_container": {
        "another mission": lambda lab: [is_moved_to(lab.rock, lab.second_box)],
        "another origin": lambda lab: [change(lab.rock, origin="'drill'")],
        "container of another origin": lambda lab: [change(lab.vial, origin="'drill'")],
    },
    "container_fits_the_one_it_is_inside_of": {
        "another custodian": lambda lab: [change(lab.bottle, custodian_id=str(lab.other.pk))],
        "outer one of another custodian": lambda lab: [change(lab.box, custodian_id=str(lab.other.pk))],
        "put into one of another custodian": lambda lab: [change(lab.bottle, parent_id=str(lab.foreign_box.pk))],
        "another mission": lambda lab: [change(lab.bottle, parent_id=str(lab.second_box.pk))],
        "another origin": lambda lab: [change(lab.bottle, origin="'drill'")],
    },
    "sample_is_like_its_parent": {
        "another mission": lambda lab: [
            change(lab.rock, parent_id=str(lab.soil.pk)),
            change(lab.soil, mission_id=str(lab.second.pk)),
        ],
        "another origin": lambda lab: [change(lab.rock, parent_id=str(lab.soil.pk), origin="'drill'")],
        "parent of another origin": lambda lab: [
            change(lab.rock, parent_id=str(lab.soil.pk)),
            change(lab.soil, origin="'drill'"),
        ],
    },
    "sample_has_the_mass_of_its_movements": {
        "mass without a movement": lambda lab: [change(lab.soil, mass_g=f"mass_g + {MICROGRAM}")],
        "movement without its mass": lambda lab: heavier(lab, lab.soil, MICROGRAM)[:1],
        "mass of another sample": lambda lab: [
            heavier(lab, lab.soil, MICROGRAM)[0],
            change(lab.rock, mass_g=f"mass_g + {MICROGRAM}"),
        ],
    },
    "movement_stays_in_the_family": {
        "split into another family": lambda lab: moved_by_hand(lab, "split", lab.rock, lab.soil),
        "split into the parent": lambda lab: moved_by_hand(lab, "split", lab.part, lab.rock),
        "split into a sibling": lambda lab: moved_by_hand(lab, "split", lab.part, lab.twin),
        "merged into a subsample": lambda lab: moved_by_hand(lab, "merge", lab.rock, lab.part),
        "merged into another family": lambda lab: moved_by_hand(lab, "merge", lab.soil, lab.rock),
        "given to another parent": lambda lab: [change(lab.part, parent_id=str(lab.soil.pk))],
        "given to no parent": lambda lab: [change(lab.part, parent_id="NULL")],
    },
    "sample_stays_exposed": {
        "pristine again": lambda lab: [change(lab.part, exposure="'pristine'", exposed_at="NULL", exposed_reason="''")],
    },
    "handoff_is_signed_by_its_two_people": {
        "released without a signature": lambda lab: [released_by_hand(lab)],
        "released with the signature of somebody else": lambda lab: [
            released_by_hand(lab),
            signed_by_hand(lab, lab.open_handoff.pk + 100, "release", lab.colleague),
        ],
        "released with the signature of a receipt": lambda lab: [
            released_by_hand(lab),
            signed_by_hand(lab, lab.open_handoff.pk + 100, "receipt", lab.receiver),
        ],
        "received without a signature": lambda lab: [received_by_hand(lab)],
        "received with the signature of somebody else": lambda lab: [
            received_by_hand(lab),
            signed_by_hand(lab, lab.open_handoff.pk, "receipt", lab.colleague),
        ],
        "released and changed at once, without a signature": lambda lab: [
            released_by_hand(lab),
            changed_by_hand("handoff", lab.open_handoff.pk + 100),
        ],
        "released and received at once, with the signature of the receipt alone": lambda lab: [
            released_by_hand(lab, **receipt(lab)),
            signed_by_hand(lab, lab.open_handoff.pk + 100, "receipt", lab.technician),
        ],
        "releaser exchanged": lambda lab: [change(lab.open_handoff, released_by_id=str(lab.colleague.pk))],
        "releaser of what was received exchanged": lambda lab: [
            change(lab.received, released_by_id=str(lab.colleague.pk))
        ],
        "both sides signed by one": lambda lab: [
            received_by_hand(lab, released_by_id=str(lab.colleague.pk)),
            signed_by_hand(lab, lab.open_handoff.pk, "receipt", lab.technician),
        ],
        "receiver exchanged": lambda lab: [change(lab.received, received_by_id=str(lab.colleague.pk))],
    },
    "container_is_not_inside_itself": {
        "inside itself": lambda lab: [change(lab.vial, parent_id="id")],
        "inside what is in it": lambda lab: [change(lab.bottle, parent_id=str(lab.vial.pk))],
        "inside what is in it, at the top": lambda lab: [
            change(lab.box, parent_id=str(lab.vial.pk), location_id="NULL")
        ],
    },
    "sample_is_not_inside_itself": {
        "its own parent": lambda lab: [change(lab.soil, parent_id="id")],
        "split from each other": lambda lab: [
            change(lab.rock, parent_id=str(lab.soil.pk)),
            change(lab.soil, parent_id=str(lab.rock.pk)),
        ],
    },
    "location_is_not_inside_itself": {
        "inside itself": lambda lab: [change(lab.room, parent_id="id")],
        "inside what is in it": lambda lab: [
            change(lab.room, parent_id=str(lab.street.pk)),
            change(lab.street, parent_id=str(lab.room.pk)),
        ],
    },
}
