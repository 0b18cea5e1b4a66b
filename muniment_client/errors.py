"""What can go wrong with a call, as exceptions by what a caller can do about them.

Each carries the reason of the contract (`ErrorReason`), the same over gRPC and over REST, and says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from muniment.models import ErrorReason as Reason


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str
    """Its path. Example: `content.items[0].quantity`."""
    message: str
    """What is wrong, and what would be right."""


class MunimentError(Exception):
    """Base of all errors of this package. `str()` has the message and what to do next."""

    advice: ClassVar[str] = ""
    """What to do next."""

    def __init__(
        self,
        message: str,
        *,
        reason: str = Reason.UNSPECIFIED,
        fields: Sequence[FieldError] = (),
        details: Mapping[str, Any] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        """What is wrong."""
        self.reason = str(reason)
        """The reason of the contract without prefix, newer ones too. Example: `FILE_NOT_FOUND`."""
        self.fields = tuple(fields)
        """What is wrong with each field of the request."""
        self.details: Mapping[str, Any] = details or {}
        """Further values that the service gave."""
        self.request_id = request_id
        """The request's id, under which the service's log has the call."""
        self.retry_after = retry_after
        """After how many seconds another try makes sense, when the service said so."""
        self.code = code
        """The gRPC code that decides whether another try makes sense. Example: `UNAVAILABLE`."""

    def __str__(self) -> str:
        end = "" if self.message.endswith((".", "?")) else "."
        return f"{self.message}{end} {self.advice}".strip()


class ConfigurationError(MunimentError):
    """An address, organization or key is missing, or a profile can't be used. Nothing was sent."""


class ConnectionFailedError(MunimentError):
    """The service can't be reached."""

    advice = "Check the address and the network."


class UnavailableError(MunimentError):
    """The service, its database or its store is away for the moment; all tries were used up."""

    advice = "Try again in a moment."


class DeadlineExceededError(MunimentError):
    """The call took longer than its deadline. It may have been carried out."""

    advice = "Look whether it was carried out, or try again with a longer timeout."


class AuthenticationError(MunimentError):
    """The credential is missing, unknown, expired or revoked."""

    advice = "Check the API key, or make a new one."


class PermissionDeniedError(MunimentError):
    """The caller is no member of the organization, or may not do this."""

    advice = "Check the organization's id, or ask an administrator for the permission."


class NotFoundError(MunimentError):
    """There is no such thing in the organization."""

    advice = "Check the id, and that it belongs to this organization."


class ValidationError(MunimentError):
    """The request isn't valid; `fields` says what is wrong with which field."""

    advice = "Correct the request: the same one fails again."


class AlreadyExistsError(MunimentError):
    """Something like it exists already."""

    advice = "Use the one that is there, or choose another name."


class RecordsExistError(AlreadyExistsError):
    """Records were made from the reading already."""

    advice = "Use the records that are there."

    @property
    def invoice_ids(self) -> tuple[str, ...]:
        """The invoices that exist."""
        return tuple(self.details.get("invoice_ids", ()))

    @property
    def waste_ids(self) -> tuple[str, ...]:
        """The wastes that exist."""
        return tuple(self.details.get("waste_ids", ()))


class ConflictError(MunimentError):
    """The state of the thing doesn't allow this."""

    advice = "Look at its state first: get it again."


class GoneError(MunimentError):
    """The thing was there and is removed for good."""

    advice = "It can't be brought back."


class RateLimitedError(MunimentError):
    """More calls than the limit allows."""

    advice = "Call less often; `retry_after` says when the next call is allowed."


class UploadError(MunimentError):
    """The bytes that arrived aren't the ones that were announced, or are too many."""

    advice = "Send the file again."


class SourceError(MunimentError):
    """What is to be uploaded can't be read. Nothing was sent."""

    advice = "Check the path and its permissions."


class TargetError(MunimentError):
    """What was to be downloaded can't be written."""

    advice = "Make room for it, or name another place."


class DocumentError(MunimentError):
    """The document can't be read."""

    advice = "Open it to see whether it is whole, unprotected and of a type that can be read."


class InternalError(MunimentError):
    """The service failed."""

    advice = "Tell its operator the request id: the log has the cause."


