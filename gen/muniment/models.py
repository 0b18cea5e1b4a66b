"""What the native contract answers with, as frozen dataclasses. Generated from `proto/`: never edited.

Times are aware and in UTC, decimals exact, lists tuples; what is absent is `None`. An enum's value is the word that
REST has for it; `UNSPECIFIED` also stands for words that are newer than this module.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ErrorReason(StrEnum):
    """The reason of an error, in `google.rpc.ErrorInfo.reason` without its prefix (domain `muniment`) and in the
    `code` of an HTTP error. A reason is never renamed and never reused.
    """

    UNSPECIFIED = "UNSPECIFIED"
    """Not an error."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    """One or more fields of the request are not valid; `details` names each. Example: `size_kb` of -1."""

    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    """The body is not what the call takes. Example: JSON that ends in the middle."""

    INVALID_CURSOR = "INVALID_CURSOR"
    """A page cursor is not ours, or was made for other filters. Example: `cursor=abc`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    """The call carries no credential. Example: no `Authorization` header."""

    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    """The credential is unknown, expired or revoked, or two different ones were sent."""

    ORGANIZATION_REQUIRED = "ORGANIZATION_REQUIRED"
    """The call doesn't name an organization. Example: no `x-organization-id` header."""

    ORGANIZATION_FORBIDDEN = "ORGANIZATION_FORBIDDEN"
    """The organization doesn't exist, or the caller is no member of it."""

    PERMISSION_DENIED = "PERMISSION_DENIED"
    """The caller's role or API key lacks the permission. Example: an upload with a read-only key."""

    USER_MISMATCH = "USER_MISMATCH"
    """`x-user-id` names another user than the credential's own."""

    INTERNAL = "INTERNAL"
    """The service failed; the log has the cause under the same request id."""

    UNAVAILABLE = "UNAVAILABLE"
    """The database, the object store or a part of the service is away for the moment: try again."""

    RATE_LIMITED = "RATE_LIMITED"
    """More calls in a minute than the limit allows; `Retry-After` says when to come back. Example: the 61st call of
    one of Invaro's.
    """

    ROUTE_NOT_FOUND = "ROUTE_NOT_FOUND"
    """The path or method isn't part of the API. Example: `GET /v1/fils`."""

    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    """The path exists, for other HTTP methods; `Allow` lists them."""

    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    """The client accepts no format that the call answers in."""

    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    """The body's `Content-Type` isn't what the call takes."""

    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    """The body or the file is larger than the limit."""

    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    """The `Idempotency-Key` was used for another request."""

    RANGE_NOT_SATISFIABLE = "RANGE_NOT_SATISFIABLE"
    """The byte range lies outside the file."""

    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    """The call took longer than its deadline, or the caller went away."""

    PRECONDITION_FAILED = "PRECONDITION_FAILED"
    """The file isn't the one that `If-Match` or `If-Unmodified-Since` names."""

    FILE_NOT_FOUND = "FILE_NOT_FOUND"
    """No such file in the organization."""

    FILE_STATUS_CONFLICT = "FILE_STATUS_CONFLICT"
    """The file's status doesn't allow this. Example: marking an uploaded file as `error`."""

    FILE_NOT_UPLOADED = "FILE_NOT_UPLOADED"
    """The file isn't `uploaded`, which the call needs. Example: sending `PROCESS_DOCUMENT` for a pending file."""

    UPLOAD_MISSING = "UPLOAD_MISSING"
    """The upload was confirmed, yet the store has no bytes under its key."""

    UPLOAD_EMPTY = "UPLOAD_EMPTY"
    """The uploaded object is empty."""

    UPLOAD_SIZE_MISMATCH = "UPLOAD_SIZE_MISMATCH"
    """The uploaded object has another size than was declared."""

    UPLOAD_CHECKSUM_MISMATCH = "UPLOAD_CHECKSUM_MISMATCH"
    """The uploaded bytes have another SHA-256 than was declared."""

    UNKNOWN_EVENT_TYPE = "UNKNOWN_EVENT_TYPE"
    """The event type isn't one that can be sent; the message names the known ones."""

    FILE_HAS_NO_CONTENT = "FILE_HAS_NO_CONTENT"
    """The file's bytes are not available. Example: downloading a file that is still pending."""

    MULTIPART_UPLOAD_NOT_FOUND = "MULTIPART_UPLOAD_NOT_FOUND"
    """The upload in parts isn't one of the file's, or is over. Example: listing the parts of an upload that was
    completed.
    """

    FILE_GONE = "FILE_GONE"
    """The file was deleted for good: its bytes don't come back."""

    FOLDER_NOT_FOUND = "FOLDER_NOT_FOUND"
    """No such folder in the organization."""

    PROJECT_NOT_FOUND = "PROJECT_NOT_FOUND"
    """No such project in the organization."""

    FACILITY_NOT_FOUND = "FACILITY_NOT_FOUND"
    """No such facility in the organization."""

    SUPPLIER_NOT_FOUND = "SUPPLIER_NOT_FOUND"
    """No such supplier in the organization."""

    MEMBER_NOT_FOUND = "MEMBER_NOT_FOUND"
    """No such member in the organization."""

    API_KEY_NOT_FOUND = "API_KEY_NOT_FOUND"
    """No such API key in the organization."""

    ORGANIZATION_NOT_FOUND = "ORGANIZATION_NOT_FOUND"
    """No such organization among those of the caller."""

    ALREADY_EXISTS = "ALREADY_EXISTS"
    """Something with this name or address exists already. Example: two folders of one name in one place."""

    LAST_ADMIN = "LAST_ADMIN"
    """The organization would be left without an admin. Example: its only one leaves."""

    READING_NOT_FOUND = "READING_NOT_FOUND"
    """No such reading in the organization."""

    READING_LINKED = "READING_LINKED"
    """Records were made from the reading already, so it can't change."""

    READING_NOT_READY = "READING_NOT_READY"
    """The reading has no items to make records from, or was not successful."""

    MULTIPLE_FILES_NOT_SUPPORTED = "MULTIPLE_FILES_NOT_SUPPORTED"
    """`file_readings` has more than one entry."""

    CATEGORY_NOT_SUPPORTED = "CATEGORY_NOT_SUPPORTED"
    """The reading's category has no records. Example: a bank statement."""

    RECORDS_EXIST = "RECORDS_EXIST"
    """The records exist already; `details` has `invoice_ids` and `waste_ids`."""

    SUPPLIER_REQUIRED = "SUPPLIER_REQUIRED"
    """An electricity record for a facility in Spain needs a supplier, and neither document nor request names one."""

    ALLOCATION_EXCEEDED = "ALLOCATION_EXCEEDED"
    """The percentages of the allocation add up to more than 1."""

    INVOICE_NOT_FOUND = "INVOICE_NOT_FOUND"
    """No such invoice in the organization."""

    WASTE_NOT_FOUND = "WASTE_NOT_FOUND"
    """No such waste in the organization."""

    READING_SCHEMA_NOT_FOUND = "READING_SCHEMA_NOT_FOUND"
    """No schema is published for the category."""

    PAGE_NOT_FOUND = "PAGE_NOT_FOUND"
    """The document has no such page, or no pages that can be drawn; the message says which there are. Example: `3.png`
    of two.
    """

    ENCRYPTED_PDF = "ENCRYPTED_PDF"
    """The document is protected by a password."""

    CORRUPT_DOCUMENT = "CORRUPT_DOCUMENT"
    """The document can't be parsed."""

    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    """The document's type can't be read."""

    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE"
    """The document has more bytes, pages or pixels than the limit."""

    DOCUMENT_TOO_COMPLEX = "DOCUMENT_TOO_COMPLEX"
    """The document expands beyond the limit. Example: a zip bomb in a spreadsheet."""

    PROCESSING_TIMEOUT = "PROCESSING_TIMEOUT"
    """Reading the document took longer than the limit."""

    EMPTY_DOCUMENT = "EMPTY_DOCUMENT"
    """The document has no content to read."""

    READER_CRASHED = "READER_CRASHED"
    """The reader stopped while it had the document, and again when it was tried anew."""

    PROCESSING_FAILED = "PROCESSING_FAILED"
    """Processing failed for a reason on the service's side, after all its tries."""

    @classmethod
    def _missing_(cls, value: object) -> ErrorReason:
        return cls.UNSPECIFIED


