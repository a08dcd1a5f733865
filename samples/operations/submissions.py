"""A form is saved once: its token is kept in the transaction of the operation it led to."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from samples.models import Submission, User

from ._operation import Refused, alone


@dataclass(frozen=True)
class Sending:
    """One sending of a form: the token it carries, a digest of what was typed, and the person who sent it."""

    token: UUID
    digest: str
    by: User


class Repeated(Refused):
    """The form was saved before; `submission` says by whom and what it made."""

    def __init__(self, submission, sending):
        super().__init__(_("This form was saved before. What you sent now was not saved."))
        self.submission = submission
        self.is_own = submission.by_id == sending.by.pk
        self.is_same = self.is_own and submission.digest == sending.digest


def save_once(sending, act):
    """Run `act()`, which returns the record it wrote, unless this form was saved before: then raise Repeated."""
    # As in every operation, before anything is read; so of sixteen sendings fifteen find the first one's token.
    with alone():
        check_not_repeated(sending)
        made = act()
        Submission(
            token=sending.token,
            digest=sending.digest,
            by=sending.by,
            noun=made._meta.model_name,
            record_id=made.pk,
        ).save()
        return made


def check_not_repeated(sending):
    """Raise Repeated where a form with this token was saved."""
    if (submission := Submission.objects.filter(token=sending.token).first()) is not None:
        raise Repeated(submission, sending)
