"""The admin console: keep people and their roles, read every record. It writes only by operations."""

# Registers Django's own page of groups on the site that is replaced here, so that it never reaches the console.
import django.contrib.auth.admin  # noqa: F401
from django.contrib import admin

from . import people, records, roles
from ._console import console

# `admin.site` in the urls, in templates and in Django itself is the console from here on.
admin.site._wrapped = console

__all__ = ["console", "people", "records", "roles"]
