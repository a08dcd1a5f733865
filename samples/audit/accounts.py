"""What an account is, as its events tell and the verification asks: everything that gives a right."""

from hashlib import sha256

from .payload import canonical, moment_text


def account_text(user, at):
    """The account of `user` at the moment `at` as canonical JSON; of its tokens those that lived then.

    Of password and tokens there is a hash of the hash that is kept, which opens nothing and tells whether they
    are still the same ones.
    """
    return canonical(
        {
            "username": user.username,
            "name": user.name,
            "custodian_id": user.custodian_id,
            "is_active": user.is_active,
            "has_one_time_password": user.has_one_time_password,
            "password": _digest(user.password),
            "roles": sorted(group.name for group in user.groups.all()),
            "tokens": [_token(token) for token in user.tokens.live(at).order_by("pk")],
        }
    )


def _token(token):
    return {
        "name": token.name,
        "prefix": token.prefix,
        "expires_at": moment_text(token.expires_at),
        "digest": _digest(token.secret_hash),
    }


def _digest(hash):
    return sha256(hash.encode()).hexdigest()
