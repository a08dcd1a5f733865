"""Tokens: with one of them a script reads the files of the data page as the person who made it."""

import hashlib
import logging
import re
import secrets
from datetime import timedelta
from math import ceil

from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples.roles import Right

from ._acts import OutsideOperation, require_operation, waiting_at_most
from ._audited import RecordQuerySet
from ._fields import LineField

logger = logging.getLogger(__name__)

# The beginning and the fixed form let scanners for leaked secrets recognise one in a repository or a log.
_SECRET = re.compile(r"labinv_[0-9a-f]{64}", re.ASCII)
SHOWN = len("labinv_") + 8
NOTED_EVERY = timedelta(hours=1)
# For so many seconds of the clock requests are counted together.
COUNTED_SECONDS = 60
# As long as a reader waits on SQLite for others to finish writing, before it is read uncounted.
LONGEST_WAIT_MS = 1000


def _hash_of(secret):
    """Return what is kept of a token's text.

    A plain SHA-256, unsalted and fast, is enough: of 256 random bits there is nothing to guess, and no
    list of likely ones to try. A slow hash is for what people make up.
    """
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


class TokenQuerySet(RecordQuerySet):
    """Reads of tokens."""

    def live(self, at):
        """Tokens that are neither revoked nor expired at the moment `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at)

    def ended(self, at):
        """Tokens that are revoked or expired at the moment `at`."""
        return self.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=at))

    def in_reach_of(self, user):
        """Tokens this person may revoke: the own ones, an administrator everybody's."""
        return self if user.may(Right.ADMINISTER) else self.filter(user=user)

    def with_secret(self, text):
        """The token with this text, live or not; none where the text is not that of any token.

        The database compares hashes, and nobody can steer those: the time it takes tells nothing of a secret.
        """
        return self.filter(secret_hash=_hash_of(text)) if _SECRET.fullmatch(text) else self.none()


class Token(models.Model):
    """A secret that stands for a person on the addresses of exports, until it expires or is revoked.

    Not an audited record: of a secret only the hash is kept, and it never changes. Making and
    revoking one each leave an AccountEvent.
    """

    name = LineField(_("name"), max_length=60, help_text=_("What will use it, such as the notebook or the machine."))
    prefix = LineField(_("begins with"), max_length=SHOWN, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    # NULL while it was not revoked; an expired one is not revoked thereby.
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    # NULL where it was never used.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    user = models.ForeignKey("samples.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="tokens")

    objects = TokenQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        # That a live token's name is its person's only one stands in the operation: no constraint can ask the clock.
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], name="token_secret_is_unique"),
            models.CheckConstraint(
                name="token_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message=_("A token expires after it was made."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def expires_on(self):
        """The last day on which it works, in the laboratory."""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))

    def draw_secret(self):
        """Give a new token its secret, 256 random bits; returns its text, which is kept nowhere."""
        secret = f"labinv_{secrets.token_hex(32)}"
        self.prefix, self.secret_hash = secret[:SHOWN], _hash_of(secret)
        return secret

    def is_live(self, at):
        """Whether it is neither revoked nor expired at the moment `at`."""
        return self.revoked_at is None and at < self.expires_at

    def save(self, *, force_insert=False, force_update=False, using=None):
        require_operation("token")
        self.full_clean()
        super().save(force_insert=force_insert, force_update=force_update, using=using)

    def delete(self, *args, **kwargs):
        raise OutsideOperation("a token is revoked, never deleted: its person sees what it was for")

    def note_use(self, at):
        """Keep that it was used at the moment `at`, at most once an hour.

        No operation: nobody decides anything here, and a history of readings would bury that of changes. A
        file is not refused because this cannot be written, on SQLite during a very long import for one.
        """
        if self.last_used_at is not None and at - self.last_used_at < NOTED_EVERY:
            return
        self.last_used_at = at
        try:
            with waiting_at_most(LONGEST_WAIT_MS), transaction.atomic():
                super().save(update_fields=["last_used_at"])
        except DatabaseError:
            logger.warning("The use of the token %s was not noted.", self.prefix, exc_info=True)

    def count_request(self, at):
        """Count one more request in the minute of `at`; returns (how many there were in it, seconds to its end).

        Exact across processes, because it is one statement on one row. None for how many where the database
        does not take it in time: a limit that stops readers whenever the laboratory writes for long would
        punish the wrong ones.
        """
        number, past_seconds = divmod(at.timestamp(), COUNTED_SECONDS)
        try:
            with waiting_at_most(LONGEST_WAIT_MS):
                count = TokenMinute.objects.count_one(self, int(number))
        except DatabaseError:
            logger.warning("A request of the token %s was not counted.", self.prefix, exc_info=True)
            count = None
        return count, ceil(COUNTED_SECONDS - past_seconds)


class TokenMinuteManager(models.Manager):
    """The one statement that counts."""

    def count_one(self, token, number):
        """Count one more request of `token` in the minute `number`, and return how many there were in it.

        A process whose clock is a little behind counts into the minute that another one has begun.
        """
        table = connection.ops.quote_name(self.model._meta.db_table)
        is_same = f"{table}.number IN (%s, %s)"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (token_id, number, requests) VALUES (%s, %s, 1) "
                f"ON CONFLICT (token_id) DO UPDATE SET "
                f"requests = CASE WHEN {is_same} THEN {table}.requests + 1 ELSE 1 END, "
                f"number = CASE WHEN {is_same} THEN {table}.number ELSE EXCLUDED.number END "
                "RETURNING requests",
                [token.pk, number, number, number + 1, number, number + 1],
            )
            [(count,)] = cursor.fetchall()
        return count


class TokenMinute(models.Model):
    """How often a token asked in the newest minute in which it did; of earlier minutes nothing is kept.

    Not an audited record: it says nothing of the inventory, and is overwritten from minute to minute.
    """

    token = models.OneToOneField(Token, on_delete=models.PROTECT, primary_key=True, related_name="minute")
    # Minutes since 1970.
    number = models.BigIntegerField()
    requests = models.PositiveIntegerField()

    objects = TokenMinuteManager()

    class Meta:
        verbose_name = _("minute of a token")
        verbose_name_plural = _("minutes of tokens")

    def __str__(self):
        return f"{self.token_id}: {self.requests}"
