"""Broken rules are said with the path of the field and what would be right."""

from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.dialects.llamacloud.v1 import file_service_pb2 as llamacloud
from muniment.files.v1 import file_service_pb2 as files
from muniment.organizations.v1 import (
    api_key_service_pb2,
    facility_service_pb2,
    member_pb2,
    member_service_pb2,
    project_service_pb2,
    supplier_service_pb2,
)
from muniment.readings.v1 import reading_service_pb2 as readings

from service.domain.errors import InvalidRequestError
from service.domain.ids import new_id
from service.rpc.interceptors.validation import ValidationInterceptor

ADMIN = member_pb2.MEMBER_ROLE_ADMIN
ID = str(new_id())
VALIDATION = ValidationInterceptor()


def said(message: Any) -> dict[str, str]:
    with pytest.raises(InvalidRequestError) as caught:
        VALIDATION.check(message)
    return {violation.field: violation.message for violation in caught.value.violations}


def test_absent_fields_are_required() -> None:
    assert said(project_service_pb2.CreateProjectRequest()) == {"name": "is required"}
    assert said(project_service_pb2.GetProjectRequest()) == {"project_id": "is required"}
    assert said(member_service_pb2.CreateMemberRequest(role=ADMIN)) == {"email": "is required"}
    assert said(facility_service_pb2.CreateFacilityRequest(name="x")) == {"country": "is required"}
    request = readings.CreateRecordsRequest(file_readings=[{"id": ID}], facilities=[{"id": ID}])
    assert said(request) == {"facilities[0].percentage": "is required"}
    assert said(readings.UpdateReadingRequest(file_reading_id=ID)) == {"content": "is required"}


def test_optional_fields_that_are_sent_empty_are_told_what_they_must_be() -> None:
    assert "must be a UUID" in said(files.ListFilesRequest(folder_id=""))["folder_id"]
    supplier = supplier_service_pb2.CreateSupplierRequest(name="x", tax_id="")
    assert said(supplier) == {"tax_id": "must have at least 1 character"}


def test_empty_lists_are_told_how_many_entries_they_need() -> None:
    request = readings.CreateRecordsRequest(file_readings=[{"id": ID}])
    assert said(request) == {"facilities": "must have at least 1 entry, and has 0"}


def test_values_are_described() -> None:
    assert "UUID" in said(project_service_pb2.GetProjectRequest(project_id="7"))["project_id"]
    assert said(project_service_pb2.ListProjectsRequest(page=0)) == {"page": "must be at least 1"}
    long = project_service_pb2.CreateProjectRequest(name="x" * 256)
    assert said(long) == {"name": "must have at most 255 characters"}
    assert "email address" in said(member_service_pb2.CreateMemberRequest(email="x", role=ADMIN))["email"]
    key = api_key_service_pb2.CreateApiKeyRequest(name="x", expires_at=Timestamp(seconds=1))
    assert said(key) == {"expires_at": "must lie in the future"}
    overlap = api_key_service_pb2.RotateApiKeyRequest(api_key_id=ID, overlap_seconds=2592001)
    assert said(overlap) == {"overlap_seconds": "must be from 0 to 2,592,000"}
    waits = files.UploadFilesRequest(options=files.UploadFilesOptions(classify_seconds=31))
    assert said(waits) == {"options.classify_seconds": "must be from 0 to 30"}
    purpose = llamacloud.UploadFileRequest(options=llamacloud.UploadFileOptions(purpose="none"))
    assert said(purpose)["options.purpose"].startswith("must be one of user_data, parse, extract")


@pytest.mark.parametrize("role", [0, 9])
def test_enums_name_their_values_as_json_has_them(role: int) -> None:
    request = member_service_pb2.CreateMemberRequest(email="a@b.example")
    request.role = role  # type: ignore[assignment]
    assert said(request) == {"role": "must be one of admin, editor, viewer"}


@pytest.mark.parametrize("status", [0, 1, 4])
def test_enums_name_only_the_values_that_the_call_takes(status: int) -> None:
    request = files.BatchUpdateFilesRequest(file_ids=[ID])
    request.status = status  # type: ignore[assignment]
    assert said(request) == {"status": "must be one of uploaded, error"}


def test_rules_of_our_own_keep_their_words() -> None:
    request = facility_service_pb2.CreateFacilityRequest(name="x", country="es")
    assert said(request) == {"country": "must be two capital letters of ISO 3166-1 alpha-2, such as ES"}


def test_paths_count_entries_from_0() -> None:
    good = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    request = files.CreatePresignedUploadsRequest(uploads=[good, good, {**good, "size_kb": -1, "extension": "?"}])
    assert said(request) == {
        "uploads[2].size_kb": "must be at least 0",
        "uploads[2].extension": "must be 1 to 16 letters or digits, such as pdf",
    }


def test_lists_say_how_many_they_have() -> None:
    request = api_key_service_pb2.CreateApiKeyRequest(name="x", scopes=["files:read"] * 33)
    assert said(request) == {"scopes": "must have at most 32 entries, and has 33"}


def test_valid_request_passes() -> None:
    VALIDATION.check(project_service_pb2.CreateProjectRequest(name="x"))
