"""A page that is sent while its work is done: what is known at once, how far it is, and the result."""

from itertools import chain

from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Where the page is cut in two: what is said while the work is done stands between.
_HERE = SafeString("<!-- progress -->")


def streamed(request, template, context, work):
    """The page `template`, with what `work` yields in the place of its `progress`."""
    page = render_to_string(template, context | {"progress": _HERE}, request)
    before, _mark, after = page.partition(_HERE)
    return StreamingHttpResponse(chain([before], work, [after]), headers={"Cache-Control": "no-store"})
