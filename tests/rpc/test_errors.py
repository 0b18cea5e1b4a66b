"""The one table of errors is complete, and statuses carry what they should."""

from collections.abc import Iterator
from decimal import Decimal

import grpc
import pytest
from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2
from muniment.errors.v1 import error_reason_pb2

from service.domain import errors
from service.domain.ids import new_id
from service.rpc.errors import CODES, reason_of, status_of, within


def all_classes(base: type[errors.DomainError] = errors.DomainError) -> Iterator[type[errors.DomainError]]:
    for cls in base.__subclasses__():
        if cls.__module__.startswith("service."):
            yield cls
        yield from all_classes(cls)


CLASSES = sorted(all_classes(), key=lambda cls: cls.__name__)
REASONS = {name.removeprefix("ERROR_REASON_") for name, _ in error_reason_pb2.ErrorReason.items()}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_has_a_code_and_a_reason_of_the_contract(cls: type[errors.DomainError]) -> None:
    assert cls in CODES
    assert cls.reason in REASONS


def test_no_two_errors_share_a_reason() -> None:
    assert len({cls.reason for cls in CLASSES}) == len(CLASSES)
    assert set(CLASSES) == set(CODES)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.reason.endswith("_NOT_FOUND")])
def test_what_is_not_found_is_not_found(cls: type[errors.DomainError]) -> None:
    assert CODES[cls] is grpc.StatusCode.NOT_FOUND


def test_invalid_request_names_each_field() -> None:
    error = errors.InvalidRequestError([errors.Violation("uploads[2].size_kb", "must be at least 0")])
    status = status_of(error)
    bad = error_details_pb2.BadRequest()
    assert status.details[1].Unpack(bad)
    assert [(v.field, v.description) for v in bad.field_violations] == [("uploads[2].size_kb", "must be at least 0")]
    assert reason_of(status) == "VALIDATION_ERROR"


def test_rate_limit_says_when_to_come_back() -> None:
    status = status_of(errors.RateLimitedError("too many", retry_after_seconds=1.5))
    retry = error_details_pb2.RetryInfo()
    assert status.details[1].Unpack(retry)
    assert retry.retry_delay.ToMilliseconds() == 1500


def test_details_keep_identifiers_and_decimals_as_text() -> None:
    identifier = new_id()
    status = status_of(errors.RecordsExistError("there", details={"invoice_ids": [identifier], "sum": Decimal("1.10")}))
    struct = struct_pb2.Struct()
    assert status.details[1].Unpack(struct)
    assert MessageToDict(struct) == {"invoice_ids": [str(identifier)], "sum": "1.10"}


def test_large_status_is_shortened_to_what_headers_carry() -> None:
    many = [errors.Violation(f"uploads[{i}].size_kb", "must be at least 0") for i in range(1000)]
    status = status_of(errors.InvalidRequestError(many))
    assert status.ByteSize() > 20_000
    short = within(status, 4096)
    assert short.ByteSize() <= 4096
    assert reason_of(short) == "VALIDATION_ERROR"
    bad = error_details_pb2.BadRequest()
    assert short.details[1].Unpack(bad)
    assert bad.field_violations[0].field == "uploads[0].size_kb"
    assert len(bad.field_violations) > 10


def test_small_status_stays_whole() -> None:
    status = status_of(errors.FileNotFoundInOrganizationError("none"))
    assert within(status, 4096) is status
