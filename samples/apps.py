from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplesConfig(AppConfig):
    name = "samples"
    verbose_name = _("Laboratory")

    def ready(self):
        from samples import checks  # noqa: F401 - importing it registers the checks
        from samples.operations import migrations  # noqa: F401 - importing it has migrations move the guard
        from samples.views import visit  # noqa: F401 - importing it has each sign-in begin a visit
