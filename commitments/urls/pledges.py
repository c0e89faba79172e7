"""Addresses of pledges, below w/<ward>/<year>/commitments/."""

from django.urls import include, path

from commitments.views import (
    pledge_ceremonies,
    pledge_reviews,
    pledge_texts,
    pledges,
)

text = [
    path("", pledge_texts.pledge_text, name="pledge-text"),
    path("edit/", pledge_texts.pledge_text_edit, name="pledge-text-edit"),
    path("edition/", pledge_texts.pledge_edition, name="pledge-edition"),
]

unit = [
    path("", pledges.pledge_unit, name="pledge-unit"),
    path("sign/", pledges.pledge_sign, name="pledge-sign"),
    path("renew/", pledges.pledge_renew, name="pledge-renew"),
    path("scan/", pledges.pledge_scan, name="pledge-scan"),
    path("withdraw/", pledges.pledge_withdraw, name="pledge-withdraw"),
    path("review/", pledge_reviews.pledge_review, name="pledge-review"),
]

urlpatterns = [
    path("", pledges.pledge_board, name="pledge-board"),
    path("remind/", pledges.pledge_remind, name="pledge-remind"),
    path("text/", include(text)),
    path("ceremony/", pledge_ceremonies.pledge_ceremony, name="pledge-ceremony"),
    path("ceremony/<int:pk>/live/", pledge_ceremonies.pledge_live, name="pledge-live"),
    path("<int:unit>/", include(unit)),
]
