from django.urls import reverse

from samples.forms.movement_search import MovementSearch
from samples.history import short_id
from samples.models import MassMovement

from .pages import list_page

ENDS = ("from_sample", "to_sample", "by", "weighing__container")


def movement_list(request):
    return list_page(
        request,
        "samples/movement_list.html",
        MovementSearch(request.GET, request.user),
        MassMovement.objects.select_related(*ENDS),
        csv_url=reverse("export_movements"),
        complete=tell_operations,
    )


def tell_operations(movements):
    """Add to each movement the number of its operation as people read it."""
    for movement in movements:
        movement.operation = short_id(movement.operation_id)
