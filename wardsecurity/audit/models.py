"""Tables of the trail: chains, entries, and the erasable free text beside them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardsecurity.scoping import WardScopedQuerySet


class ChainQuerySet(WardScopedQuerySet):
    """Chains by the unit they belong to."""

    unit_path = "unit"


class TrailChain(models.Model):
    """The head of one chain: a unit's, or the one named "system"."""

    unit = models.OneToOneField(
        "wards.AdministrativeUnit",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    name = models.CharField(_("name"), max_length=40, blank=True)
    seq = models.PositiveBigIntegerField(_("last entry"), default=0)
    hash = models.CharField(_("last hash"), max_length=64, blank=True)

    objects = ChainQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail chain")
        verbose_name_plural = _("trail chains")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=~models.Q(name=""),
                name="audit_chain_one_per_name",
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) ^ models.Q(name=""),
                name="audit_chain_of_a_unit_or_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.unit)


class EntryQuerySet(WardScopedQuerySet):
    """Entries by the unit of their chain."""

    unit_path = "chain__unit"


class TrailEntry(models.Model):
    """One thing done. Never changed, never deleted.

    `payload` is canonical JSON (sorted keys, NFC, UTC microseconds) and is what `hash`
    covers, together with the hash before; the other columns repeat it for searching.
    """

    chain = models.ForeignKey(
        TrailChain,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("trail chain"),
    )
    seq = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=60)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor = models.CharField(_("account name"), max_length=150)
    post = models.CharField(_("position"), max_length=200, blank=True)
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.BigIntegerField(_("record"))
    target = models.CharField(_("record's name"), max_length=300)
    payload = models.TextField(_("content"))
    prev_hash = models.CharField(_("hash before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail entries")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "seq"], name="audit_entry_one_per_place"
            )
        ]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_entry_target")
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.seq} {self.action}"


class TrailText(models.Model):
    """Free text of an entry, outside the hash: erasing it does not break the chain.

    The payload keeps SHA-256(salt + text), so a text still here can be proven.
    """

    entry = models.ForeignKey(TrailEntry, models.PROTECT, related_name="texts")
    field = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    text = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("trail text")
        verbose_name_plural = _("trail texts")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"], name="audit_text_one_per_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"