class FileLinkRole(StrEnum):
    """What a file is to the thing that it is linked to."""

    UNSPECIFIED = "UNSPECIFIED"
    """Not said: DOCUMENT."""

    DOCUMENT = "DOCUMENT"
    """The document itself, such as the invoice that a record was made from."""

    ATTACHMENT = "ATTACHMENT"
    """Something that goes with it."""

    @classmethod
    def _missing_(cls, value: object) -> FileLinkRole:
        return cls.UNSPECIFIED


class FileStatus(StrEnum):
    """Where a file stands between the request to upload it and its deletion."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    PENDING = "pending"
    """The upload was prepared and isn't confirmed."""

    UPLOADED = "uploaded"
    """The bytes are in the store, and can't change any more."""

    ERROR = "error"
    """The client said that its upload failed."""

    DELETED = "deleted"
    """Deleted, and recoverable."""

    @classmethod
    def _missing_(cls, value: object) -> FileStatus:
        return cls.UNSPECIFIED


class FileType(StrEnum):
    """What a file is."""

    UNSPECIFIED = "UNSPECIFIED"
    """Not said."""

    FILE = "FILE"
    """A document as it was uploaded."""

    THUMBNAIL = "THUMBNAIL"
    """A small picture of the first page."""

    OPTIMIZED = "OPTIMIZED"
    """A smaller version for the screen."""

    @classmethod
    def _missing_(cls, value: object) -> FileType:
        return cls.UNSPECIFIED


class ProcessingStatus(StrEnum):
    """How far the pipeline came with a file."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    PENDING = "pending"
    """Waiting: for the confirmation of the upload, or for a worker."""

    PROCESSING = "processing"
    """A worker has the file."""

    COMPLETED = "completed"
    """All stages of the track are done."""

    FAILED = "failed"
    """A stage failed; `error` says why."""

    @classmethod
    def _missing_(cls, value: object) -> ProcessingStatus:
        return cls.UNSPECIFIED


class ProcessingTrack(StrEnum):
    """Which models the pipeline uses."""

    UNSPECIFIED = "UNSPECIFIED"
    """Not said: the default track."""

    DEFAULT = "DEFAULT"
    """All models, fine-tuned and general."""

    MANUAL = "MANUAL"
    """Thumbnails and text alone: no classification, no extraction."""

    FASTTRACK = "FASTTRACK"
    """The whole flow with the fine-tuned models alone."""

    @classmethod
    def _missing_(cls, value: object) -> ProcessingTrack:
        return cls.UNSPECIFIED


class UploadMethod(StrEnum):
    """How bytes are sent to the store."""

    UNSPECIFIED = "UNSPECIFIED"
    """Not said: PUT."""

    PUT = "PUT"
    """A PUT of the bare bytes."""

    POST = "POST"
    """A form POST, whose policy limits the size exactly."""

    @classmethod
    def _missing_(cls, value: object) -> UploadMethod:
        return cls.UNSPECIFIED


class MemberRole(StrEnum):
    """What a member may do."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    ADMIN = "admin"
    """Everything, members and API keys too."""

    EDITOR = "editor"
    """Everything but members and API keys of others."""

    VIEWER = "viewer"
    """Reading alone."""

    @classmethod
    def _missing_(cls, value: object) -> MemberRole:
        return cls.UNSPECIFIED


