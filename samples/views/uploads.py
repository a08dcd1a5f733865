"""What a request may bring along: how large it may be, and what becomes of a file that is larger."""

from io import BytesIO

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from samples.forms.fields import LARGEST_FILE

# A body above it is refused by its length, before any of it is read.
LARGEST_BODY = 100_000_000
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
FAULTS = {
    RequestDataTooBig: _("What was typed is longer than labinv takes in one form (2.5 MB)."),
    TooManyFieldsSent: _("The form came with more answers than labinv takes at once (1 000)."),
    TooManyFilesSent: _("The form came with more files than labinv takes at once (4)."),
}


class BoundedFile(FileUploadHandler):
    """Keeps a file up to LARGEST_FILE; of a larger one the name and the size, so that its form can refuse it.

    The rest of the request still arrives, and what was typed beside the file with it.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) <= LARGEST_FILE:
            self.content.write(raw_data)

    def file_complete(self, file_size):
        content = self.content if file_size <= LARGEST_FILE else BytesIO()
        content.seek(0)
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def bounded(get_response):
    """Middleware: read what was posted before anything else does, and refuse what is too much of it in words."""

    def answer(request):
        length = request.META.get("CONTENT_LENGTH", "")
        # One of more digits than any body has is too long as well; int() would refuse thousands of them.
        if length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > LARGEST_BODY):
            return _plain(413, f"labinv takes at most {LARGEST_BODY // 1_000_000} MB in one request\n")
        if request.method == "POST":
            if request.content_type not in ("", *FORM_TYPES):
                return _plain(415, f"labinv reads {' and '.join(FORM_TYPES)} only\n")
            try:
                request.POST  # noqa: B018 - is read here, or raises
            except tuple(FAULTS) as error:
                return render(request, "413.html", {"fault": FAULTS[type(error)]}, status=413)
            except UnreadablePostError:
                return _plain(400, "the request broke off before its end\n")
        return get_response(request)

    return answer


def _plain(status, text):
    return HttpResponse(text, status=status, content_type="text/plain")
