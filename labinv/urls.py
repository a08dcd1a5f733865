from django.urls import include, path

from samples.admin import console

handler404 = "samples.views.errors.not_found"
handler500 = "samples.views.errors.server_error"

urlpatterns = [
    # The console instead of Django's own site, which would let its permissions decide.
    path("admin/", console.urls),
    path("", include("samples.urls")),
]
