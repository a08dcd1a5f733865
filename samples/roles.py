"""Who may do what: the five roles and their rights, as data.

The roles are installed as groups by a migration; what a role may do is read from this table alone.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    TECHNICIAN = "technician", _("Technician")
    CURATOR = "curator", _("Curator")
    AUDITOR = "auditor", _("Auditor")
    RESEARCHER = "researcher", _("Researcher")
    ADMINISTRATOR = "administrator", _("Administrator")


class Right(TextChoices):
    SEE_PUBLISHED = "see published", _("see published samples, their containers and handoffs")
    SEE_ALL = "see all", _("see every record and its history")
    WORK = "work", _("register, amend, move, seal, release and receive what the own custodian holds")
    CURATE = "curate", _("keep missions, custodians and locations; publish and void; work at every custodian")
    SEE_CONSOLE = "see console", _("read every record in the admin console")
    AUDIT = "audit", _("verify the audit and export its log")
    ADMINISTER = "administer", _("keep users, their roles and custodians")
    OWN_ACCOUNT = "own account", _("choose the own password")


RIGHTS = {
    Role.TECHNICIAN: {Right.SEE_PUBLISHED, Right.SEE_ALL, Right.WORK},
    Role.CURATOR: {Right.SEE_PUBLISHED, Right.SEE_ALL, Right.WORK, Right.CURATE, Right.SEE_CONSOLE, Right.AUDIT},
    Role.AUDITOR: {Right.SEE_PUBLISHED, Right.SEE_ALL, Right.AUDIT},
    Role.RESEARCHER: {Right.SEE_PUBLISHED},
    Role.ADMINISTRATOR: {Right.SEE_PUBLISHED, Right.SEE_ALL, Right.SEE_CONSOLE, Right.AUDIT, Right.ADMINISTER},
}

# What everybody who may sign in has the right to, with or without a role.
EVERYBODY_MAY = {Right.OWN_ACCOUNT}

# Roles whose people may sign one side of a handoff for their custodian (rule 11).
SIGNING_ROLES = {role for role, rights in RIGHTS.items() if Right.WORK in rights}
