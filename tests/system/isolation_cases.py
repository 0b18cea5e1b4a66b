"""What organization B asks of organization A's things: at least one case for every RPC of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ITEM = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
UPLOADED, ERROR, DELETED = 2, 3, 4


@dataclass(frozen=True)
class Theirs:
    """Stands for something of A, and in the other request for something that doesn't exist."""

    kind: str


@dataclass(frozen=True)
class Mine:
    """Stands for something of B."""

    kind: str


def fill(template: Any, theirs: Mapping[str, str], mine: Mapping[str, str]) -> Any:
    match template:
        case Theirs(kind):
            return theirs[kind]
        case Mine(kind):
            return mine[kind]
        case dict():
            return {name: fill(value, theirs, mine) for name, value in template.items()}
        case list():
            return [fill(value, theirs, mine) for value in template]
    return template


def asks_for_theirs(template: Any) -> bool:
    if isinstance(template, dict):
        return any(map(asks_for_theirs, template.values()))
    if isinstance(template, list):
        return any(map(asks_for_theirs, template))
    return isinstance(template, Theirs)


def _each(field: str, *kinds: str, **more: Any) -> list[dict[str, Any]]:
    return [{field: Theirs(kind), **more} for kind in kinds]


_LLAMACLOUD = "muniment.dialects.llamacloud.v1.FileService"
_SNAPBOOKS = "muniment.dialects.snapbooks.v1.FileService"
_INVARO = "muniment.dialects.invaro.v1.FileService"
_FILES = ("file", "pending", "deleted", "thumbnail")
_SHARE = {"id": Mine("facility"), "percentage": {"value": "1"}}
_PARTS: dict[str, Any] = {"upload_id": "u", "parts": [{"number": 1, "checksum_sha256": "A" * 43 + "="}]}
_PLACES: list[dict[str, Any]] = [{"name": Theirs("name")}, {"name": Theirs("name"), "size": 1}, {}]

