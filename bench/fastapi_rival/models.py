"""Tables."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column
from sqlalchemy.types import Uuid


class Base(DeclarativeBase):
    """Strings are text, datetimes have a zone, integers are 64 bits."""

    type_annotation_map = {  # noqa: RUF012  # the form that SQLAlchemy reads
        str: Text,
        int: BigInteger,
        dt.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
    }


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    key_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class Membership(Base):
    __tablename__ = "memberships"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(primary_key=True)


class FileProject(Base):
    __tablename__ = "file_projects"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


_derived = table(
    "files", column("id", Uuid()), column("source_file_id", Uuid()), column("created_at", DateTime(timezone=True))
).alias("derived")


class File(Base):
    __tablename__ = "files"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    extension: Mapped[str]
    file_name: Mapped[str]
    mime_type: Mapped[str]
    size_kb: Mapped[int]
    size_bytes: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    object_key: Mapped[str]
    url: Mapped[str]
    folder_id: Mapped[UUID | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    category: Mapped[str | None]
    checksum_sha256: Mapped[str | None]
    page_count: Mapped[int | None]
    processing_status: Mapped[str] = mapped_column(server_default="pending")
    processing_track: Mapped[str] = mapped_column(server_default="DEFAULT")
    channel: Mapped[str | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[dt.datetime | None]
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    linked: Mapped[bool] = mapped_column(server_default=text("false"))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    external_file_id: Mapped[str | None]
    source_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"))
    type: Mapped[str] = mapped_column(server_default="FILE")

    # Part of the one query for a file or a page of them.
    project_ids: Mapped[list[UUID]] = column_property(
        select(
            func.coalesce(
                func.array_agg(aggregate_order_by(FileProject.project_id, FileProject.created_at)),
                text("'{}'::uuid[]"),
                type_=ARRAY(Uuid()),
            )
        )
        .where(FileProject.file_id == id)  # noqa: A003  # the column, not the builtin
        .correlate_except(FileProject)
        .scalar_subquery()
    )
    target_file_ids: Mapped[list[UUID]] = column_property(
        select(
            func.coalesce(
                func.array_agg(aggregate_order_by(_derived.c.id, _derived.c.created_at)),
                text("'{}'::uuid[]"),
                type_=ARRAY(Uuid()),
            )
        )
        .where(_derived.c.source_file_id == id)  # noqa: A003  # the column, not the builtin
        .correlate_except(_derived)
        .scalar_subquery()
    )

    __table_args__ = (
        # The list and its total: what is listed, in the order that it is listed in.
        Index(
            "files_listed",
            "organization_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("source_file_id IS NULL AND status <> 'deleted'"),
        ),
        Index("files_folder", "organization_id", "folder_id", text("created_at DESC")),
        Index("files_source", "source_file_id", postgresql_where=text("source_file_id IS NOT NULL")),
    )


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    organization_id: Mapped[UUID]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"))
    event_type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("events_log", "organization_id", "id"),)