_CLASSES: Mapping[type[MunimentError], tuple[Reason, ...]] = {
    ValidationError: (
        Reason.VALIDATION_ERROR,
        Reason.MALFORMED_REQUEST,
        Reason.INVALID_CURSOR,
        Reason.ORGANIZATION_REQUIRED,
        Reason.NOT_ACCEPTABLE,
        Reason.UNSUPPORTED_MEDIA_TYPE,
        Reason.IDEMPOTENCY_KEY_REUSED,
        Reason.RANGE_NOT_SATISFIABLE,
        Reason.UNKNOWN_EVENT_TYPE,
        Reason.MULTIPLE_FILES_NOT_SUPPORTED,
        Reason.CATEGORY_NOT_SUPPORTED,
        Reason.SUPPLIER_REQUIRED,
        Reason.ALLOCATION_EXCEEDED,
    ),
    AuthenticationError: (Reason.UNAUTHENTICATED, Reason.INVALID_CREDENTIALS),
    PermissionDeniedError: (Reason.ORGANIZATION_FORBIDDEN, Reason.PERMISSION_DENIED, Reason.USER_MISMATCH),
    InternalError: (Reason.INTERNAL, Reason.PROCESSING_FAILED),
    UnavailableError: (Reason.UNAVAILABLE,),
    RateLimitedError: (Reason.RATE_LIMITED,),
    DeadlineExceededError: (Reason.DEADLINE_EXCEEDED,),
    NotFoundError: (
        Reason.ROUTE_NOT_FOUND,
        Reason.METHOD_NOT_ALLOWED,
        Reason.FILE_NOT_FOUND,
        Reason.MULTIPART_UPLOAD_NOT_FOUND,
        Reason.FOLDER_NOT_FOUND,
        Reason.PROJECT_NOT_FOUND,
        Reason.FACILITY_NOT_FOUND,
        Reason.SUPPLIER_NOT_FOUND,
        Reason.MEMBER_NOT_FOUND,
        Reason.API_KEY_NOT_FOUND,
        Reason.ORGANIZATION_NOT_FOUND,
        Reason.READING_NOT_FOUND,
        Reason.PAGE_NOT_FOUND,
        Reason.INVOICE_NOT_FOUND,
        Reason.WASTE_NOT_FOUND,
        Reason.READING_SCHEMA_NOT_FOUND,
    ),
    AlreadyExistsError: (Reason.ALREADY_EXISTS,),
    RecordsExistError: (Reason.RECORDS_EXIST,),
    GoneError: (Reason.FILE_GONE,),
    ConflictError: (
        Reason.LAST_ADMIN,
        Reason.PRECONDITION_FAILED,
        Reason.FILE_STATUS_CONFLICT,
        Reason.FILE_NOT_UPLOADED,
        Reason.FILE_HAS_NO_CONTENT,
        Reason.READING_LINKED,
        Reason.READING_NOT_READY,
    ),
    UploadError: (
        Reason.UPLOAD_MISSING,
        Reason.UPLOAD_EMPTY,
        Reason.UPLOAD_SIZE_MISMATCH,
        Reason.UPLOAD_CHECKSUM_MISMATCH,
        Reason.PAYLOAD_TOO_LARGE,
    ),
    DocumentError: (
        Reason.ENCRYPTED_PDF,
        Reason.CORRUPT_DOCUMENT,
        Reason.UNSUPPORTED_TYPE,
        Reason.DOCUMENT_TOO_LARGE,
        Reason.DOCUMENT_TOO_COMPLEX,
        Reason.PROCESSING_TIMEOUT,
        Reason.EMPTY_DOCUMENT,
        Reason.READER_CRASHED,
    ),
}
CLASS_OF_REASON: Mapping[str, type[MunimentError]] = {
    reason.value: kind for kind, reasons in _CLASSES.items() for reason in reasons
}
"""The class of each reason of the contract."""

# For reasons that are newer than this package, and answers from something between it and the service.
CLASS_OF_STATUS: Mapping[int, type[MunimentError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: NotFoundError,
    406: ValidationError,
    409: ConflictError,
    410: GoneError,
    412: ConflictError,
    413: UploadError,
    415: ValidationError,
    416: ValidationError,
    422: ValidationError,
    429: RateLimitedError,
    499: DeadlineExceededError,
    501: NotFoundError,
    502: UnavailableError,
    503: UnavailableError,
    504: DeadlineExceededError,
}
"""The class of an HTTP status; gRPC codes map to statuses as in google/rpc/code.proto."""


def class_of(reason: str, status: int) -> type[MunimentError]:
    """The class of an error: by its reason, else by the HTTP status that it has or would have."""
    return CLASS_OF_REASON.get(reason) or CLASS_OF_STATUS.get(status, InternalError)
