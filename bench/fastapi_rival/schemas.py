"""What goes over the wire."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Status = Literal["pending", "uploaded", "error", "deleted"]


def _without_separators(name: str) -> str:
    if any(character in "/\\\x7f" or character < " " for character in name):
        raise ValueError("must not contain path separators or control characters")
    return name


class UploadRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_without_separators)]
    extension: Annotated[str, Field(pattern=r"^\.?[A-Za-z0-9]{1,16}$")]
    mime_type: Annotated[str, Field(min_length=3, max_length=255)]
    size_kb: Annotated[int, Field(ge=0, le=5 * 1024 * 1024)]
    folder_id: UUID | None = None
    size_bytes: Annotated[int, Field(ge=1)] | None = None
    checksum_sha256: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")] | None = None
    external_file_id: str | None = None
    processing_track: Literal["DEFAULT", "MANUAL", "FASTTRACK"] = "DEFAULT"
    client_ref: str | None = None


class PresignedUpload(BaseModel):
    id: UUID
    status: Status
    url: str
    presigned_url: str
    expires_at: dt.datetime
    headers: dict[str, str]
    client_ref: str | None


class BatchUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    status: Literal["uploaded", "error"]
    project_id: UUID | None = None


class FileError(BaseModel):
    code: str
    message: str


class FileOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    name: str
    extension: str
    file_name: str
    mime_type: str
    size_kb: int
    size_bytes: int | None
    status: Status
    url: str
    folder_id: UUID | None
    project_ids: list[UUID]
    tags: list[str]
    category: str | None
    checksum_sha256: str | None
    page_count: int | None
    processing_status: Literal["pending", "processing", "completed", "failed"]
    processing_track: Literal["DEFAULT", "MANUAL", "FASTTRACK"]
    channel: str | None
    created_by: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None
    metadata: Annotated[dict[str, Any], Field(validation_alias="extra")]
    linked: bool
    error: FileError | None
    external_file_id: str | None
    source_file_id: UUID | None
    target_file_ids: list[UUID]
    type: Literal["FILE", "THUMBNAIL", "OPTIMIZED"]


class FilePage(BaseModel):
    items: list[FileOut]
    total: int
    page: int | None
    size: int
    pages: int
    next_cursor: str | None
