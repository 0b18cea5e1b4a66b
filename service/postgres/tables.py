"""The tables, as SQLAlchemy Core sees them. Migrations make them; a test keeps the two alike.

Every table of an organization has `organization_id` and row-level security, forced: see the first migration.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True)


def _number() -> Column[object]:
    return Column("number", BigInteger, Identity(always=True), nullable=False, unique=True)


def _organization() -> Column[object]:
    return Column("organization_id", Uuid, ForeignKey("organizations.id"), nullable=False)


def _moment(name: str, *, nullable: bool = False, comment: str | None = None) -> Column[object]:
    default = None if nullable else func.now()
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default, comment=comment)


organizations = Table(
    "organizations",
    metadata,
    _id(),
    _number(),
    Column("name", Text, nullable=False),
    Column("default_project_id", Uuid, nullable=False),
    _moment("created_at"),
)

users = Table(
    "users",
    metadata,
    _id(),
    _number(),
    Column("email", Text, nullable=False, unique=True),
    Column("subject", Text, unique=True, comment="The `sub` of tokens, when it isn't the id."),
    _moment("created_at"),
)

members = Table(
    "members",
    metadata,
    _organization(),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("name", Text, comment="What this organization calls the user; others don't learn of it."),
    Column("role", Text, nullable=False),
    _moment("created_at"),
    PrimaryKeyConstraint("organization_id", "user_id"),
    Index("members_user_id_idx", "user_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _organization(),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("secret_sha256", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    _moment("expires_at", nullable=True),
    _moment("last_used_at", nullable=True),
    _moment("revoked_at", nullable=True),
    Column("rotated_from_id", Uuid),
    _moment("created_at"),
    Index("api_keys_organization_id_id_idx", "organization_id", text("id DESC")),
)

folders = Table(
    "folders",
    metadata,
    _id(),
    _organization(),
    Column("parent_id", Uuid),
    Column("name", Text, nullable=False),
    Column("search_name", Text, nullable=False),
    _moment("created_at"),
    UniqueConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id", "parent_id"], ["folders.organization_id", "folders.id"]),
    Index(
        "folders_name_key",
        "organization_id",
        text("coalesce(parent_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        "name",
        unique=True,
    ),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    _organization(),
    Column("name", Text, nullable=False),
    Column("search_name", Text, nullable=False),
    _moment("created_at"),
    UniqueConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "name"),
)

facilities = Table(
    "facilities",
    metadata,
    _id(),
    _organization(),
    Column("name", Text, nullable=False),
    Column("search_name", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("address", Text),
    _moment("created_at"),
    UniqueConstraint("organization_id", "id"),
)

suppliers = Table(
    "suppliers",
    metadata,
    _id(),
    _organization(),
    Column("name", Text, nullable=False),
    Column("search_name", Text, nullable=False),
    Column("tax_id", Text),
    Column("country", Text),
    _moment("created_at"),
    UniqueConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "tax_id"),
)

files = Table(
    "files",
    metadata,
    _id(),
    _number(),
    _organization(),
    Column("folder_id", Uuid),
    Column("file_name", Text, nullable=False),
    Column("search_name", Text, nullable=False, comment="The name, NFC and case-folded."),
    Column("mime_type", Text, nullable=False),
    Column("size_kb", BigInteger, nullable=False),
    Column("size_bytes", BigInteger),
    Column("status", Text, nullable=False),
    Column("status_before_deletion", Text),
    Column("type", Text, nullable=False, server_default="FILE"),
    Column("source_file_id", Uuid),
    Column("object_key", Text, nullable=False, comment="The immutable key of the confirmed bytes."),
    Column("object_key_taken", Boolean, nullable=False, server_default=text("false")),
    Column("incoming_key", Text, comment="Where a presigned upload puts its bytes."),
    Column("etag", Text),
    Column("checksum_sha256", LargeBinary),
    Column("page_count", Integer),
    Column("category", Text),
    Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("linked", Boolean, nullable=False, server_default=text("false")),
    Column("processing_status", Text, nullable=False, server_default="pending"),
    Column("processing_track", Text, nullable=False, server_default="DEFAULT"),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("channel", Text),
    Column("external_file_id", Text),
    Column("metadata", JSONB, nullable=False, server_default=text("'{}'")),
    Column("created_by", Uuid),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("confirmed_at", nullable=True),
    _moment("deleted_at", nullable=True),
    Column("updated_by", Uuid, comment="The user who changed the file last; null until one did."),
    Column("api_key_id", Uuid, comment="The API key that made the file."),
    Column(
        "repeated",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Made by a call that repeats one whose answer was lost.",
    ),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("purpose", Text),
    Column("data_source_id", Text),
    _moment("last_modified_at", nullable=True, comment="When the document last changed in the caller's own system."),
    Column("resource_info", JSONB),
    Column("permission_info", JSONB),
    Column(
        "confirm_on_arrival",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="The upload is confirmed as soon as its bytes are there.",
    ),
    _moment("processed_at", nullable=True, comment="When the pipeline was done with the file; null while it isn't."),
    _moment("expires_at", nullable=True),
    _moment("expunged_at", nullable=True, comment="When the file was deleted for good: the row is a tombstone."),
    _moment("bytes_erased_at", nullable=True, comment="When the store had none of a tombstone's bytes any more."),
    UniqueConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id", "folder_id"], ["folders.organization_id", "folders.id"]),
    ForeignKeyConstraint(["organization_id", "source_file_id"], ["files.organization_id", "files.id"]),
    Index(
        "files_listing_idx",
        "organization_id",
        text("id DESC"),
        postgresql_where=text("type = 'FILE' AND status <> 'deleted'"),
    ),
    Index("files_status_idx", "organization_id", "status", text("id DESC"), postgresql_where=text("type = 'FILE'")),
    Index(
        "files_folder_idx",
        "organization_id",
        "folder_id",
        "status",
        text("id DESC"),
        postgresql_where=text("type = 'FILE'"),
    ),
    Index(
        "files_category_idx",
        "organization_id",
        "category",
        text("id DESC"),
        postgresql_where=text("type = 'FILE' AND category IS NOT NULL"),
    ),
    Index("files_source_idx", "source_file_id", postgresql_where=text("source_file_id IS NOT NULL")),
    Index(
        "files_name_idx",
        "organization_id",
        text("CAST(file_name AS name)"),
        "id",
        postgresql_where=text("type = 'FILE' AND status <> 'deleted'"),
    ),
    Index(
        "files_checksum_idx",
        "organization_id",
        "checksum_sha256",
        postgresql_where=text("type = 'FILE' AND checksum_sha256 IS NOT NULL"),
    ),
    Index(
        "files_external_idx",
        "organization_id",
        text("md5(external_file_id)"),
        text("id DESC"),
        postgresql_where=text("external_file_id IS NOT NULL"),
    ),
    Index(
        "files_purpose_idx",
        "organization_id",
        "purpose",
        text("id DESC"),
        postgresql_where=text("type = 'FILE' AND purpose IS NOT NULL"),
    ),
    Index(
        "files_expiry_idx",
        "expires_at",
        postgresql_where=text("expires_at IS NOT NULL AND expunged_at IS NULL"),
    ),
    Index(
        "files_unerased_idx",
        "organization_id",
        postgresql_where=text("expunged_at IS NOT NULL AND bytes_erased_at IS NULL"),
    ),
    Index(
        "files_arriving_idx",
        "organization_id",
        postgresql_where=text("confirm_on_arrival AND status = 'pending'"),
    ),
)

file_projects = Table(
    "file_projects",
    metadata,
    _organization(),
    Column("file_id", Uuid, nullable=False),
    Column("project_id", Uuid, nullable=False),
    _moment("created_at"),
    PrimaryKeyConstraint("file_id", "project_id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
    ForeignKeyConstraint(["organization_id", "project_id"], ["projects.organization_id", "projects.id"]),
    Index("file_projects_project_idx", "organization_id", "project_id", text("file_id DESC")),
)

file_links = Table(
    "file_links",
    metadata,
    _organization(),
    Column("file_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("id", Text, nullable=False, comment="Whatever the type's owner calls it."),
    Column("role", Text, nullable=False),
    _moment("created_at"),
    PrimaryKeyConstraint("file_id", "type", "id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
    Index("file_links_target_idx", "organization_id", "type", "id", text("file_id DESC")),
)

file_counts = Table(
    "file_counts",
    metadata,
    _organization(),
    Column("status", Text, nullable=False, comment="After `inactive ` for files that aren't active."),
    Column("slot", SmallInteger, nullable=False, comment="Spreads concurrent writers over rows; the sum is the count."),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "status", "slot"),
)

event_heads = Table(
    "event_heads",
    metadata,
    Column("organization_id", Uuid, ForeignKey("organizations.id"), primary_key=True),
    Column("last_sequence", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    _organization(),
    Column("sequence", BigInteger, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("file_id", Uuid),
    Column("user_id", Uuid),
    Column("payload", JSONB, nullable=False),
    Column("confirmation", Boolean, nullable=False, server_default=text("false")),
    _moment("created_at"),
    PrimaryKeyConstraint("organization_id", "sequence"),
    Index("events_file_idx", "organization_id", "file_id", "sequence"),
    # The database itself sees to it that a confirmed file is classified once.
    Index("events_confirmation_key", "organization_id", "file_id", unique=True, postgresql_where=text("confirmation")),
)

readings = Table(
    "readings",
    metadata,
    _id(),
    _organization(),
    Column("file_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("category_confidence", Double),
    Column("machine_items", JSONB, nullable=False, server_default=text("'[]'")),
    Column("person_items", JSONB, comment="What a person wrote; null until one did."),
    Column("evidence", JSONB, nullable=False, server_default=text("'[]'")),
    Column("checks", JSONB, nullable=False, server_default=text("'[]'")),
    Column("corrected_by", Uuid),
    _moment("corrected_at", nullable=True),
    Column("error_code", Text),
    Column("error_message", Text),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("organization_id", "file_id"),
    UniqueConstraint("organization_id", "id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
)

lessons = Table(
    "lessons",
    metadata,
    _organization(),
    Column(
        "supplier",
        Text,
        nullable=False,
        comment="Who issued the corrected document: `tax:` and the tax number, or `name:` and the name.",
    ),
    Column("file_id", Uuid, nullable=False),
    Column("category", Text, nullable=False),
    _moment("corrected_at"),
    Column("lesson", JSONB, comment="Where the right values stood; null until the document was looked at again."),
    PrimaryKeyConstraint("organization_id", "supplier", "file_id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
    Index("lessons_file_idx", "organization_id", "file_id"),
)

seen_bills = Table(
    "seen_bills",
    metadata,
    _organization(),
    Column("bill", Text, nullable=False, comment="Supplier, number and year of a bill that was read from the file."),
    Column("file_id", Uuid, nullable=False),
    PrimaryKeyConstraint("organization_id", "bill", "file_id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
    Index("seen_bills_file_idx", "organization_id", "file_id"),
)

processing_runs = Table(
    "processing_runs",
    metadata,
    _organization(),
    Column("file_id", Uuid, nullable=False),
    Column("stage", Text, nullable=False, comment="The last stage that is done."),
    Column("checkpoint", JSONB, nullable=False, comment="What the done stages found."),
    _moment("updated_at"),
    PrimaryKeyConstraint("file_id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["files.organization_id", "files.id"]),
)


def _record_columns() -> list[Column[object]]:
    return [
        _id(),
        _organization(),
        Column("reading_id", Uuid, nullable=False),
        Column("file_id", Uuid, nullable=False),
        Column("item", Integer, nullable=False),
        Column("facility_id", Uuid, nullable=False),
        Column("percentage", Numeric, nullable=False),
        Column("base_quantity", Numeric),
        Column("quantity", Numeric),
        Column("unit", Text),
        Column("start_date", Date),
        Column("end_date", Date),
        Column("status", Text, nullable=False, server_default="active"),
        Column("project_id", Uuid),
        Column("uploaded_by", Uuid),
        _moment("created_at"),
    ]


def _record_constraints() -> list[UniqueConstraint | ForeignKeyConstraint]:
    return [
        UniqueConstraint("reading_id", "item", "facility_id"),
        ForeignKeyConstraint(["organization_id", "reading_id"], ["readings.organization_id", "readings.id"]),
        ForeignKeyConstraint(["organization_id", "facility_id"], ["facilities.organization_id", "facilities.id"]),
        ForeignKeyConstraint(["organization_id", "project_id"], ["projects.organization_id", "projects.id"]),
    ]


invoices = Table(
    "invoices",
    metadata,
    *_record_columns(),
    Column("type", Text, nullable=False),
    Column("invoice_number", Text),
    Column("supplier_id", Uuid),
    Column("cups", Text),
    Column("source_invoice_id", Uuid),
    *_record_constraints(),
    ForeignKeyConstraint(["organization_id", "supplier_id"], ["suppliers.organization_id", "suppliers.id"]),
    Index("invoices_listing_idx", "organization_id", text("id DESC")),
    Index("invoices_file_idx", "organization_id", "file_id"),
)

wastes = Table(
    "wastes",
    metadata,
    *_record_columns(),
    Column("identification_name", Text),
    Column("description", Text),
    Column("destination", Text),
    Column("total_km_to_waste_center", Numeric),
    Column("low_code", Text),
    Column("rd_code", Text),
    *_record_constraints(),
    Index("wastes_listing_idx", "organization_id", text("id DESC")),
    Index("wastes_file_idx", "organization_id", "file_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _organization(),
    Column("user_id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("fingerprint", LargeBinary, comment="The SHA-256 of the request; null until it is known."),
    Column("answer", LargeBinary, comment="The first answer; null while the first call runs."),
    Column("failed", Boolean, nullable=False, server_default=text("false")),
    _moment("leased_until"),
    _moment("created_at"),
    PrimaryKeyConstraint("organization_id", "user_id", "key"),
    Index("idempotency_keys_created_at_idx", "organization_id", "created_at"),
)

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("subject", Uuid, nullable=False, comment="An API key or a user."),
    Column("call_group", Text, nullable=False),
    _moment("started_at", comment="When the current minute of this caller began."),
    Column("used", BigInteger, nullable=False),
    PrimaryKeyConstraint("subject", "call_group"),
    prefixes=["UNLOGGED"],
)

ORGANIZATION_TABLES = tuple(t for t in metadata.sorted_tables if "organization_id" in t.columns)
