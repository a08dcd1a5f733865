"""The demo's custodians and accounts. No account is a person: each is called by its role."""

from dataclasses import dataclass

from samples.models import SYSTEM, Custodian, User
from samples.operations import custodians, people
from samples.roles import Role

# By this reason, kept for ever, the demo knows its own accounts again.
REASON = "Demo: an account to try labinv with"

_KIND = Custodian.Kind
LABORATORY = "Lunar Sample Laboratory"
# Key, name, kind, organisation.
CUSTODIANS = [
    ("lander", "Chang’e-6 lander", _KIND.SPACECRAFT, "CNSA"),
    ("ascender", "Chang’e-6 ascender", _KIND.SPACECRAFT, "CNSA"),
    ("capsule", "Chang’e-6 reentry capsule", _KIND.SPACECRAFT, "CNSA"),
    ("recovery", "Recovery team", _KIND.RECOVERY, "CNSA"),
    ("transport", "Road and air transport", _KIND.TRANSPORT, ""),
    ("opening", "Opening centre", _KIND.OPENING, "China Academy of Space Technology (CAST)"),
    ("agency", "CNSA", _KIND.AGENCY, "China National Space Administration"),
    (
        "laboratory",
        LABORATORY,
        _KIND.LABORATORY,
        "National Astronomical Observatories, Chinese Academy of Sciences (NAOC)",
    ),
    ("backup", "Backup store", _KIND.BACKUP, ""),
    ("houston", "Lunar Receiving Laboratory, Houston", _KIND.LABORATORY, "NASA"),
]


@dataclass(frozen=True)
class Account:
    """A demo account; the password is public, so the account is for the demo only."""

    username: str
    name: str
    role: Role
    password: str
    custodian: str | None = None


CURATOR = Account("curator", "Curator", Role.CURATOR, "every-last-microgram")
ACCOUNTS = [
    Account("recovery", "Technician, recovery team", Role.TECHNICIAN, "siziwang-banner", "recovery"),
    Account("opening", "Technician, opening centre", Role.TECHNICIAN, "three-signatures", "opening"),
    Account("agency", "Technician, agency", Role.TECHNICIAN, "sample-certificate", "agency"),
    Account("laboratory", "Technician, laboratory", Role.TECHNICIAN, "nitrogen-glove-box", "laboratory"),
    CURATOR,
    Account("auditor", "Auditor", Role.AUDITOR, "nothing-unnoticed"),
    Account("researcher", "Researcher", Role.RESEARCHER, "far-side-basalt"),
    Account("administrator", "Administrator", Role.ADMINISTRATOR, "keys-of-the-house"),
]


def custodian_name(account):
    """The name of the custodian the account signs for, or an empty text."""
    names = {key: name for key, name, _kind, _organisation in CUSTODIANS}
    return names.get(account.custodian, "")


def enter(world):
    """Add the curator, who registers the custodians, and then everybody else."""
    _add(world, CURATOR)
    for key, name, kind, organisation in CUSTODIANS:
        world.custodians[key] = custodians.register(
            name=name,
            kind=kind,
            organisation=organisation,
            by=world.people["curator"],
            reason="Demo: takes part in a chain of custody",
        )
    for account in ACCOUNTS:
        if account is not CURATOR:
            _add(world, account)


def _add(world, account):
    user = people.register(
        username=account.username,
        name=account.name,
        password=account.password,
        roles=[account.role],
        custodian=world.custodians.get(account.custodian),
        by=SYSTEM,
        reason=REASON,
    )
    world.people[account.username] = User.objects.get(pk=user.pk)
    world.passwords[account.username] = account.password
