"""The code on a recognition sheet, made when somebody prints it with one."""

from typing import Any

from criteria.models import Evaluation
from criteria.selectors.recognition_sheet import decision_page
from wardsecurity.papers.models import PaperToken
from wardsecurity.papers.services import Page, tokens_for


def make_sheet_code(*, actor: Any, evaluation: Evaluation) -> PaperToken:
    """Give the sheet its code, which leads to the page of the decision.

    Also in a closed year, unlike the forms of the commitment: a sheet is printed when
    the year is decided, and nothing of the year changes by it.
    """
    campaign = evaluation.campaign
    title = f"Phiếu kết quả thẩm định năm {campaign.year} - {campaign.ward}"
    pages = [Page(decision_page(evaluation), title)]
    (token,) = tokens_for(actor=actor, row=campaign, pages=pages)
    return token
