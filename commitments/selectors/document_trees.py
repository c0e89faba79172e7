"""How documents hang together: from the resolution down, and where one is used."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from commitments.models import (
    AgendaItem,
    Campaign,
    CommitmentReview,
    Contribution,
    Directive,
    FundingLine,
    GoodModel,
    Meeting,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.models.documents import DocumentType, PaperSystem
from commitments.selectors.documents import list_documents, status_of
from commitments.selectors.statuses import Status

DEEPEST = 5  # levels told apart by indenting


@dataclass(frozen=True, slots=True)
class Branch:
    """A document in its place in the tree; `level` from 0, at most DEEPEST."""

    document: OfficialDocument
    level: int
    status: Status | None
    also_based_on: list[OfficialDocument]


def tree_of(*, user: Any, campaign: Campaign) -> list[Branch]:
    """Standing documents of a campaign, each below the first it is based on.

    The campaign's resolution stands first, then resolutions, then the rest by day. A
    document appears once; what else it is based on is named beside it. Circles, should
    data ever hold one, are cut. Two queries, whatever the number.
    """
    rows = list_documents(user=user, ward=campaign.ward, campaign=campaign)
    documents = {row.pk: row for row in rows.filter(withdrawn_at=None)}
    bases: dict[int, list[int]] = {pk: [] for pk in documents}
    below: dict[int, list[int]] = {pk: [] for pk in documents}
    for follower, basis in _edges(campaign):
        if follower in documents and basis in documents:
            bases[follower].append(basis)
            below[basis].append(follower)

    def order(pk: int) -> tuple[Any, ...]:
        one = documents[pk]
        is_resolution = (one.doc_type, one.system) == (
            DocumentType.NGHI_QUYET,
            PaperSystem.PARTY,
        )
        return (
            pk != campaign.resolution_id,
            not is_resolution,
            one.issued_on is None,
            one.issued_on,
            pk,
        )

    parents = _parents(sorted(documents, key=order), bases, below, order)
    children: dict[int | None, list[int]] = {}
    for pk in sorted(documents, key=order):
        children.setdefault(parents[pk], []).append(pk)
    branches: list[Branch] = []
    stack = [(pk, 0) for pk in reversed(children.get(None, []))]
    while stack:
        pk, level = stack.pop()
        also = [documents[one] for one in bases[pk] if one != parents[pk]]
        branches.append(
            Branch(documents[pk], min(level, DEEPEST), status_of(documents[pk]), also)
        )
        stack.extend((one, level + 1) for one in reversed(children.get(pk, [])))
    return branches


def _parents(
    ordered: list[int],
    bases: dict[int, list[int]],
    below: dict[int, list[int]],
    order: Any,
) -> dict[int, int | None]:
    """The one document each hangs below: nearest to a root, roots in order."""
    parents: dict[int, int | None] = {}
    roots = [pk for pk in ordered if not bases[pk]]
    # What only a circle leads to has no root: the first of it becomes one.
    for root in [*roots, *ordered]:
        if root in parents:
            continue
        parents[root] = None
        front = deque([root])
        while front:
            here = front.popleft()
            for one in sorted(below[here], key=order):
                if one not in parents:
                    parents[one] = here
                    front.append(one)
    return parents


def _edges(campaign: Campaign) -> QuerySet[Any, tuple[int, int]]:
    """Which document of a campaign is based on which, as pairs of pks."""
    pairs = OfficialDocument.based_on.through.objects.filter(
        from_officialdocument__campaign=campaign
    )
    return pairs.order_by("pk").values_list(
        "from_officialdocument_id", "to_officialdocument_id"
    )


@dataclass(frozen=True, slots=True)
class Use:
    """A record that names a document: what it is, and the page it stands on."""

    what: str
    title: str
    url: str


# What names a document: relation, model, its words, the page of its kind.
_NAMED: tuple[tuple[str, Any, str, str, str], ...] = (
    ("committee", SteeringCommittee, "decision", "name", "committee-detail"),
    ("minutes", Meeting, "minutes", "title", "meeting-list"),
    ("agenda", AgendaItem, "document", "text_vi", "meeting-list"),
    ("contribution", Contribution, "document", "subject", "meeting-list"),
    ("outcome", Directive, "outcome_document", "text_vi", "directive-list"),
    ("funding", FundingLine, "document", "purpose", "funding-list"),
    ("model", GoodModel, "documents", "name", "model-list"),
    ("review", CommitmentReview, "proof", "commitment__unit__name", "pledge-board"),
)


def uses_of(*, user: Any, document: OfficialDocument) -> list[Use]:
    """Where the ward's records name a document; one query, and none for the campaign.

    The caller read the document through for_user, and its campaign with it.
    """
    campaign = document.campaign
    at = [campaign.ward.slug, campaign.year]
    slots = {
        "resolution": _("Resolution of the campaign"),
        "plan": _("Plan of the campaign"),
        "regulation": _("Working regulation of the campaign"),
    }
    uses = [
        Use(word, campaign.title, reverse("commitments:campaign-detail", args=at))
        for slot, word in slots.items()
        if getattr(campaign, f"{slot}_id") == document.pk
    ]
    words = {
        "committee": _("Establishes the committee"),
        "minutes": _("Minutes or conclusions of a meeting"),
        "agenda": _("On the agenda"),
        "contribution": _("Contributed to a meeting"),
        "outcome": _("Proof of a directive's outcome"),
        "funding": _("Ground of a funding line"),
        "model": _("Paper of a good model"),
        "review": _("Proof in the review of a commitment"),
    }
    pages = {code: page for code, _model, _field, _words, page in _NAMED}
    first, *others = [
        model.objects.for_user(user)
        .filter(**{field: document})
        .order_by()
        .values_list(
            Value(code, output_field=CharField()), Cast(title, TextField()), "pk"
        )
        for code, model, field, title, _page in _NAMED
    ]
    found = sorted(
        first.union(*others, all=True), key=lambda row: (list(pages).index(row[0]), row)
    )
    return uses + [
        Use(words[code], title, reverse(f"commitments:{pages[code]}", args=at))
        for code, title, _pk in found
    ]
