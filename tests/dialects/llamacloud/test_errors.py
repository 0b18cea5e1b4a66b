"""Which class of the vendor's client each failure becomes, and what its body says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from llama_cloud import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)

from service.wiring import Service
from tests.dialects.llamacloud.client import PDF, AsyncFiles, Files
from tests.system.conftest import settings_on
from tests.system.support import System, Tenant

EVERY_METHOD: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("create", (), {"file": ("a.pdf", PDF), "purpose": "parse"}),
    ("list", (), {}),
    ("query", (), {}),
    ("retrieve", (str(uuid4()),), {}),
    ("content", (str(uuid4()),), {}),
    ("delete", (str(uuid4()),), {}),
]
BY_NAME = [method for method, _, _ in EVERY_METHOD]


async def fails(kind: type[APIStatusError], files: Files, method: str, *positional: Any, **named: Any) -> Any:
    """The `detail` of a call that has to fail with one class."""
    with pytest.raises(APIStatusError) as caught:
        await files.call(method, *positional, **named)
    assert type(caught.value) is kind, (caught.value.status_code, caught.value.body)
    body: Any = caught.value.body
    assert body.keys() == {"detail"}
    assert body["detail"]
    if kind is not UnprocessableEntityError:
        assert isinstance(body["detail"], str)
    should_retry = caught.value.response.headers.get("x-should-retry")
    assert should_retry == ("false" if kind is ConflictError else None)
    return body["detail"]


async def invalid(files: Files, method: str, *positional: Any, **named: Any) -> list[list[Any]]:
    """The places that a 422 names."""
    detail = await fails(UnprocessableEntityError, files, method, *positional, **named)
    assert all(entry.keys() >= {"loc", "msg", "type"} and entry["msg"] and entry["type"] for entry in detail), detail
    return [entry["loc"] for entry in detail]


@pytest.mark.parametrize(("method", "positional", "named"), EVERY_METHOD, ids=BY_NAME)
async def test_unknown_key_is_an_authentication_error(
    files: Files, method: str, positional: tuple[Any, ...], named: dict[str, Any]
) -> None:
    await fails(AuthenticationError, files.another(api_key="mnt_wrong"), method, *positional, **named)
    await fails(AuthenticationError, files.another(api_key="llx-wrong"), method, *positional, **named)


@pytest.mark.parametrize(("method", "positional", "named"), EVERY_METHOD, ids=BY_NAME)
async def test_scope_of_others_is_permission_denied(
    files: Files, theirs: Tenant, ours: Tenant, method: str, positional: tuple[Any, ...], named: dict[str, Any]
) -> None:
    answers = set()
    for scope in (
        {"organization_id": str(theirs.organization_id)},
        {"organization_id": str(uuid4())},
        {"organization_id": str(theirs.organization_id), "project_id": str(theirs.project_id)},
    ):
        answers.add(await fails(PermissionDeniedError, files, method, *positional, **named, **scope))
    assert len(answers) == 1
    for project in (str(theirs.project_id), str(uuid4())):
        detail = await fails(PermissionDeniedError, files, method, *positional, **named, project_id=project)
        answers.add(detail.replace(project, "#"))
    assert len(answers) == 2
    assert (await files.call("list")).items == []


@pytest.mark.parametrize("method", ["retrieve", "content", "delete"])
async def test_absent_and_foreign_files_are_not_found_alike(
    files: Files, system: System, theirs: Tenant, method: str
) -> None:
    foreign = (await theirs.rest.upload(PDF, "secret.pdf"))["id"]
    absent = str(uuid4())
    details = {(await fails(NotFoundError, files, method, i)).replace(i, "#") for i in (foreign, absent)}
    assert len(details) == 1
    assert (await theirs.rest.get(f"/v1/files/{foreign}"))["status"] == "uploaded"


async def test_missing_permission_is_permission_denied(files: Files, ours: Tenant) -> None:
    body = {"name": "reader", "scopes": ["files:read"]}
    made = await ours.rest.ok("POST", "/v1/api-keys", body, status=201)
    reader = files.another(api_key=made["secret"])
    assert (await reader.call("list")).items == []
    await fails(PermissionDeniedError, reader, "create", file=PDF, purpose="parse")
    await fails(PermissionDeniedError, reader, "delete", str(uuid4()))


async def test_content_of_a_file_without_bytes_is_a_conflict_that_is_not_retried(files: Files, ours: Tenant) -> None:
    item = {"name": "pending", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    (pending,) = await ours.rest.ok("POST", "/v1/files/presigned-urls", [item])
    # With its five retries the client would take seconds.
    patient = files.another(max_retries=5)
    await fails(ConflictError, patient, "content", pending["id"])
    assert (await files.call("retrieve", pending["id"], expand=["download_url"])).download_url is None


async def test_wrong_values_are_unprocessable_and_named(files: Files) -> None:
    assert await invalid(files, "list", page_size=0) == [["query", "page_size"]]
    assert await invalid(files, "list", page_size=1001) == [["query", "page_size"]]
    assert await invalid(files, "list", order_by="size") == [["query", "order_by"]]
    assert await invalid(files, "list", order_by="name desc") == [["query", "order_by"]]
    assert await invalid(files, "list", file_ids=["7"]) == [["query", "file_ids", 0]]
    assert await invalid(files, "list", project_id="7") == [["query", "project_id"]]
    assert await invalid(files, "list", organization_id="7") == [["query", "organization_id"]]
    assert await invalid(files, "retrieve", "7") == [["path", "file_id"]]
    assert await invalid(files, "delete", "7") == [["path", "file_id"]]
    assert await invalid(files, "content", str(uuid4()), expires_at_seconds=0) == [["query", "expires_at_seconds"]]
    assert await invalid(files, "query", order_by="size") == [["body", "order_by"]]
    assert await invalid(files, "query", page_size=-1) == [["body", "page_size"]]
    assert await invalid(files, "query", filter={"file_ids": ["7"]}) == [["body", "filter", "file_ids", 0]]
    assert await invalid(files, "query", filter={"nmae": "7"}) == [["body", "filter", "nmae"]]
    assert await invalid(files, "create", file=PDF, purpose="fun") == [["body", "purpose"]]
    assert (await files.call("list")).items == []


async def test_token_of_another_list_and_empty_file_are_bad_requests(files: Files) -> None:
    for _ in range(3):
        await files.call("create", file=PDF, purpose="parse")
    token = (await files.call("list", page_size=1)).next_page_token
    await fails(BadRequestError, files, "list", page_token=token, file_name="upload")
    await fails(BadRequestError, files, "list", page_token=token, order_by="name")
    await fails(BadRequestError, files, "list", page_token="made up")
    await fails(BadRequestError, files, "create", file=b"", purpose="parse")
    assert (await files.call("list")).total_size == 3


async def test_too_large_file_is_refused(files: Files) -> None:
    with pytest.raises(APIStatusError) as caught:
        await files.call("create", file=b"x" * (8 * 1024 * 1024 + 1), purpose="parse")
    assert caught.value.status_code == 413
    assert (await files.call("list")).items == []


async def test_too_many_calls_are_a_rate_limit_error(system: System, seaweedfs: Any, ours: Tenant) -> None:
    limited = settings_on(system.urls, seaweedfs).model_copy(update={"rate_limit_per_minute": 2})
    service = Service(limited)
    await service.start()
    try:
        files = AsyncFiles(base_url=f"http://127.0.0.1:{limited.http_port}", api_key=ours.api_key)
        await files.call("list")
        await files.call("list")
        with pytest.raises(RateLimitError) as caught:
            await files.call("list")
        assert caught.value.body.keys() == {"detail"}  # type: ignore[attr-defined]
        assert 0 < int(caught.value.response.headers["retry-after"]) <= 60
        await files.close()
    finally:
        await service.stop()
