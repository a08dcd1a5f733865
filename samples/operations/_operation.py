"""The one way to write: an operation runs alone, in one transaction, with an actor, a right and a reason."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from inspect import isgeneratorfunction

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samples.audit import guard, ledger
from samples.models import Operation, OutsideOperation, ProseField
from samples.models.writing import current_operation, enter, leave, take_writers_lock, turn

_reason_field = ProseField()
# The smallest step of a moment that both engines keep.
_NEXT = timedelta(microseconds=1)


class Refused(Exception):
    """The inventory's rules do not allow this; the message is the sentence a person will read.

    `field` names the argument at fault where there is one, so that a form can point at it.
    """

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(Refused):
    """The person has no right to do this, or not to this record."""


class NoReason(Refused):
    """Nothing changes without a reason (rule 24)."""


class Doubtful(Refused):
    """Possible, but unlikely: the person has to say that it is meant (a W rule). `doubts` are its sentences."""

    def __init__(self, *doubts):
        super().__init__(" ".join(doubts))
        self.doubts = doubts

    @property
    def digests(self):
        """One for each of the sentences; who was shown these and says yes, hands them back as `acknowledged`."""
        return [sha256(doubt.encode()).hexdigest()[:16] for doubt in self.doubts]


class Several(Refused):
    """More than one rule is in the way; `refusals` are what each of them says."""

    def __init__(self, refusals):
        super().__init__(" ".join(refusal.message for refusal in refusals))
        self.refusals = refusals


class Busy(Refused):
    """Somebody else has been writing for longer than anybody waits."""


class Unguarded(Refused):
    """The guard of the database is down, so that nothing may be written."""


class RuleBroken(Refused):
    """The database holds a rule over several rows that the change would break, and no operation said so before."""


@contextmanager
def alone():
    """A transaction beside which nobody else writes, until its end.

    Raises Busy where others do not come to theirs, RuleBroken for what the guard of the database refuses.
    """
    is_done = False
    try:
        with ExitStack() as stack:
            try:
                stack.enter_context(turn())
                stack.enter_context(transaction.atomic())
                take_writers_lock()
            except (OperationalError, TimeoutError) as error:
                raise Busy(
                    _("Nothing was saved: a large import is being written. Send this once more in a minute.")
                ) from error
            yield
            is_done = True
    except IntegrityError as error:
        # At the commit, or by a trigger; any other one is a fault of ours.
        if is_done or "labinv:" in str(error):
            why = str(error).partition("CONTEXT:")[0].removeprefix("labinv: ").strip()
            raise RuleBroken(_("Nothing was saved, the database refuses it: %(why)s.") % {"why": why}) from error
        raise


def operation(verb, *, right, is_guarded=True):
    """Make a function the operation `verb`, open to whoever has `right`.

    The function takes keywords only, `by` and `reason` among them. It runs under the writers' lock,
    taken before anything is read, in one transaction; called from another operation it joins that
    one, and leaves nothing behind there when it refuses. A generator function works step by step,
    says how far it is by what it yields, and keeps lock and transaction from its first step to its
    end; closed before that, it leaves nothing. Raises NotAllowed or NoReason before anything is
    locked. `is_guarded` is false of one that writes no record and takes the guard down.
    """

    def decorate(function):
        @wraps(function)
        def run(*, by, reason, **arguments):
            with _acting(verb, right, by, reason, is_guarded) as (by, reason):
                return function(by=by, reason=reason, **arguments)

        @wraps(function)
        def run_in_steps(*, by, reason, **arguments):
            with _acting(verb, right, by, reason, is_guarded) as (by, reason):
                return (yield from function(by=by, reason=reason, **arguments))

        made = run_in_steps if isgeneratorfunction(function) else run
        made.verb, made.right = verb, right
        return made

    return decorate


@contextmanager
def _acting(verb, right, by, reason, is_guarded):
    check_right(by, right)
    reason = clean_reason(reason)
    if (outer := current_operation()) is not None:
        if outer.actor_id != by.pk:
            raise OutsideOperation("an operation inside another one is the same person's act")
        with outer.part(), transaction.atomic():
            yield by, reason
        return
    with alone():
        # While this waited for the lock, the person may have lost the right, or moved on.
        by = by.fresh()
        check_right(by, right)
        if is_guarded:
            _check_guarded()
        operation = Operation(verb, by.pk, by.name, reason, _moment())
        token = enter(operation)
        try:
            yield by, reason
            ledger.append(operation)
            if is_guarded:
                _check_settled()
        finally:
            leave(token)


def _moment():
    """Now; or, where the clock was set back, just after the last entry: each operation has a moment of its own."""
    last = ledger.last_moment()
    return max(timezone.now(), last + _NEXT) if last else timezone.now()


def _check_guarded():
    if not guard.is_armed():
        raise Unguarded(
            _(
                "Nothing can be saved: the guard of the database is down, as it is during an update. Otherwise an "
                "administrator looks at “manage.py verify_audit” first, and puts it up with “manage.py migrate”."
            )
        )
    if not guard.is_clear():
        raise Unguarded(
            _(
                "Nothing can be saved: somebody wrote to the database past labinv, and it waits for its history. An "
                "administrator looks at “manage.py verify_audit” first; “manage.py adopt” takes over what is right."
            )
        )


def _check_settled():
    """Raise before the commit does, and in words, where a rule is broken or a record was written past its history."""
    if sentences := guard.broken():
        raise RuleBroken(" ".join(sentences))
    if left := guard.unsettled():
        noun, pk, revision = left[0]
        raise OutsideOperation(f"{noun} {pk}, revision {revision}, was written without its history or ledger entry")


def check_doubts(*doubts, acknowledged):
    """Raise Doubtful with all of `doubts` that say something, "" being none.

    `acknowledged` is True, False, or the digests of the sentences that were shown and confirmed; then
    nothing is raised where each doubt is among them.
    """
    doubtful = Doubtful(*filter(None, doubts))
    if acknowledged is not True and not set(doubtful.digests) <= set(acknowledged or ()):
        raise doubtful


def check_all(*checks):
    """Make every one of `checks`, functions without arguments, so that all refusals are told at once.

    Raises the only refusal, or Several.
    """
    refusals = []
    for check in checks:
        try:
            check()
        except Refused as refusal:
            refusals += refusal.refusals if isinstance(refusal, Several) else [refusal]
    if len(refusals) > 1:
        raise Several(refusals)
    if refusals:
        raise refusals[0]


def check_right(by, right):
    if not by.may(right):
        raise NotAllowed(
            _("%(name)s may not do this: it needs the right to %(right)s.") % {"name": by.name, "right": right.label}
        )


def clean_reason(reason):
    """Return the reason, trimmed; raises NoReason for none, ValidationError for one that cannot be kept."""
    reason = (reason or "").strip()
    # Of marks that nobody sees, a zero-width space for one, no reason is made.
    if not any(character.isprintable() and not character.isspace() for character in reason):
        raise NoReason(_("Give a reason. It is kept with the change for ever."), field="reason")
    try:
        return _reason_field.clean(reason, None)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from None
