"""Random histories: sequences of real operations, drawn with a fixed seed, refused ones among them."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from samples.models import Container, Custodian, Handoff, Location, Mission, Sample, Seal, User
from samples.operations import Refused, containers, custodians, custody, locations, missions, people, samples, seals
from samples.roles import Role
from tests import factories


class History:
    """A laboratory to which one thing after another happens."""

    def __init__(self, lab, rng):
        self.lab, self.rng = lab, rng
        self.number = 0
        self.done, self.refused = 0, 0

    def go_on(self, steps):
        """Let that many operations be tried; returns how many were done and how many refused."""
        acts = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("do_")]
        for _step in range(steps):
            self.number += 1
            act = self.rng.choice(acts)
            try:
                act()
                self.done += 1
            except (Refused, ValidationError):
                self.refused += 1
        return self.done, self.refused

    def somebody(self):
        names = ["technician"] * 2 + ["curator"] * 3 + ["receiver", "researcher"]
        return User.objects.get(username=self.rng.choice(names))

    def some(self, model):
        """Any record of a kind; those that there are stay in one order."""
        there = list(model.objects.order_by("pk"))
        if not there:
            raise Refused("There is none yet.")
        return self.rng.choice(there)

    def later(self):
        return factories.LONG_AGO + timedelta(days=60, hours=self.number)

    def do_register_a_container(self):
        parent = self.rng.choice([None, self.some(Container)])
        place = {"parent": parent} if parent else {"custodian": self.lab.home, "location": self.lab.room}
        capacity = self.rng.choice([None, Decimal(self.rng.randint(1, 2000))])
        factories.container(self.somebody(), f"C-{self.number}", self.lab.mission, capacity_g=capacity, **place)

    def do_register_a_sample(self):
        mass = Decimal(self.rng.randint(1, 60_000_000)).scaleb(-6)
        factories.sample(self.somebody(), f"S-{self.number}", self.some(Container), str(mass))

    def do_amend_a_container(self):
        containers.amend(
            container=self.some(Container),
            changes={"description": f"Seen {self.number}"},
            seen=None,
            by=self.somebody(),
            reason="Looked",
        )

    def do_amend_a_sample(self):
        changes = {"description": f"Sieved {self.number}", "other_names": self.rng.choice(["", "“嫦娥”"])}
        samples.amend(sample=self.some(Sample), changes=changes, seen=None, by=self.somebody(), reason="Sieved")

    def do_move_a_sample(self):
        samples.move(sample=self.some(Sample), container=self.some(Container), by=self.somebody(), reason="Sorted")

    def do_move_a_container(self):
        place = self.rng.choice([{"parent": self.some(Container)}, {"location": self.some(Location)}])
        containers.move(container=self.some(Container), **place, by=self.somebody(), reason="Sorted")

    def do_seal(self):
        factories.seal(self.somebody(), self.some(Container), f"SEAL-{self.number}")

    def do_break_a_seal(self):
        seals.unseal(
            container=self.some(Seal).container,
            broken_at=self.later(),
            broken_by="somebody",
            by=self.somebody(),
            reason="Opened",
        )

    def do_release(self):
        factories.release(
            self.somebody(),
            [self.some(Container)],
            self.rng.choice([self.lab.home, self.lab.other, self.lab.carrier]),
            released_at=self.later(),
        )

    def do_receive(self):
        handoff = self.some(Handoff)
        room = self.lab.room if handoff.to_custodian_id == self.lab.home.pk else self.lab.other_room
        factories.receive(self.somebody(), handoff, room)

    def do_reject(self):
        custody.reject(handoff=self.some(Handoff), by=self.somebody(), reason="Not wanted")

    def do_cancel(self):
        custody.cancel(handoff=self.some(Handoff), by=self.somebody(), reason="Changed plans")

    def do_publish(self):
        factories.publish(self.somebody(), self.some(Sample))

    def do_void_a_sample(self):
        samples.void(sample=self.some(Sample), by=self.somebody(), reason="Twice")

    def do_void_a_container(self):
        containers.void(container=self.some(Container), by=self.somebody(), reason="Twice")

    def do_change_a_person(self):
        user = User.objects.get(username=self.rng.choice(["auditor", "researcher", "colleague"]))
        people.change(
            user=user,
            name=f"{user.username.capitalize()} {self.number}",
            roles=self.rng.sample(list(Role), self.rng.randint(0, 2)),
            custodian=self.rng.choice([None, self.lab.home]),
            is_active=self.rng.random() < 0.8,
            by=self.lab.administrator,
            reason="Changed rooms",
        )

    def do_amend_a_mission(self):
        mission = self.some(Mission)
        changes = {"notes": f"Note {self.number}", "return_capacity_g": Decimal(self.rng.randint(1, 2000))}
        missions.amend(mission=mission, changes=changes, seen=None, by=self.somebody(), reason="Read again")

    def do_amend_a_custodian(self):
        custodians.amend(
            custodian=self.some(Custodian),
            changes={"contact": f"desk {self.number}"},
            seen=None,
            by=self.somebody(),
            reason="Moved",
        )

    def do_register_a_location(self):
        locations.register(
            name=f"Room {self.number}",
            kind=Location.Kind.ROOM,
            parent=self.rng.choice([None, self.lab.street]),
            by=self.somebody(),
            reason="Built",
        )
