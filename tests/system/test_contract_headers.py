"""Headers of the native dialect: credentials, organization, user, partner, request id."""

from __future__ import annotations

from uuid import uuid4

import grpc
import pytest

from service.domain.ids import new_id
from tests.system.support import System, Tenant


async def test_either_spelling_of_the_credential_is_enough(ours: Tenant) -> None:
    for headers in (
        {"authorization": f"Bearer {ours.api_key}", "x_api_key": None},
        {"authorization": f"bearer {ours.api_key}", "x_api_key": None},
        {"authorization": None, "x_api_key": ours.api_key},
        {"authorization": f"Bearer {ours.api_key}", "x_api_key": ours.api_key},
    ):
        assert (await ours.rest.with_(**headers)("GET", "/v1/files")).status == 200
        assert (await ours.grpc.with_(**headers)("ListFiles")).total == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"authorization": None}, "UNAUTHENTICATED"),
        ({"authorization": "Bearer nobody"}, "INVALID_CREDENTIALS"),
        ({"authorization": "Basic dTpw"}, "INVALID_CREDENTIALS"),
        ({"authorization": "Bearer"}, "INVALID_CREDENTIALS"),
        ({"x_api_key": "another"}, "INVALID_CREDENTIALS"),
        ({"authorization": None, "x_api_key": "naïve"}, "INVALID_CREDENTIALS"),
    ],
)
async def test_no_credential_or_a_wrong_one_is_401(ours: Tenant, headers: dict[str, str | None], code: str) -> None:
    assert (await ours.rest.with_(**headers)("GET", "/v1/files")).error() == (401, code)
    if all(value is None or value.isascii() for value in headers.values()):
        failure = await ours.grpc.with_(**headers).fails("ListFiles")
        assert (failure.code, failure.reason) == (grpc.StatusCode.UNAUTHENTICATED, code)


async def test_two_valid_credentials_that_differ_are_401(ours: Tenant, theirs: Tenant) -> None:
    both = {"x_api_key": theirs.api_key}
    assert (await ours.rest.with_(**both)("GET", "/v1/files")).error() == (401, "INVALID_CREDENTIALS")
    assert (await ours.grpc.with_(**both).fails("ListFiles")).code == grpc.StatusCode.UNAUTHENTICATED


async def test_401_names_the_scheme(ours: Tenant) -> None:
    reply = await ours.rest.with_(authorization=None)("GET", "/v1/files")
    assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_missing_organization_is_400(ours: Tenant) -> None:
    assert (await ours.rest.with_(x_organization_id=None)("GET", "/v1/files")).error() == (400, "ORGANIZATION_REQUIRED")
    failure = await ours.grpc.with_(x_organization_id=None).fails("ListFiles")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "ORGANIZATION_REQUIRED")


async def test_organization_that_is_no_uuid_is_400(ours: Tenant) -> None:
    reply = await ours.rest.with_(x_organization_id="7")("GET", "/v1/files")
    assert reply.status == 400
    assert reply.json["code"] in {"VALIDATION_ERROR", "ORGANIZATION_REQUIRED"}


async def test_foreign_and_absent_organizations_are_the_same_403(ours: Tenant, theirs: Tenant) -> None:
    replies = [
        await ours.rest.with_(x_organization_id=str(organization), x_request_id="same")("GET", "/v1/files")
        for organization in (theirs.organization_id, new_id(), uuid4())
    ]
    assert {reply.error() for reply in replies} == {(403, "ORGANIZATION_FORBIDDEN")}
    assert len({reply.body for reply in replies}) == 1
    failures = [
        await ours.grpc.with_(x_organization_id=str(organization)).fails("ListFiles")
        for organization in (theirs.organization_id, new_id())
    ]
    assert {failure.code for failure in failures} == {grpc.StatusCode.PERMISSION_DENIED}
    assert len({failure.details for failure in failures}) == 1