class Category(StrEnum):
    """A kind of document."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    ELECTRICITY = "electricity"
    """An electricity bill."""

    WATER = "water"
    """A water bill."""

    GAS = "gas"
    """A bill for piped gas."""

    FUEL_DELIVERY = "fuel_delivery"
    """Fuel that was delivered or tanked."""

    RECHARGES = "recharges"
    """Refrigerants and other recharges of equipment."""

    WASTES = "wastes"
    """Waste that was handed over."""

    INVOICE = "invoice"
    """Any other invoice."""

    RECEIPT = "receipt"
    """A till receipt."""

    BANK_STATEMENT = "bank_statement"
    """A statement of a bank account."""

    OTHER = "other"
    """A document of another kind."""

    UNKNOWN = "unknown"
    """The kind couldn't be told."""

    @classmethod
    def _missing_(cls, value: object) -> Category:
        return cls.UNSPECIFIED


class CheckOutcome(StrEnum):
    """What came of a check."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    PASS = "pass"
    """The rule holds."""

    FAIL = "fail"
    """The rule doesn't hold."""

    NOT_APPLICABLE = "not_applicable"
    """The document has not what the rule needs."""

    @classmethod
    def _missing_(cls, value: object) -> CheckOutcome:
        return cls.UNSPECIFIED


class ReadingEntryType(StrEnum):
    """What an entry is."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    FOLDER = "folder"
    """A folder."""

    FILE = "file"
    """A file."""

    @classmethod
    def _missing_(cls, value: object) -> ReadingEntryType:
        return cls.UNSPECIFIED


class ReadingStatus(StrEnum):
    """How a reading went."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    SUCCESS = "success"
    """The document was read."""

    ERROR = "error"
    """The document couldn't be read; `error` says why."""

    @classmethod
    def _missing_(cls, value: object) -> ReadingStatus:
        return cls.UNSPECIFIED


