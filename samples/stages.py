"""The kinds of custodian, the steps custody may take between them (rule 10), and who signs for each (rule 11)."""

from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CustodianKind(TextChoices):
    SPACECRAFT = "spacecraft", _("Spacecraft")
    RECOVERY = "recovery team", _("Recovery team")
    TRANSPORT = "transport", _("Transport")
    OPENING = "opening centre", _("Opening centre")
    AGENCY = "agency", _("Agency")
    LABORATORY = "laboratory", _("Laboratory")
    BACKUP = "backup store", _("Backup store")
    RESEARCHER = "researcher", _("Researcher")
    MUSEUM = "museum", _("Museum")


class Signing(Enum):
    """Who signs one side of a handoff for a kind of custodian; the value is said in the diagram."""

    # Its own people. On behalf only where none has an account, and only after a second look.
    STAFF = "by its staff"
    # Its own people, or, as is usual there, somebody on behalf where none has an account.
    STAFF_OR_BEHALF = "by its staff or on behalf"
    # Nobody works there.
    BEHALF = "on behalf"


_K = CustodianKind
STEPS = {
    _K.SPACECRAFT: {_K.SPACECRAFT, _K.RECOVERY},
    _K.RECOVERY: {_K.TRANSPORT, _K.OPENING},
    _K.TRANSPORT: set(_K) - {_K.SPACECRAFT, _K.RECOVERY},
    _K.OPENING: {_K.TRANSPORT, _K.AGENCY, _K.LABORATORY},
    _K.AGENCY: {_K.TRANSPORT, _K.LABORATORY},
    _K.LABORATORY: {_K.TRANSPORT, _K.LABORATORY, _K.BACKUP, _K.RESEARCHER, _K.MUSEUM},
    _K.BACKUP: {_K.TRANSPORT, _K.LABORATORY},
    _K.RESEARCHER: {_K.TRANSPORT, _K.LABORATORY},
    _K.MUSEUM: {_K.TRANSPORT, _K.LABORATORY},
}
SIGNING = {
    _K.SPACECRAFT: Signing.BEHALF,
    _K.RECOVERY: Signing.STAFF,
    _K.TRANSPORT: Signing.STAFF_OR_BEHALF,
    _K.OPENING: Signing.STAFF,
    _K.AGENCY: Signing.STAFF,
    _K.LABORATORY: Signing.STAFF,
    _K.BACKUP: Signing.STAFF_OR_BEHALF,
    _K.RESEARCHER: Signing.STAFF_OR_BEHALF,
    _K.MUSEUM: Signing.STAFF_OR_BEHALF,
}
