"""Every way in which a call can fail for a reason that the caller should know.

One class for one situation; its `reason` is that of `muniment.errors.v1.ErrorReason`, without prefix. Messages say what
is wrong and what would be right, and never anything of another organization.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field."""

    field: str
    """The path in the request message. Example: `uploads[2].size_kb`."""
    message: str


class DomainError(Exception):
    """A failure that the caller is told of."""

    reason: ClassVar[str]

    def __init__(self, message: str, *, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidRequestError(DomainError):
    """One or more fields aren't valid."""

    reason = "VALIDATION_ERROR"

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(f"{v.field}: {v.message}" if v.field else v.message for v in violations[:3]))
        self.violations = tuple(violations)


class MalformedRequestError(DomainError):
    reason = "MALFORMED_REQUEST"


class InvalidCursorError(DomainError):
    reason = "INVALID_CURSOR"


class UnauthenticatedError(DomainError):
    reason = "UNAUTHENTICATED"


class InvalidCredentialsError(DomainError):
    reason = "INVALID_CREDENTIALS"


class OrganizationRequiredError(DomainError):
    reason = "ORGANIZATION_REQUIRED"


class OrganizationForbiddenError(DomainError):
    reason = "ORGANIZATION_FORBIDDEN"


class PermissionDeniedError(DomainError):
    reason = "PERMISSION_DENIED"


class UserMismatchError(DomainError):
    reason = "USER_MISMATCH"


class UnavailableError(DomainError):
    """A part of the service is away for the moment."""

    reason = "UNAVAILABLE"


class RateLimitedError(DomainError):
    reason = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class PayloadTooLargeError(DomainError):
    reason = "PAYLOAD_TOO_LARGE"


class IdempotencyKeyReusedError(DomainError):
    reason = "IDEMPOTENCY_KEY_REUSED"


class RangeNotSatisfiableError(DomainError):
    reason = "RANGE_NOT_SATISFIABLE"


class FileNotFoundInOrganizationError(DomainError):
    reason = "FILE_NOT_FOUND"


class FileStatusConflictError(DomainError):
    reason = "FILE_STATUS_CONFLICT"


class FileNotUploadedError(DomainError):
    reason = "FILE_NOT_UPLOADED"


class FileHasNoContentError(DomainError):
    reason = "FILE_HAS_NO_CONTENT"


class FileGoneError(DomainError):
    """The file was deleted for good."""

    reason = "FILE_GONE"


class UploadMissingError(DomainError):
    reason = "UPLOAD_MISSING"


class UploadEmptyError(DomainError):
    reason = "UPLOAD_EMPTY"


class UploadSizeMismatchError(DomainError):
    reason = "UPLOAD_SIZE_MISMATCH"


class UploadChecksumMismatchError(DomainError):
    reason = "UPLOAD_CHECKSUM_MISMATCH"


class UnknownEventTypeError(DomainError):
    reason = "UNKNOWN_EVENT_TYPE"


class MultipartUploadNotFoundError(DomainError):
    reason = "MULTIPART_UPLOAD_NOT_FOUND"


class FolderNotFoundError(DomainError):
    reason = "FOLDER_NOT_FOUND"


class ProjectNotFoundError(DomainError):
    reason = "PROJECT_NOT_FOUND"


class FacilityNotFoundError(DomainError):
    reason = "FACILITY_NOT_FOUND"


class SupplierNotFoundError(DomainError):
    reason = "SUPPLIER_NOT_FOUND"


class MemberNotFoundError(DomainError):
    reason = "MEMBER_NOT_FOUND"


class LastAdminError(DomainError):
    reason = "LAST_ADMIN"


class ApiKeyNotFoundError(DomainError):
    reason = "API_KEY_NOT_FOUND"


class OrganizationNotFoundError(DomainError):
    reason = "ORGANIZATION_NOT_FOUND"


class AlreadyExistsError(DomainError):
    reason = "ALREADY_EXISTS"


class ReadingNotFoundError(DomainError):
    reason = "READING_NOT_FOUND"


class ReadingLinkedError(DomainError):
    reason = "READING_LINKED"


class ReadingNotReadyError(DomainError):
    reason = "READING_NOT_READY"


class MultipleFilesNotSupportedError(DomainError):
    reason = "MULTIPLE_FILES_NOT_SUPPORTED"


class CategoryNotSupportedError(DomainError):
    reason = "CATEGORY_NOT_SUPPORTED"


class RecordsExistError(DomainError):
    reason = "RECORDS_EXIST"


class SupplierRequiredError(DomainError):
    reason = "SUPPLIER_REQUIRED"


class AllocationExceededError(DomainError):
    reason = "ALLOCATION_EXCEEDED"


class InvoiceNotFoundError(DomainError):
    reason = "INVOICE_NOT_FOUND"


class WasteNotFoundError(DomainError):
    reason = "WASTE_NOT_FOUND"


class ReadingSchemaNotFoundError(DomainError):
    reason = "READING_SCHEMA_NOT_FOUND"


class PageNotFoundError(DomainError):
    reason = "PAGE_NOT_FOUND"


class EncryptedDocumentError(DomainError):
    reason = "ENCRYPTED_PDF"


class CorruptDocumentError(DomainError):
    reason = "CORRUPT_DOCUMENT"


class UnsupportedTypeError(DomainError):
    reason = "UNSUPPORTED_TYPE"


class DocumentTooLargeError(DomainError):
    reason = "DOCUMENT_TOO_LARGE"


class DocumentTooComplexError(DomainError):
    reason = "DOCUMENT_TOO_COMPLEX"


class EmptyDocumentError(DomainError):
    reason = "EMPTY_DOCUMENT"
