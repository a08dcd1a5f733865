"""Tokens: with one of them a script reads the files of the data page as the person who made it."""

import hashlib
import logging
import re
import secrets
from datetime import timedelta

from django.db import DatabaseError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samples.roles import Right

from ._acts import OutsideOperation, require_operation
from ._audited import RecordQuerySet
from ._fields import LineField

logger = logging.getLogger(__name__)

# The beginning and the fixed form let scanners for leaked secrets recognise one in a repository or a log.
_SECRET = re.compile(r"labinv_[0-9a-f]{64}", re.ASCII)
SHOWN = len("labinv_") + 8
NOTED_EVERY = timedelta(hours=1)


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
            with transaction.atomic():
                super().save(update_fields=["last_used_at"])
        except DatabaseError:
            logger.warning("The use of the token %s was not noted.", self.prefix, exc_info=True)