class InvoiceType(StrEnum):
    """What was invoiced."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    WATER = "water"
    """Water."""

    ELECTRICITY = "electricity"
    """Electricity."""

    COMBUSTION = "combustion"
    """Something that is burnt: gas or fuel."""

    RECHARGE = "recharge"
    """A recharge of equipment."""

    @classmethod
    def _missing_(cls, value: object) -> InvoiceType:
        return cls.UNSPECIFIED


class RecordStatus(StrEnum):
    """Whether a record counts."""

    UNSPECIFIED = "unspecified"
    """Not said."""

    ACTIVE = "active"
    """The record counts."""

    @classmethod
    def _missing_(cls, value: object) -> RecordStatus:
        return cls.UNSPECIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the organization's ordered log."""

    id: str
    """The identifier, a UUIDv7."""
    sequence: int
    """The place in the organization's log: later events have larger numbers. Numbers may be left out."""
    type: str
    """What happened. `CLASSIFY_DOCUMENT` and `PROCESS_DOCUMENT` have a document read; `reading.completed`,
    `reading.failed`, `reading.corrected`, `records.created`, `file.updated`, `file.deleted`, `file.recovered` and
    `file.expunged` tell what was done.
    """
    file_id: str | None = None
    """The file that it is about."""
    user_id: str | None = None
    """The user who caused it; absent when the service did."""
    payload: Mapping[str, Any]
    """What is said of it."""
    created_at: datetime.datetime
    """When it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadInfo:
    """What is said of a download before its bytes."""

    file_name: str
    """The whole original name."""
    mime_type: str
    """The media type that was declared."""
    size_bytes: int
    """The size of the whole file in bytes."""
    etag: str
    """The entity tag of the bytes, with its quotes."""
    offset: int
    """The offset of the first byte that follows."""
    length: int
    """How many bytes follow."""
    last_modified: datetime.datetime | None = None
    """When the bytes were confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A document of an organization: its bytes in the object store, and what is known of it."""

    id: str
    """The identifier, a UUIDv7."""
    number: int
    """The integer number of the file, unique over all organizations."""
    name: str
    """The stem of the original name: what precedes the last dot."""
    extension: str
    """What follows the last dot of the original name, in the case that it was given; empty when there is no dot."""
    file_name: str
    """The whole original name, as it was given."""
    mime_type: str
    """The media type that was declared. Example: `application/pdf`."""
    size_kb: int
    """The size in kilobytes of 1,024 bytes, rounded up; as declared until the upload is confirmed."""
    size_bytes: int | None = None
    """The size in bytes; absent until it is declared or confirmed."""
    status: FileStatus
    """Where the file stands between the request to upload it and its deletion."""
    url: str
    """The final address of the bytes in the object store. It isn't signed: use a download to read the bytes."""
    folder_id: str | None = None
    """The folder; absent for a file at the root."""
    project_ids: tuple[str, ...] = ()
    """The projects that the file is linked to, oldest link first."""
    tags: tuple[str, ...] = ()
    """Labels, `invoice::water` among them once the file is classified."""
    category: str | None = None
    """The kind of document; absent until it is classified. See `muniment.readings.v1.Category`."""
    checksum_sha256: str | None = None
    """The SHA-256 of the bytes in base64; absent until it is declared or computed."""
    page_count: int | None = None
    """The number of pages; absent until the file is inspected."""
    processing_status: ProcessingStatus
    """How far the pipeline came with the file."""
    processing_track: ProcessingTrack
    """Which models the pipeline uses."""
    channel: str | None = None
    """The integration that sent the file: the `x-partner` of the upload."""
    created_by: str | None = None
    """The user who created the file."""
    created_at: datetime.datetime
    """When the file was created."""
    updated_at: datetime.datetime
    """When the file last changed."""
    deleted_at: datetime.datetime | None = None
    """When the file was deleted; absent unless its status is `deleted`."""
    metadata: Mapping[str, Any]
    """Free values that the pipeline and integrations keep with the file."""
    linked: bool
    """Whether invoices or wastes were made from the file."""
    error: FileError | None = None
    """Why confirming or processing failed; absent when nothing failed."""
    external_file_id: str | None = None
    """The identifier of the file in the caller's own system."""
    source_file_id: str | None = None
    """The file that this one was derived from; absent for an original."""
    target_file_ids: tuple[str, ...] = ()
    """The files derived from this one, such as its thumbnail."""
    type: FileType
    """What the file is."""
    updated_by: str | None = None
    """The user who changed the file last; absent until one did."""
    is_active: bool
    """Whether lists show the file without being asked for inactive ones."""
    purpose: str | None = None
    """What the caller has the file for. Example: `extract`."""
    data_source_id: str | None = None
    """The source in the caller's own system that the file came from; absent for a file that was sent by hand."""
    last_modified_at: datetime.datetime | None = None
    """When the document last changed in the caller's own system."""
    expires_at: datetime.datetime | None = None
    """When the file is deleted for good; absent for a file that stays."""
    expunged_at: datetime.datetime | None = None
    """When the file was deleted for good: what is left is a tombstone, without bytes and without what was read from
    them.
    """
    processed_at: datetime.datetime | None = None
    """When the pipeline was done with the file; absent until then, and while it has the file again."""
    resource_info: Mapping[str, Any]
    """What the caller's own system says of the document."""
    permission_info: Mapping[str, Any]
    """Who may see the document in the caller's own system. Kept, and not acted upon."""
    links: tuple[FileLink, ...] = ()
    """What the file belongs to, oldest link first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileError:
    """Why something failed for a file."""

    code: str
    """An error reason without its prefix. Example: `UPLOAD_SIZE_MISMATCH`."""
    message: str
    """What is wrong, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """What a file belongs to."""

    type: str
    """The kind of thing. `invoice` and `waste` are the service's own records; others are free names of the caller's, 1
    to 64 letters, digits, `.`, `_`, `:` or `-`. Example: `journal_entry`.
    """
    id: str
    """The thing, as its owner identifies it, 1 to 255 characters."""
    role: FileLinkRole
    """What the file is to it; DOCUMENT when absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipartUpload:
    """The upload of one file in parts that go straight to the object store, each with a presigned URL of its own."""

    file_id: str
    """The pending file."""
    upload_id: str
    """The upload, as the object store names it. It belongs to the file."""
    part_size_bytes: int
    """How many bytes each part has but the last one, which has what is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresignedPart:
    """Where one part goes."""

    number: int
    """The part, from 1."""
    presigned_url: str
    """The presigned URL for a PUT of the part's bytes."""
    headers: Mapping[str, str]
    """The headers that the PUT must send."""
    expires_at: datetime.datetime | None = None
    """When the URL expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresignedUpload:
    """A prepared upload."""

    id: str
    """The file's identifier."""
    status: FileStatus
    """The file's status: `pending`."""
    url: str
    """The final address of the bytes, as kept with the file."""
    presigned_url: str
    """The presigned URL that the bytes go to."""
    expires_at: datetime.datetime | None = None
    """When the presigned URL expires."""
    headers: Mapping[str, str]
    """The headers that the PUT must send."""
    form_fields: Mapping[str, str]
    """For POST: the form's fields, to be sent before the part `file`; empty for PUT."""
    client_ref: str | None = None
    """The caller's word, as it was sent."""
    upload_method: UploadMethod
    """How the bytes are to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedPart:
    """A part that has arrived."""

    number: int
    """The part, from 1."""
    size_bytes: int
    """How many bytes it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key by which a program acts as a user in one organization. The key itself is shown once, when it is made."""

    id: str
    """The identifier, a UUIDv7."""
    name: str
    """What the key is for."""
    prefix: str
    """The first characters of the key, to recognise it by."""
    user_id: str
    """The user whose key it is."""
    scopes: tuple[str, ...] = ()
    """What the key may do, at most; what its user's role doesn't allow, it may not either."""
    expires_at: datetime.datetime | None = None
    """When the key ends; absent when it doesn't."""
    last_used_at: datetime.datetime | None = None
    """When the key was last used, to the minute or so; absent when never."""
    revoked_at: datetime.datetime | None = None
    """When the key was revoked; absent when it wasn't."""
    rotated_from_id: str | None = None
    """The key that this one replaces; absent when none."""
    created_at: datetime.datetime
    """When the key was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A place that consumes or produces: an office, a plant, a vehicle fleet."""

    id: str
    """The identifier, a UUIDv7."""
    name: str
    """The name."""
    country: str
    """The country, two capital letters of ISO 3166-1 alpha-2. A facility is in Spain when this is `ES`."""
    address: str | None = None
    """The postal address."""
    created_at: datetime.datetime
    """When the facility was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of files."""

    id: str
    """The identifier, a UUIDv7."""
    name: str
    """The name."""
    parent_id: str | None = None
    """The folder that it is in; absent at the root."""
    created_at: datetime.datetime
    """When the folder was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who calls, and for which organization."""

    user_id: str
    """The user."""
    user_number: int
    """The integer number of the user."""
    email: str
    """The user's email address."""
    name: str | None = None
    """What the organization calls the user."""
    organization_id: str
    """The organization that the call named."""
    organization_number: int
    """The integer number of the organization."""
    organization_name: str
    """The organization's name."""
    default_project_id: str
    """The organization's default project."""
    role: str
    """The user's role in the organization."""
    permissions: tuple[str, ...] = ()
    """The permissions of this call."""
    credential: str
    """How the caller proved who it is: `api_key` or `jwt`."""
    api_key_id: str | None = None
    """The API key that was used; absent for a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user who belongs to an organization."""

    user_id: str
    """The user."""
    user_number: int
    """The integer number of the user."""
    email: str
    """The user's email address."""
    name: str | None = None
    """What the organization calls the member; other organizations don't learn of it."""
    role: MemberRole
    """What the member may do."""
    created_at: datetime.datetime
    """When the user became a member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization: the owner of files and of all that is made from them."""

    id: str
    """The identifier, a UUIDv7."""
    number: int
    """The integer number of the organization, unique over all organizations."""
    name: str
    """The name."""
    default_project_id: str
    """The project of callers that don't name one."""
    created_at: datetime.datetime
    """When the organization was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that files and records can be linked to."""

    id: str
    """The identifier, a UUIDv7."""
    name: str
    """The name."""
    created_at: datetime.datetime
    """When the project was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A company that sends invoices."""

    id: str
    """The identifier, a UUIDv7."""
    name: str
    """The name."""
    tax_id: str | None = None
    """The tax identifier. Example: `A95758389`."""
    country: str | None = None
    """The country, two capital letters of ISO 3166-1 alpha-2."""
    created_at: datetime.datetime
    """When the supplier was created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box on a page, in points of 1/72 inch from the page's top left."""

    x0: float
    """The left edge."""
    y0: float
    """The top edge."""
    x1: float
    """The right edge."""
    y1: float
    """The bottom edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named rule, and what came of it for one item."""

    rule: str
    """The rule. Example: `cups_control_letters`."""
    version: str
    """The version of the rule."""
    outcome: CheckOutcome
    """What came of it."""
    item: int | None = None
    """The item, from 0; absent for a rule on the whole document."""
    fields: tuple[str, ...] = ()
    """The fields that were looked at."""
    message: str
    """What was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where one value of an item came from."""

    item: int
    """The item, from 0."""
    field: str
    """The item's field. For a row, its path. Example: `lines[0].total`."""
    page: int | None = None
    """The page, from 1; absent for a derived value."""
    box: Box | None = None
    """The box in points of 1/72 inch, from the page's top left; absent where there is no page to see."""
    raw_text: str
    """The text as it stands on the page."""
    producer: str
    """What read it. Example: `general-reader`."""
    producer_version: str
    """The version of what read it."""
    confidence: float
    """How sure it is, 0 to 1."""
    derived_from: tuple[str, ...] = ()
    """For a derived value, the fields that it was derived from."""
    alternatives: tuple[str, ...] = ()
    """Other readings of the same text, when it is ambiguous."""
    path: str
    """Where the value stands in a structured document or part, which has no page; empty for one that was read from a
    page. Example: `/Invoice/LegalMonetaryTotal/PayableAmount`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a file: a category and a list of items."""

    id: str
    """The identifier, a UUIDv7."""
    file_id: str
    """The file."""
    status: ReadingStatus
    """How the reading went."""
    category: Category
    """The kind of document: what a person said, else what the machine took it for."""
    category_confidence: float | None = None
    """How sure the classification is, 0 to 1; absent when nothing was classified, or when a person said the category."""
    content: ReadingContent
    """What counts: what a person wrote, else what the machine read."""
    machine_content: ReadingContent
    """What the machine read."""
    corrected: bool
    """Whether a person wrote over what the machine had read."""
    corrected_by: str | None = None
    """The user who did."""
    corrected_at: datetime.datetime | None = None
    """When."""
    supplier_id: str | None = None
    """The supplier that the document names, when the organization has it."""
    error: ReadingError | None = None
    """Why the reading failed; absent unless its status is `error`."""
    linked: bool
    """Whether records were made from the reading."""
    checks: tuple[Check, ...] = ()
    """The rules that were looked at, on `machine_content`."""
    created_at: datetime.datetime
    """When the reading was made."""
    updated_at: datetime.datetime
    """When the reading last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContent:
    """The content of a reading."""

    items: tuple[ReadingItem, ...] = ()
    """All items; their fields depend on the category. A document without any has an empty list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEntry:
    """A folder, or a file with its reading."""

    type: ReadingEntryType
    """`folder` or `file`."""
    id: str
    """The identifier of the folder or file."""
    name: str
    """The folder's name, or the file's whole original name."""
    tags: tuple[str, ...] = ()
    """The file's tags."""
    category: Category | None = None
    """The file's category; absent for a folder and until it is known."""
    reading: Reading | None = None
    """The file's reading; absent until there is one."""
    linked: bool
    """Whether records were made from the file."""
    folder_id: str | None = None
    """The folder that it is in; absent at the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingError:
    """Why a reading failed."""

    code: str
    """An error reason without its prefix. Example: `ENCRYPTED_PDF`."""
    message: str
    """What is wrong, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItem:
    """One thing that a document tells: a consumption, a delivery, an invoice. Which fields an item has depends on the
    category of its reading; what the document doesn't say is absent.
    """

    invoice_number: str | None = None
    """Number of the invoice, note or ticket as printed. Example: `WTR-2024-03`."""
    quantity: Decimal | None = None
    """What was consumed, delivered or handed over, in `unit`; negative on credit notes. Example: `32.1`."""
    unit: str | None = None
    """Unit of `quantity`. Example: `cubic_metre_(m3)`."""
    start_date: datetime.date | None = None
    """First day of the period, ISO 8601. Example: `2024-03-01`."""
    end_date: datetime.date | None = None
    """Last day of the period; not before `start_date`, ISO 8601. Example: `2024-03-31`."""
    issue_date: datetime.date | None = None
    """Date of the document, ISO 8601. Example: `2024-04-02`."""
    due_date: datetime.date | None = None
    """Day by which payment is due, ISO 8601. Example: `2024-04-17`."""
    supplier_name: str | None = None
    """Who issued the document. Example: `Aguas del Norte, S.A.`."""
    supplier_tax_id: str | None = None
    """Tax number of the issuer (NIF, VAT number …), without spaces. Example: `A58818501`."""
    customer_name: str | None = None
    """Who the document is addressed to. Example: `Talleres Ejemplo, S.L.`."""
    customer_tax_id: str | None = None
    """Tax number of the addressee. Example: `B64717838`."""
    contract_number: str | None = None
    """Contract, policy or customer account. Example: `900012345`."""
    supply_address: str | None = None
    """Address of the supply point. Example: `Calle Mayor 1, 08001 Barcelona`."""
    meter_number: str | None = None
    """Serial number of the meter. Example: `A12BC345678`."""
    cups: str | None = None
    """Spanish supply point code (CUPS), 20 or 22 characters. Example: `ES0021000000000001JN0F`."""
    tariff: str | None = None
    """Access tariff or price plan. Example: `2.0TD`."""
    contracted_power: Decimal | None = None
    """Contracted power in kW, when there is one for all periods. Example: `4.6`."""
    tariff_periods: tuple[ReadingItemTariffPeriod, ...] = ()
    """Consumption by tariff period."""
    previous_reading: Decimal | None = None
    """Meter reading at the start of the period. Example: `1204`."""
    current_reading: Decimal | None = None
    """Meter reading at the end of the period. Example: `1236`."""
    volume_m3: Decimal | None = None
    """Gas volume in cubic metres, when `quantity` is energy. Example: `102`."""
    conversion_factor: Decimal | None = None
    """Calorific value used, kWh per m³. Example: `11.63`."""
    product: str | None = None
    """Fuel, refrigerant or material. Example: `Gasóleo C`."""
    delivery_date: datetime.date | None = None
    """Day of the delivery or of the operation, ISO 8601. Example: `2024-03-11`."""
    unit_price: Decimal | None = None
    """Price of one unit, in `currency`. Example: `1.089`."""
    vehicle_plate: str | None = None
    """Registration of the vehicle. Example: `1234 BCD`."""
    equipment: str | None = None
    """Equipment that was recharged. Example: `Rooftop unit 2`."""
    currency: str | None = None
    """ISO 4217 code. Example: `EUR`."""
    net_amount: Decimal | None = None
    """Sum before taxes. Example: `100.00`."""
    tax_amount: Decimal | None = None
    """Sum of the taxes. Example: `21.00`."""
    total_amount: Decimal | None = None
    """Sum to pay, taxes included. Example: `121.00`."""
    taxes: tuple[ReadingItemTax, ...] = ()
    """Taxes by rate."""
    lines: tuple[ReadingItemLine, ...] = ()
    """Lines of the document."""
    payment_method: str | None = None
    """How it was or is to be paid. Example: `Direct debit`."""
    low_code: str | None = None
    """Code of the European list of waste (LER, EWC): six digits. Example: `200301`."""
    rd_code: str | None = None
    """Recovery or disposal operation. Example: `R3`."""
    identification_name: str | None = None
    """Name or number that identifies the waste or its document. Example: `DCS30280000012020`."""
    description: str | None = None
    """What it is, in words. Example: `Mixed municipal waste`."""
    destination: str | None = None
    """Plant that receives the waste. Example: `Planta de Tratamiento Sur`."""
    total_km_to_waste_center: Decimal | None = None
    """Distance to the plant, km. Example: `34.5`."""
    hazardous: bool | None = None
    """Whether the waste is hazardous. Example: `false`."""
    producer_name: str | None = None
    """Producer or holder of the waste. Example: `Talleres Ejemplo, S.L.`."""
    producer_tax_id: str | None = None
    """Tax number of the producer. Example: `B64717838`."""
    carrier_name: str | None = None
    """Carrier of the waste. Example: `Transportes Verdes, S.A.`."""
    carrier_tax_id: str | None = None
    """Tax number of the carrier. Example: `A28015865`."""
    iban: str | None = None
    """Account, without spaces. Example: `ES9121000418450200051332`."""
    bic: str | None = None
    """Bank identifier (ISO 9362). Example: `CAIXESBBXXX`."""
    account_number: str | None = None
    """Account as printed, when there is no IBAN. Example: `1234567-8`."""
    opening_balance: Decimal | None = None
    """Balance at the start of the period; what is owed, on a card too, is negative. Example: `1000.00`."""
    closing_balance: Decimal | None = None
    """Balance at the end of the period; what is owed, on a card too, is negative. Example: `954.90`."""
    transactions: tuple[ReadingItemTransaction, ...] = ()
    """Transactions in the order printed."""
    title: str | None = None
    """Title of the document. Example: `Lease contract`."""
    amount_due: Decimal | None = None
    """What is left to pay: the total without what was prepaid. Example: `71.00`."""
    allowance_amount: Decimal | None = None
    """Allowances on the whole document, before taxes. Example: `5.00`."""
    charge_amount: Decimal | None = None
    """Charges on the whole document, before taxes. Example: `3.50`."""
    withheld_amount: Decimal | None = None
    """Taxes that the buyer withholds. Example: `15.00`."""
    document_type: str | None = None
    """What the document is: `invoice`, `credit_note`, `debit_note`, `corrected_invoice`, `prepayment_invoice`,
    `partial_invoice`, `self_billed_invoice`. The amounts of a credit note have the sign that it gives them.
    Example: `invoice`.
    """
    intervals: tuple[ReadingItemInterval, ...] = ()
    """Consumption by interval, from load curves."""
    supply_point: str | None = None
    """Code of the supply point where it is not Spanish, without spaces: MPAN, MPRN, PRM, PCE, POD, PDR, EAN … Example:
    `14577889900112`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItemInterval:
    """An interval of a load curve."""

    start: str | None = None
    """Start of the interval: ISO 8601 with offset. Always there. Example: `2024-03-05T10:00:00+00:00`."""
    end: str | None = None
    """End of the interval, not part of it: ISO 8601 with offset. Example: `2024-03-05T11:00:00+00:00`."""
    quantity: Decimal | None = None
    """Consumption in the interval, in the item's unit. Example: `0.273`."""
    amount: Decimal | None = None
    """Cost of the interval, in the item's currency. Example: `0.08`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItemLine:
    """A line of a document."""

    description: str | None = None
    """What the line charges for. Example: `Printer paper A4`."""
    code: str | None = None
    """Article or service code. Example: `A-1032`."""
    quantity: Decimal | None = None
    """How many, in `unit_name`. Example: `3`."""
    unit_name: str | None = None
    """Unit as printed; free text. Example: `pcs`."""
    unit_price: Decimal | None = None
    """Price of one unit, in the item's currency. Example: `4.50`."""
    tax_rate: Decimal | None = None
    """Tax rate of the line in per cent. Example: `21`."""
    amount: Decimal | None = None
    """Amount of the line, in the item's currency. Example: `13.50`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItemTariffPeriod:
    """A tariff period of an electricity bill."""

    period: str | None = None
    """Name of the tariff period as printed. Always there. Example: `P1`."""
    quantity: Decimal | None = None
    """Consumption in this period, in the item's unit. Example: `120.5`."""
    contracted_power: Decimal | None = None
    """Contracted power in this period, kW. Example: `4.6`."""
    unit_price: Decimal | None = None
    """Price of one unit of energy, in the item's currency. Example: `0.142`."""
    amount: Decimal | None = None
    """Amount of this period, in the item's currency. Example: `17.11`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItemTax:
    """One rate of one tax."""

    name: str | None = None
    """Name of the tax as printed. Example: `IVA`."""
    rate: Decimal | None = None
    """Rate in per cent. Example: `21`."""
    base: Decimal | None = None
    """Amount that is taxed, in the item's currency. Example: `100.00`."""
    amount: Decimal | None = None
    """Tax, in the item's currency. Example: `21.00`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingItemTransaction:
    """A transaction of a bank statement."""

    date: datetime.date | None = None
    """Booking date, ISO 8601. Example: `2024-03-05`."""
    value_date: datetime.date | None = None
    """Value date, ISO 8601. Example: `2024-03-06`."""
    description: str | None = None
    """Text of the transaction. Example: `Transfer received`."""
    reference: str | None = None
    """Reference of the bank or of the payer. Example: `NOTPROVIDED`."""
    amount: Decimal | None = None
    """Amount: positive in, negative out. Always there. Example: `-45.10`."""
    balance: Decimal | None = None
    """Balance after the transaction. Example: `954.90`."""
    counterparty: str | None = None
    """Who paid or was paid. Example: `Talleres Ejemplo, S.L.`."""
    counterparty_account: str | None = None
    """Account of who paid or was paid. Example: `ES9121000418450200051332`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSchema:
    """A category that has a schema."""

    category: Category
    """The category."""
    schema: Mapping[str, Any]
    """The JSON Schema of one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One facility's part of one item of a reading, as an invoice."""

    id: str
    """The identifier, a UUIDv7."""
    type: InvoiceType
    """What was invoiced."""
    status: RecordStatus
    """Whether the record counts."""
    base_quantity: Decimal | None = None
    """The quantity of the whole item; absent when the item has none."""
    quantity: Decimal | None = None
    """The facility's quantity: `base_quantity` × `percentage`, exact."""
    unit: str | None = None
    """The unit. Example: `kilowatt_hour_(kwh)`."""
    start_date: datetime.date | None = None
    """The first day of the period, ISO 8601."""
    end_date: datetime.date | None = None
    """The last day of the period, ISO 8601."""
    invoice_id: str | None = None
    """The number on the paper."""
    facility_id: str
    """The facility."""
    percentage: Decimal
    """The facility's part, greater than 0 and at most 1."""
    supplier_id: str | None = None
    """The supplier."""
    cups: str | None = None
    """The code of the electricity or gas supply point (Spain: Código Unificado del Punto de Suministro)."""
    file_id: str
    """The file."""
    source_invoice_id: str | None = None
    """The first of the invoices that were made from the same item; absent on that first one itself."""
    uploaded_by: str | None = None
    """The user who made the record."""
    project_id: str | None = None
    """The project that the record is linked to."""
    file_reading_id: str
    """The reading."""
    item: int
    """The item of the reading, from 0."""
    created_at: datetime.datetime
    """When the record was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waste:
    """One facility's part of one item of a reading, as a waste."""

    id: str
    """The identifier, a UUIDv7."""
    identification_name: str | None = None
    """The number or name that identifies the waste document."""
    description: str | None = None
    """What the waste is."""
    destination: str | None = None
    """Where it went."""
    total_km_to_waste_center: Decimal | None = None
    """The way to the waste centre in kilometres."""
    base_quantity: Decimal | None = None
    """The quantity of the whole item; absent when the item has none."""
    quantity: Decimal | None = None
    """The facility's quantity: `base_quantity` × `percentage`, exact."""
    unit: str | None = None
    """The unit. Example: `kilogram_(kg)`."""
    start_date: datetime.date | None = None
    """The first day of the period, ISO 8601."""
    end_date: datetime.date | None = None
    """The last day of the period, ISO 8601."""
    low_code: str | None = None
    """The code of the European List of Waste (Spain: código LER), six digits."""
    rd_code: str | None = None
    """The recovery or disposal operation of Directive 2008/98/EC. Example: `R13`."""
    facility_id: str
    """The facility."""
    percentage: Decimal
    """The facility's part, greater than 0 and at most 1."""
    status: RecordStatus
    """Whether the record counts."""
    file_id: str
    """The file."""
    file_reading_id: str
    """The reading."""
    item: int
    """The item of the reading, from 0."""
    uploaded_by: str | None = None
    """The user who made the record."""
    project_id: str | None = None
    """The project that the record is linked to."""
    created_at: datetime.datetime
    """When the record was made."""


