from django.shortcuts import render
from django.urls import reverse

from samples.forms.search import BalanceSearch
from samples.forms.weighings import BalanceAmendForm, BalanceRegisterForm
from samples.models import Balance
from samples.operations import balances

from .pages import amend_page, find, history_tab, list_page, register_page


def balance_list(request):
    search = BalanceSearch(request.GET, request.user)
    csv_url = reverse("export_balances")
    return list_page(request, "samples/balance_list.html", search, Balance.objects.all(), csv_url=csv_url)


def balance_register(request):
    form = BalanceRegisterForm(request.POST or None)
    return register_page(
        request, "samples/balance_register.html", form, balances.register, back=reverse("balance_list")
    )


def balance_history(request, pk):
    balance = find(Balance.objects, pk)
    return render(request, "samples/balance_history.html", {"balance": balance} | history_tab(request, balance))


def balance_amend(request, pk):
    balance = find(Balance.objects, pk)
    return amend_page(request, "samples/balance_amend.html", BalanceAmendForm, balance, balances.amend)
