"""What a person types into the forms of the console, all right but for the reason, which is left out."""

from samples.operations import people

# What a curator keeps in the console, by its operations; users are the administrator's.
BY_CURATORS = ["mission", "custodian", "location", "container", "sample"]


def new(name, lab):
    """{field: value} of one more record of the kind `name`."""
    ratings = {"return_capacity_g": "2000", "drill_limit_cm": "200"}
    began = {"custody_began_at": "2024-07-01T10:00", "chain_document": "DOC-7"}
    return {
        "mission": {"code": "CE7", "name": "Chang’e-7", "body_side": "near"} | ratings,
        "custodian": {"name": "Museum", "kind": "museum", "contact": "desk 9", "active": "on"},
        "location": {"name": "Hall", "kind": "room", "parent": lab.room.pk, "atmosphere": "nitrogen"},
        "container": {
            "identifier": "CASE-7",
            "mission": lab.mission.pk,
            "kind": "sample bottle",
            "origin": "scoop",
            "location": lab.room.pk,
            "custodian": lab.home.pk,
            "capacity_g": "150.5",
        }
        | began,
        "sample": {
            "identifier": "S-7",
            "container": "bot-1",
            "form": "rock",
            "origin": "scoop",
            "mass_g": "12.5 mg",
            "happened_at": "2024-07-01T10:00",
            "use_category": "research",
            "exposure": "pristine",
        },
        "user": {
            "username": "wang.lei",
            "name": "Wang Lei",
            "password": "nine tall grey herons",
            "password_again": "nine tall grey herons",
            "roles": ["auditor"],
        },
    }[name]


def of(name, lab):
    """The record of the kind `name` that is amended."""
    return {
        "mission": lab.mission,
        "custodian": lab.carrier,
        "location": lab.street,
        "container": lab.bottle,
        "sample": lab.soil,
        "user": lab.technician,
    }[name]


def other(name, lab):
    """{field: value} that change the record `of(name, lab)`, beside those that its form asks for again."""
    record = of(name, lab)
    again = {"seen": people.newest_event(record) if name == "user" else record.revision}
    return (
        again
        | {
            "mission": {
                "name": "Chang’e-6",
                "body_side": "far",
                "relay_satellite": "Queqiao-2",
                "return_capacity_g": "2000",
                "drill_limit_cm": "100.5",
            },
            "custodian": {"name": "Carrier and sons", "active": "on"},
            "location": {"name": "Lane", "kind": "room"},
            "container": {"capacity_g": "100", "tare_g": "35.5", "description": "Chipped"},
            "sample": {"form": "bulk regolith", "other_names": "Scoop 3"},
            "user": {"name": "Li Na", "is_active": "on", "roles": ["technician"], "custodian": lab.home.pk},
        }[name]
    )