MODELS: Mapping[str, type[Any]] = {
    "muniment.errors.v1.ErrorReason": ErrorReason,
    "muniment.files.v1.FileLinkRole": FileLinkRole,
    "muniment.files.v1.FileStatus": FileStatus,
    "muniment.files.v1.FileType": FileType,
    "muniment.files.v1.ProcessingStatus": ProcessingStatus,
    "muniment.files.v1.ProcessingTrack": ProcessingTrack,
    "muniment.files.v1.UploadMethod": UploadMethod,
    "muniment.organizations.v1.MemberRole": MemberRole,
    "muniment.readings.v1.Category": Category,
    "muniment.readings.v1.CheckOutcome": CheckOutcome,
    "muniment.readings.v1.ReadingEntryType": ReadingEntryType,
    "muniment.readings.v1.ReadingStatus": ReadingStatus,
    "muniment.records.v1.InvoiceType": InvoiceType,
    "muniment.records.v1.RecordStatus": RecordStatus,
    "muniment.events.v1.Event": Event,
    "muniment.files.v1.DownloadInfo": DownloadInfo,
    "muniment.files.v1.File": File,
    "muniment.files.v1.FileError": FileError,
    "muniment.files.v1.FileLink": FileLink,
    "muniment.files.v1.MultipartUpload": MultipartUpload,
    "muniment.files.v1.PresignedPart": PresignedPart,
    "muniment.files.v1.PresignedUpload": PresignedUpload,
    "muniment.files.v1.UploadedPart": UploadedPart,
    "muniment.organizations.v1.ApiKey": ApiKey,
    "muniment.organizations.v1.Facility": Facility,
    "muniment.organizations.v1.Folder": Folder,
    "muniment.organizations.v1.Identity": Identity,
    "muniment.organizations.v1.Member": Member,
    "muniment.organizations.v1.Organization": Organization,
    "muniment.organizations.v1.Project": Project,
    "muniment.organizations.v1.Supplier": Supplier,
    "muniment.readings.v1.Box": Box,
    "muniment.readings.v1.Check": Check,
    "muniment.readings.v1.Evidence": Evidence,
    "muniment.readings.v1.Reading": Reading,
    "muniment.readings.v1.ReadingContent": ReadingContent,
    "muniment.readings.v1.ReadingEntry": ReadingEntry,
    "muniment.readings.v1.ReadingError": ReadingError,
    "muniment.readings.v1.ReadingItem": ReadingItem,
    "muniment.readings.v1.ReadingItemInterval": ReadingItemInterval,
    "muniment.readings.v1.ReadingItemLine": ReadingItemLine,
    "muniment.readings.v1.ReadingItemTariffPeriod": ReadingItemTariffPeriod,
    "muniment.readings.v1.ReadingItemTax": ReadingItemTax,
    "muniment.readings.v1.ReadingItemTransaction": ReadingItemTransaction,
    "muniment.readings.v1.ReadingSchema": ReadingSchema,
    "muniment.records.v1.Invoice": Invoice,
    "muniment.records.v1.Waste": Waste,
}
"""Each class by its name in the contract."""


SPARSE = frozenset(("ReadingItem", "ReadingItemInterval", "ReadingItemLine", "ReadingItemTariffPeriod", "ReadingItemTax", "ReadingItemTransaction", ))
"""The classes of which REST leaves out what is absent."""