CASES: Mapping[str, list[dict[str, Any]]] = {
    "muniment.files.v1.FileService.CreatePresignedUploads": [
        {"uploads": [ITEM | {"folder_id": Theirs("folder")}]},
        {"uploads": [ITEM, ITEM | {"folder_id": Theirs("folder")}]},
    ],
    "muniment.files.v1.FileService.BatchUpdateFiles": [
        *[{"file_ids": [Theirs(kind)], "status": status} for kind in _FILES for status in (UPLOADED, ERROR)],
        {"file_ids": [Mine("pending"), Theirs("file")], "status": ERROR},
        {"file_ids": [Mine("pending")], "status": ERROR, "project_id": Theirs("project")},
        {"file_ids": [Mine("pending")], "status": UPLOADED, "project_id": Theirs("project")},
    ],
    "muniment.files.v1.FileService.UploadFiles": [
        {"options": {"folder_id": Theirs("folder")}},
        {"options": {"project_id": Theirs("project")}},
    ],
    "muniment.files.v1.FileService.ListFiles": [
        {},
        *_each("folder_id", "folder"),
        *_each("project_id", "project"),
        *_each("name", "name"),
        {"status": DELETED},
        {"category": "water"},
        {"tag": "invoice::water"},
        {"file_ids": [Theirs("file")]},
        {"file_ids": [Theirs("file"), Mine("file")]},
        {"file_name": Theirs("name")},
        {"external_file_id": Theirs("name")},
        {"data_source_id": Theirs("name")},
        {"link_type": "invoice", "link_id": Theirs("invoice")},
        {"link_type": "waste"},
        {"type": 2},
        {"is_active": False},
        {"order_by": "name desc"},
    ],
    "muniment.files.v1.FileService.GetFile": _each("file_id", *_FILES),
    "muniment.files.v1.FileService.UpdateFile": _each(
        "file_id", *_FILES, is_active=False, external_file_id="x", data_source_id="y"
    ),
    "muniment.files.v1.FileService.PutFileLinks": _each("file_id", *_FILES, links=[{"type": "entry", "id": "1"}]),
    "muniment.files.v1.FileService.DeleteFileLink": _each("file_id", *_FILES, link_type="entry", link_id="1"),
    "muniment.files.v1.FileService.ExpungeFile": _each("file_id", *_FILES),
    "muniment.files.v1.FileService.DownloadFile": [
        *_each("file_id", *_FILES),
        *_each("file_id", "file", info_only=True),
        *_each("file_id", "file", read_offset=1),
    ],
    "muniment.files.v1.FileService.GetDownloadUrl": _each("file_id", *_FILES),
    "muniment.files.v1.FileService.DeleteFile": _each("file_id", *_FILES),
    "muniment.files.v1.FileService.RecoverFile": _each("file_id", *_FILES),
    "muniment.files.v1.FileService.SendEvent": [
        {"event_type": event, "detail": {"file_id": Theirs(kind)}}
        for kind in _FILES
        for event in ("PROCESS_DOCUMENT", "CLASSIFY_DOCUMENT")
    ],
    "muniment.files.v1.MultipartUploadService.CreateMultipartUpload": [
        {"file_name": "a.pdf", "mime_type": "application/pdf", "folder_id": Theirs("folder"), "external_file_id": "x"}
    ],
    "muniment.files.v1.MultipartUploadService.CreatePresignedParts": _each("file_id", *_FILES, **_PARTS),
    "muniment.files.v1.MultipartUploadService.ListUploadedParts": _each("file_id", *_FILES, upload_id="u"),
    "muniment.files.v1.MultipartUploadService.CompleteMultipartUpload": [
        *_each("file_id", *_FILES, **_PARTS),
        {"file_id": Mine("pending"), "project_id": Theirs("project"), **_PARTS},
    ],
    "muniment.files.v1.MultipartUploadService.AbortMultipartUpload": _each("file_id", *_FILES, upload_id="u"),
    "muniment.readings.v1.ReadingService.ListReadings": [
        {},
        {"file_id": [Theirs("file")]},
        {"file_id": [Mine("file"), Theirs("file"), Theirs("thumbnail")]},
        *_each("folder_id", "folder"),
        *_each("project_id", "project"),
        *_each("name", "name"),
        {"linked": True},
        {"category": [2]},
    ],
    "muniment.readings.v1.ReadingService.GetReading": _each("file_reading_id", "reading"),
    "muniment.readings.v1.ReadingService.GetReadingEvidence": _each("file_reading_id", "reading"),
    "muniment.readings.v1.ReadingService.DownloadPage": [
        *_each("file_reading_id", "reading", page="1.png", evidence=True),
        *_each("file_id", *_FILES, page="1.png"),
    ],
    "muniment.readings.v1.ReadingService.UpdateReading": [
        *_each("file_reading_id", "reading", content={"items": [{"invoice_number": "1"}]}),
        *_each("file_reading_id", "reading", content={"items": [{"title": "not of water"}]}),
    ],
    "muniment.readings.v1.ReadingService.CreateRecords": [
        {"file_readings": [{"id": Theirs("reading")}], "facilities": [_SHARE]},
        {"file_readings": [{"id": Mine("reading")}], "facilities": [_SHARE | {"id": Theirs("facility")}]},
        {"file_readings": [{"id": Mine("reading")}], "facilities": [_SHARE], "project_id": Theirs("project")},
        {"file_readings": [{"id": Mine("reading")}], "facilities": [_SHARE], "supplier_id": Theirs("supplier")},
    ],
    "muniment.readings.v1.ReadingService.GetReadingSchema": [{"category": "water"}],
    "muniment.readings.v1.ReadingService.ListReadingSchemas": [{}],
    "muniment.records.v1.RecordService.ListInvoices": [
        {},
        *_each("file_id", "file"),
        *_each("facility_id", "facility"),
        *_each("project_id", "project"),
        *_each("file_reading_id", "reading"),
    ],
    "muniment.records.v1.RecordService.GetInvoice": _each("invoice_id", "invoice"),
    "muniment.records.v1.RecordService.ListWastes": [
        {},
        *_each("file_id", "file"),
        *_each("facility_id", "facility"),
        *_each("project_id", "project"),
        *_each("file_reading_id", "reading"),
    ],
    "muniment.records.v1.RecordService.GetWaste": _each("waste_id", "waste"),
    "muniment.events.v1.EventService.ListEvents": [{}, *_each("file_id", *_FILES), {"after": 0}],
    "muniment.organizations.v1.OrganizationService.WhoAmI": [{}],
    "muniment.organizations.v1.OrganizationService.ListOrganizations": [{}],
    "muniment.organizations.v1.OrganizationService.GetOrganization": _each("organization_id", "organization"),
    "muniment.organizations.v1.MemberService.CreateMember": [{"email": Theirs("email"), "role": 1}],
    "muniment.organizations.v1.MemberService.GetMember": _each("user_id", "user"),
    "muniment.organizations.v1.MemberService.ListMembers": [{}],
    "muniment.organizations.v1.MemberService.DeleteMember": _each("user_id", "user"),
    "muniment.organizations.v1.ApiKeyService.CreateApiKey": [{"name": Theirs("name")}],
    "muniment.organizations.v1.ApiKeyService.GetApiKey": _each("api_key_id", "api_key"),
    "muniment.organizations.v1.ApiKeyService.ListApiKeys": [{}],
    "muniment.organizations.v1.ApiKeyService.RotateApiKey": _each("api_key_id", "api_key"),
    "muniment.organizations.v1.ApiKeyService.RevokeApiKey": _each("api_key_id", "api_key"),
    "muniment.organizations.v1.FacilityService.CreateFacility": [{"name": Theirs("name"), "country": "ES"}],
    "muniment.organizations.v1.FacilityService.GetFacility": _each("facility_id", "facility"),
    "muniment.organizations.v1.FacilityService.ListFacilities": _PLACES,
    "muniment.organizations.v1.FolderService.CreateFolder": [
        {"name": Theirs("name")},
        {"name": "inner", "parent_id": Theirs("folder")},
    ],
    "muniment.organizations.v1.FolderService.GetFolder": _each("folder_id", "folder"),
    "muniment.organizations.v1.FolderService.ListFolders": [*_PLACES, *_each("parent_id", "folder")],
    "muniment.organizations.v1.ProjectService.CreateProject": [{"name": Theirs("name")}],
    "muniment.organizations.v1.ProjectService.GetProject": _each("project_id", "project"),
    "muniment.organizations.v1.ProjectService.ListProjects": _PLACES,
    "muniment.organizations.v1.SupplierService.CreateSupplier": [{"name": Theirs("name"), "tax_id": Theirs("tax_id")}],
    "muniment.organizations.v1.SupplierService.GetSupplier": _each("supplier_id", "supplier"),
    "muniment.organizations.v1.SupplierService.ListSuppliers": _PLACES,
    f"{_LLAMACLOUD}.UploadFile": [
        {"options": {"project_id": Theirs("project"), "purpose": "parse"}},
        {"options": {"organization_id": Theirs("organization"), "purpose": "parse"}},
    ],
    f"{_LLAMACLOUD}.PrepareUpload": [
        *_each("project_id", "project", file={"name": "a.pdf"}),
        *_each("organization_id", "organization", file={"name": "a.pdf"}),
    ],
    f"{_LLAMACLOUD}.ListFiles": [
        {},
        *_each("project_id", "project"),
        *_each("organization_id", "organization"),
        *_each("file_name", "name"),
        {"file_ids": [Theirs("file"), Mine("file")]},
        {"external_file_id": Theirs("name"), "order_by": "name", "expand": ["download_url"]},
    ],
    f"{_LLAMACLOUD}.QueryFiles": [
        {"query": {}},
        *_each("project_id", "project", query={}),
        *_each("organization_id", "organization", query={}),
        {"query": {"filter": {"file_ids": [Theirs("file"), Mine("file")]}, "order_by": "name desc"}},
        {"query": {"filter": {"project_id": Theirs("project")}}},
    ],
    **{
        f"{_LLAMACLOUD}.{name}": [
            *_each("file_id", *_FILES),
            *_each("project_id", "project", file_id=Mine("file")),
            *_each("organization_id", "organization", file_id=Mine("file")),
        ]
        for name in ("GetFile", "GetFileContent", "DeleteFile")
    },
    f"{_SNAPBOOKS}.UploadFile": [{"options": {}}, {"options": {"client_account_id": Theirs("account")}}],
    f"{_SNAPBOOKS}.ListFiles": [
        {},
        *_each("client_account_id", "account"),
        *[
            {"client_account_id": Mine("account"), "type": kind, "is_active": active}
            for kind in (1, 2, 3, 4)
            for active in (True, False)
        ],
    ],
    **{
        f"{_SNAPBOOKS}.{name}": [
            *_each("id", *(f"{kind}_number" for kind in _FILES), **more),
            *_each("client_account_id", "account", id=Mine("file_number"), **more),
            *_each("client_account_id", "account", id=Theirs("file_number"), **more),
        ]
        for name, more in (
            ("GetFile", {}),
            ("DownloadFile", {"version": 2}),
            ("DeleteFile", {}),
            ("UpdateFile", {"file": {"is_active": False}}),
        )
    },
    f"{_INVARO}.UploadFiles": [{"options": {}}],
    f"{_INVARO}.ListFiles": [{}, {"type": 6}, {"status": 5}],
    **{f"{_INVARO}.{name}": _each("file_id", *_FILES) for name in ("GetFile", "DownloadFile", "DeleteFile")},
}
"""By the full name of the RPC: requests, each with what it asks for."""
