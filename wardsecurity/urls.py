"""All addresses of the site."""

from allauth.account import views as account
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from wardsecurity.health import healthz, readyz

# allauth's own list also holds sign-up, e-mail and reset pages; none of them is open
# here, so only what is used is mounted.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include(accounts)),
    path("language/", login_not_required(set_language), name="set_language"),
    path("files/", include("wardsecurity.files.urls")),
    path("jobs/", include("wardsecurity.jobs.urls")),
    path("q/", include("wardsecurity.papers.urls")),
    path("admin/", admin.site.urls),
    path("", include("commitments.urls")),
    path("", include("criteria.urls")),
]
