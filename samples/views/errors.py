import sys

from django.db import OperationalError
from django.shortcuts import render
from django.views.defaults import server_error as nothing_more_to_say


def server_error(request):
    """What nobody foresaw; but for a database that a long import keeps to itself: that passes."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError) and "locked" in str(error):
        return render(None, "503.html", status=503)
    return nothing_more_to_say(request)
