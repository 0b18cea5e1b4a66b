"""The one table from errors to gRPC statuses, and how a status is written (google.rpc.Status with details)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2, json_format, struct_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from service.domain import errors

DOMAIN = "muniment"
INTERNAL_MESSAGE = "The service failed. Its log has the cause under this request id."

_Code = grpc.StatusCode

CODES: Mapping[type[errors.DomainError], grpc.StatusCode] = {
    errors.InvalidRequestError: _Code.INVALID_ARGUMENT,
    errors.MalformedRequestError: _Code.INVALID_ARGUMENT,
    errors.InvalidCursorError: _Code.INVALID_ARGUMENT,
    errors.UnauthenticatedError: _Code.UNAUTHENTICATED,
    errors.InvalidCredentialsError: _Code.UNAUTHENTICATED,
    errors.OrganizationRequiredError: _Code.INVALID_ARGUMENT,
    errors.OrganizationForbiddenError: _Code.PERMISSION_DENIED,
    errors.PermissionDeniedError: _Code.PERMISSION_DENIED,
    errors.UserMismatchError: _Code.PERMISSION_DENIED,
    errors.UnavailableError: _Code.UNAVAILABLE,
    errors.RateLimitedError: _Code.RESOURCE_EXHAUSTED,
    # Not RESOURCE_EXHAUSTED, which clients try again: the same payload stays too large.
    errors.PayloadTooLargeError: _Code.INVALID_ARGUMENT,
    errors.IdempotencyKeyReusedError: _Code.FAILED_PRECONDITION,
    errors.RangeNotSatisfiableError: _Code.OUT_OF_RANGE,
    errors.FileNotFoundInOrganizationError: _Code.NOT_FOUND,
    errors.FileStatusConflictError: _Code.ABORTED,
    errors.FileNotUploadedError: _Code.ABORTED,
    errors.FileHasNoContentError: _Code.ABORTED,
    # Not NOT_FOUND: the tombstone is there. Trying again doesn't help.
    errors.FileGoneError: _Code.FAILED_PRECONDITION,
    errors.UploadMissingError: _Code.INVALID_ARGUMENT,
    errors.UploadEmptyError: _Code.INVALID_ARGUMENT,
    errors.UploadSizeMismatchError: _Code.INVALID_ARGUMENT,
    errors.UploadChecksumMismatchError: _Code.INVALID_ARGUMENT,
    errors.UnknownEventTypeError: _Code.INVALID_ARGUMENT,
    errors.MultipartUploadNotFoundError: _Code.NOT_FOUND,
    errors.FolderNotFoundError: _Code.NOT_FOUND,
    errors.ProjectNotFoundError: _Code.NOT_FOUND,
    errors.FacilityNotFoundError: _Code.NOT_FOUND,
    errors.SupplierNotFoundError: _Code.NOT_FOUND,
    errors.MemberNotFoundError: _Code.NOT_FOUND,
    errors.ApiKeyNotFoundError: _Code.NOT_FOUND,
    errors.OrganizationNotFoundError: _Code.NOT_FOUND,
    errors.AlreadyExistsError: _Code.ALREADY_EXISTS,
    errors.ReadingNotFoundError: _Code.NOT_FOUND,
    errors.ReadingLinkedError: _Code.ABORTED,
    errors.LastAdminError: _Code.ABORTED,
    errors.ReadingNotReadyError: _Code.ABORTED,
    errors.MultipleFilesNotSupportedError: _Code.INVALID_ARGUMENT,
    errors.CategoryNotSupportedError: _Code.INVALID_ARGUMENT,
    errors.RecordsExistError: _Code.ALREADY_EXISTS,
    errors.SupplierRequiredError: _Code.INVALID_ARGUMENT,
    errors.AllocationExceededError: _Code.INVALID_ARGUMENT,
    errors.InvoiceNotFoundError: _Code.NOT_FOUND,
    errors.WasteNotFoundError: _Code.NOT_FOUND,
    errors.ReadingSchemaNotFoundError: _Code.NOT_FOUND,
    errors.PageNotFoundError: _Code.NOT_FOUND,
    errors.EncryptedDocumentError: _Code.INVALID_ARGUMENT,
    errors.CorruptDocumentError: _Code.INVALID_ARGUMENT,
    errors.UnsupportedTypeError: _Code.INVALID_ARGUMENT,
    errors.DocumentTooLargeError: _Code.INVALID_ARGUMENT,
    errors.DocumentTooComplexError: _Code.INVALID_ARGUMENT,
    errors.EmptyDocumentError: _Code.INVALID_ARGUMENT,
}

CODE_OF_NUMBER: Mapping[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


def status_of(error: errors.DomainError) -> status_pb2.Status:
    """Write an error as a status with all its details."""
    code = next(CODES[cls] for cls in type(error).__mro__ if cls in CODES)
    status = make_status(code, error.reason, error.message)
    if isinstance(error, errors.InvalidRequestError):
        _add(status, _bad_request(error))
    if isinstance(error, errors.RateLimitedError):
        _add(status, error_details_pb2.RetryInfo(retry_delay=_duration(error.retry_after_seconds)))
    if error.details is not None:
        _add(status, struct_of(error.details))
    return status


def make_status(code: grpc.StatusCode, reason: str, message: str) -> status_pb2.Status:
    """Write a status with the one ErrorInfo that all of ours have."""
    status = status_pb2.Status(code=code.value[0], message=message)
    _add(status, error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN))
    return status


def reason_of(status: status_pb2.Status) -> str:
    """Read the reason of a status; empty when it has none."""
    info = error_details_pb2.ErrorInfo()
    return next((info.reason for packed in status.details if packed.Unpack(info)), "")


def within(status: status_pb2.Status, limit: int) -> status_pb2.Status:
    """Shorten a status that is larger than `limit` bytes: field violations from the end, then whole details.

    gRPC sends a status in the trailing headers, and clients refuse headers of more than 8 KiB by default.
    """
    if status.ByteSize() <= limit:
        return status
    short = status_pb2.Status(code=status.code, message=status.message[: limit // 4])
    for packed in status.details:
        bad_request = error_details_pb2.BadRequest()
        if packed.Unpack(bad_request):
            packed = any_pb2.Any()  # noqa: PLW2901  # the same detail, with fewer entries
            while bad_request.field_violations and bad_request.ByteSize() > limit // 2:
                del bad_request.field_violations[len(bad_request.field_violations) // 2 :]
            packed.Pack(bad_request)
        if short.ByteSize() + packed.ByteSize() <= limit:
            short.details.append(packed)
    return short


def struct_of(details: Mapping[str, object]) -> struct_pb2.Struct:
    """Write details as a Struct; identifiers and decimals become strings."""
    return json_format.ParseDict(_plain(details), struct_pb2.Struct())


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _bad_request(error: errors.InvalidRequestError) -> error_details_pb2.BadRequest:
    violation = error_details_pb2.BadRequest.FieldViolation
    return error_details_pb2.BadRequest(
        field_violations=[violation(field=v.field, description=v.message) for v in error.violations]
    )


def _duration(seconds: float) -> duration_pb2.Duration:
    whole = math.floor(seconds)
    return duration_pb2.Duration(seconds=whole, nanos=int((seconds - whole) * 1e9))


def _add(status: status_pb2.Status, detail: Message) -> None:
    status.details.add().Pack(detail)
