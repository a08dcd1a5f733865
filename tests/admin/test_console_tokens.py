"""Tokens in the console: everybody's, without their secrets; revoked by the laboratory's own form."""

from django.urls import reverse

from samples.models import Token
from samples.operations import tokens
from tests import factories
from tests.admin import consoles

LIST = consoles.url("token", "changelist")


def test_the_list_has_everybody_s_with_the_way_to_revoke_those_that_work(administrator, lab):
    live, _secret = factories.token(lab.technician, "Balance")
    gone, _secret = factories.token(lab.curator, "Gone")
    tokens.revoke(token=gone, by=lab.curator, reason="Laptop sold")

    text = administrator.get(LIST).text

    assert all(word in text for word in ("Balance", "Technician", live.prefix, "Notebook A", "Gone"))
    assert reverse("token_revoke", args=[live.pk]) in text
    assert reverse("token_revoke", args=[gone.pk]) not in text


def test_a_token_s_page_leads_to_its_revocation(administrator, lab):
    token = Token.objects.get()

    assert reverse("token_revoke", args=[token.pk]) in administrator.get(consoles.url("token", "change", token.pk)).text


def test_the_filter_parts_those_that_work_from_the_others(administrator, lab):
    gone, _secret = factories.token(lab.curator, "Gone")
    tokens.revoke(token=gone, by=lab.curator, reason="Laptop sold")

    assert list(administrator.get(f"{LIST}?state=ended").context["cl"].queryset) == [gone]
    assert gone not in administrator.get(f"{LIST}?state=live").context["cl"].queryset
    assert gone in administrator.get(f"{LIST}?state=nonsense", follow=True).context["cl"].queryset


def test_no_page_shows_secret_or_hash_or_finds_by_it(administrator, lab):
    token, secret = factories.token(lab.technician)
    pages = [LIST, consoles.url("token", "change", token.pk), consoles.url("user", "history", lab.technician.pk)]

    for page in pages:
        text = administrator.get(page).text
        assert secret not in text
        assert token.secret_hash not in text
    for question in (f"?q={token.secret_hash}", f"?q={secret}"):
        assert administrator.get(LIST + question).context["cl"].result_count == 0
    for question in (f"?secret_hash={token.secret_hash}", "?secret_hash__startswith=0"):
        assert administrator.get(LIST + question, follow=True).status_code in (200, 400)


def test_a_token_is_not_written_in_the_console(administrator, lab):
    token = Token.objects.get()
    before = list(Token.objects.values_list())

    for page in consoles.pages_of("token"):
        administrator.post(page, {"name": "Mine", "expires_at": "2099-01-01", "reason": "Trial", "post": "yes"})

    assert list(Token.objects.values_list()) == before
    assert administrator.get(consoles.url("token", "history", token.pk)).url == consoles.url(
        "user", "history", token.user_id
    )