async def test_organization_in_capitals_is_the_same_organization(ours: Tenant) -> None:
    capitals = str(ours.organization_id).upper()
    assert (await ours.rest.with_(x_organization_id=capitals)("GET", "/v1/files")).status == 200


async def test_user_id_must_be_the_credential_s_own(ours: Tenant, theirs: Tenant) -> None:
    assert (await ours.rest.with_(x_user_id=str(ours.user_id))("GET", "/v1/files")).status == 200
    assert (await ours.rest.with_(x_user_id=str(ours.user_id).upper())("GET", "/v1/files")).status == 200
    for other in (str(theirs.user_id), str(new_id()), "7"):
        assert (await ours.rest.with_(x_user_id=other)("GET", "/v1/files")).error() == (403, "USER_MISMATCH")
        failure = await ours.grpc.with_(x_user_id=other).fails("ListFiles")
        assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "USER_MISMATCH")


async def test_partner_is_kept_as_the_channel(ours: Tenant) -> None:
    for partner in ("dcycle", "anything at all, really"):
        file = await ours.rest.with_(x_partner=partner).upload(b"x")
        assert file["channel"] == partner
        item = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
        (made,) = await ours.rest.with_(x_partner=partner).ok("POST", "/v1/files/presigned-urls", [item])
        assert (await ours.rest.get(f"/v1/files/{made['id']}"))["channel"] == partner
        answer = await ours.grpc.with_(x_partner=partner)("CreatePresignedUploads", uploads=[item])
        assert (await ours.grpc("GetFile", file_id=answer.uploads[0].id)).file.channel == partner
    assert (await ours.rest.upload(b"x"))["channel"] is None


async def test_partner_that_is_not_ascii_is_kept(ours: Tenant) -> None:
    assert (await ours.rest.with_(x_partner="Müller").upload(b"x"))["channel"] == "Müller"


async def test_request_id_is_on_every_answer_and_a_sane_one_is_echoed(ours: Tenant) -> None:
    for path in ("/v1/files", "/v1/nothing", "/v1/files/7", "/healthz", "/openapi.json"):
        reply = await ours.rest.with_(x_request_id="mine-1.2_3")("GET", path)
        assert reply.headers["x-request-id"] == "mine-1.2_3"
        first, second = [await ours.rest("GET", path) for _ in range(2)]
        assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for wild in ("a b", "x" * 200, "{}"):
        assert (await ours.rest.with_(x_request_id=wild)("GET", "/v1/files")).headers["x-request-id"] != wild


async def test_request_id_over_grpc(ours: Tenant) -> None:
    failure = await ours.grpc.with_(x_request_id="mine-2").fails("GetFile", file_id=str(new_id()))
    assert failure.trailing["x-request-id"] == "mine-2"
    failure = await ours.grpc.fails("GetFile", file_id=str(new_id()))
    assert failure.trailing["x-request-id"]


async def test_key_without_the_permission_is_403(system: System, ours: Tenant) -> None:
    key = await system.administration.create_key(ours.organization_id, ours.email, "reader", scopes=("files:read",))
    reader = ours.rest.with_(authorization=f"Bearer {key.secret}")
    assert (await reader("GET", "/v1/files")).status == 200
    assert (await reader("DELETE", f"/v1/files/{new_id()}")).error() == (403, "PERMISSION_DENIED")
    failure = await ours.grpc.with_(authorization=f"Bearer {key.secret}").fails("DeleteFile", file_id=str(new_id()))
    assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


async def test_revoked_key_is_401_at_once(system: System, ours: Tenant) -> None:
    made = await ours.rest.ok("POST", "/v1/api-keys", {"name": "short"}, status=201)
    short = ours.rest.with_(authorization=f"Bearer {made['secret']}")
    assert (await short("GET", "/v1/files")).status == 200
    await ours.rest.ok("DELETE", f"/v1/api-keys/{made['api_key']['id']}")
    assert (await short("GET", "/v1/files")).error() == (401, "INVALID_CREDENTIALS")
