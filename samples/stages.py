"""The kinds of custodian and the steps custody may take between them (rule 10)."""

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
