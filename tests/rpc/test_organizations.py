"""Organizations, members, keys, folders, projects, facilities and suppliers, as callers see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.organizations.v1 import member_pb2

from service.domain.ids import new_id
from tests.rpc.conftest import Client, Service, Tenant

NAMED = [
    ("Folder", "Folders", {}),
    ("Project", "Projects", {}),
    ("Facility", "Facilities", {"country": "ES"}),
    ("Supplier", "Suppliers", {}),
]


def resource(answer: Any, name: str) -> Any:
    return getattr(answer, name.lower())


@pytest.mark.parametrize(("one", "many", "more"), NAMED)
async def test_created_resource_is_found_and_listed(client: Client, one: str, many: str, more: dict[str, str]) -> None:
    made = resource(await client(f"Create{one}", name="Ärger 100%_", **more), one)
    assert made.created_at.ToDatetime(UTC) - datetime.now(UTC) < timedelta(minutes=1)
    assert resource(await client(f"Get{one}", **{f"{one.lower()}_id": made.id}), one) == made
    assert made in list((await client(f"List{many}")).items)
    for part, found in (("A\u0308RGER", 1), ("%_", 1), ("0_%", 0), ("", None)):
        listed = await client(f"List{many}", name=part)
        assert found is None or listed.total == found, part


@pytest.mark.parametrize(("one", "many", "more"), NAMED)
async def test_list_is_newest_first_by_page_and_by_cursor(
    client: Client, one: str, many: str, more: dict[str, str]
) -> None:
    made = [resource(await client(f"Create{one}", name=f"x{i}", **more), one).id for i in range(5)]
    newest = made[::-1]
    pages = [await client(f"List{many}", name="x", size=2, page=number) for number in (1, 2, 3, 4)]
    assert [[item.id for item in page.items] for page in pages] == [newest[:2], newest[2:4], newest[4:], []]
    assert {(page.total, page.pages, page.size) for page in pages} == {(5, 3, 2)}
    read: list[str] = []
    cursor = ""
    while True:
        page = await client(f"List{many}", name="x", size=2, cursor=cursor)
        read += [item.id for item in page.items]
        if not page.HasField("next_cursor"):
            break
        cursor = page.next_cursor
        other = await client.fails(f"List{many}", name="y", cursor=cursor)
        assert (other.code, other.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_CURSOR")
    assert read == newest
    assert not page.HasField("page")


async def test_folders_lie_in_folders(service: Service, client: Client) -> None:
    parent = (await client("CreateFolder", name="2026")).folder
    child = (await client("CreateFolder", name="march", parent_id=parent.id)).folder
    assert child.parent_id == parent.id
    assert not parent.HasField("parent_id")
    assert [f.id for f in (await client("ListFolders", parent_id=parent.id)).items] == [child.id]
    await client("CreateFolder", name="march")
    assert (await client.fails("CreateFolder", name="march", parent_id=parent.id)).reason == "ALREADY_EXISTS"
    assert (await client.fails("CreateFolder", name="x", parent_id=str(new_id()))).reason == "FOLDER_NOT_FOUND"
    other = service.client(await service.tenant("Other", "bob@other.example"))
    assert (await other.fails("CreateFolder", name="x", parent_id=parent.id)).reason == "FOLDER_NOT_FOUND"


async def test_what_is_there_already_is_not_made_again(client: Client) -> None:
    await client("CreateProject", name="x")
    failure = await client.fails("CreateProject", name="x")
    assert (failure.code, failure.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    await client("CreateSupplier", name="a", tax_id="A95758389")
    assert (await client.fails("CreateSupplier", name="b", tax_id="A95758389")).reason == "ALREADY_EXISTS"
    for _ in range(2):
        await client("CreateSupplier", name="without")
        await client("CreateFacility", name="same", country="PT", address="Rua 1")


async def test_country_must_be_one(client: Client) -> None:
    for name in ("CreateFacility", "CreateSupplier"):
        assert list((await client.fails(name, name="x", country="XX")).fields()) == ["country"]
        assert list((await client.fails(name, name="x", country="es")).fields()) == ["country"]


async def test_character_that_the_database_cannot_hold_is_a_validation_error(client: Client) -> None:
    failure = await client.fails("CreateFolder", name="a\0b")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR")
    assert (await client.fails("ListFolders", name="\0")).reason == "VALIDATION_ERROR"


async def test_organization_is_the_named_one(service: Service, client: Client, tenant: Tenant) -> None:
    got = (await client("GetOrganization", organization_id=str(tenant.organization_id))).organization
    assert (got.name, got.default_project_id) == ("Acme", str(tenant.default_project_id))
    other = await service.tenant("Other", "bob@other.example")
    for identifier in (other.organization_id, new_id()):
        failure = await client.fails("GetOrganization", organization_id=str(identifier))
        assert failure.reason == "ORGANIZATION_NOT_FOUND"
    assert (await client("GetProject", project_id=got.default_project_id)).project.name == "Default"


async def test_members_come_and_go(service: Service, client: Client, tenant: Tenant) -> None:
    request = {"email": " Eva@Acme.example".strip(), "name": "Eva", "role": member_pb2.MEMBER_ROLE_EDITOR}
    made = (await client("CreateMember", **request)).member
    assert (made.email, made.name, made.role) == ("eva@acme.example", "Eva", member_pb2.MEMBER_ROLE_EDITOR)
    assert (await client.fails("CreateMember", **request)).reason == "ALREADY_EXISTS"
    assert (await client("GetMember", user_id=made.user_id)).member == made
    assert [m.email for m in (await client("ListMembers")).items] == [tenant.email, made.email]
    assert (await client("DeleteMember", user_id=made.user_id)).member == made
    assert (await client.fails("DeleteMember", user_id=made.user_id)).reason == "MEMBER_NOT_FOUND"
    assert (await client.fails("GetMember", user_id=made.user_id)).reason == "MEMBER_NOT_FOUND"
    again = (await client("CreateMember", **request | {"name": "Other"})).member
    assert (again.user_id, again.name) == (made.user_id, "Other")


async def test_last_admin_stays(service: Service, client: Client, tenant: Tenant) -> None:
    assert (await client.fails("DeleteMember", user_id=str(tenant.user_id))).reason == "LAST_ADMIN"
    other = {"email": "second@acme.example", "role": member_pb2.MEMBER_ROLE_ADMIN}
    await client("CreateMember", **other)
    assert (await client("DeleteMember", user_id=str(tenant.user_id))).member.email == tenant.email


async def test_user_of_another_organization_can_become_a_member(service: Service, client: Client) -> None:
    other = await service.tenant("Other", "bob@other.example")
    made = (await client("CreateMember", email=other.email, role=3)).member
    assert made.user_id == str(other.user_id)
    assert len((await service.client(other)("ListMembers")).items) == 1


async def test_keys_are_shown_once_and_listed_without_their_secret(client: Client) -> None:
    ends = Timestamp(seconds=int(datetime.now(UTC).timestamp()) + 3600)
    made = await client("CreateApiKey", name="ci", scopes=["files:read", "files:write"], expires_at=ends)
    key = made.api_key
    assert made.secret.startswith(key.prefix)
    assert len(key.prefix) < 20 < len(made.secret)
    assert (list(key.scopes), key.expires_at) == (["files:read", "files:write"], ends)
    assert (await client("GetApiKey", api_key_id=key.id)).api_key == key
    listed = (await client("ListApiKeys")).items
    assert listed[0] == key
    assert len(listed) == 2


async def test_unknown_scope_is_named(client: Client) -> None:
    failure = await client.fails("CreateApiKey", name="x", scopes=["files:read", "files:all"])
    assert list(failure.fields()) == ["scopes[1]"]


async def test_key_gives_no_more_than_its_maker_has(service: Service, tenant: Tenant) -> None:
    narrow = await service.colleague(tenant, "admin", "api-keys:write", "files:read")
    client = service.client(narrow)
    failure = await client.fails("CreateApiKey", name="x", scopes=["files:write"])
    assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    made = await client("CreateApiKey", name="x")
    assert set(made.api_key.scopes) == {"api-keys:write", "files:read"}
    wide = await service.administration.create_key(tenant.organization_id, narrow.email, "wide")
    rotated = await client("RotateApiKey", api_key_id=str(wide.row.id))
    assert set(rotated.api_key.scopes) == {"api-keys:write", "files:read"}


async def test_rotated_key_works_beside_the_old_one_for_the_overlap(
    service: Service, client: Client, tenant: Tenant
) -> None:
    made = await client("RotateApiKey", api_key_id=str(tenant.api_key_id), overlap_seconds=3600)
    assert made.api_key.rotated_from_id == str(tenant.api_key_id)
    new = client.with_(authorization=f"Bearer {made.secret}")
    assert (await new("WhoAmI")).identity.api_key_id == made.api_key.id
    service.authenticator.forget()
    await client("WhoAmI")
    with psycopg.connect(service.urls.owner) as connection:
        turned = "UPDATE api_keys SET expires_at = expires_at - interval '1 hour' WHERE id = %s"
        changed = connection.execute(turned, [tenant.api_key_id])
        assert changed.rowcount == 1
    service.authenticator.forget()
    assert (await client.fails("WhoAmI")).reason == "INVALID_CREDENTIALS"
    assert (await new.fails("RotateApiKey", api_key_id=str(tenant.api_key_id))).reason == "API_KEY_NOT_FOUND"


async def test_revoked_key_stays_revoked(service: Service, client: Client) -> None:
    made = await client("CreateApiKey", name="x")
    first = (await client("RevokeApiKey", api_key_id=made.api_key.id)).api_key
    assert first.HasField("revoked_at")
    assert (await client("RevokeApiKey", api_key_id=made.api_key.id)).api_key == first
    assert (await client.with_(authorization=f"Bearer {made.secret}").fails("WhoAmI")).code.name == "UNAUTHENTICATED"


async def test_what_is_taken_away_ends_at_once_where_it_was_taken_away(
    service: Service, client: Client, tenant: Tenant
) -> None:
    made = await client("CreateApiKey", name="x")
    holder = client.with_(authorization=f"Bearer {made.secret}")
    colleague = service.client(second := await service.colleague(tenant, "viewer"))
    for caller in (holder, colleague):
        await caller("WhoAmI")
    # Nothing listens here for what other processes change.
    await client("RevokeApiKey", api_key_id=made.api_key.id)
    assert (await holder.fails("WhoAmI")).reason == "INVALID_CREDENTIALS"
    await client("DeleteMember", user_id=str(second.user_id))
    assert (await colleague.fails("WhoAmI")).reason == "INVALID_CREDENTIALS"


async def test_editor_sees_own_keys_alone(service: Service, tenant: Tenant) -> None:
    editor = service.client(colleague := await service.colleague(tenant, "editor"))
    assert [key.id for key in (await editor("ListApiKeys")).items] == [str(colleague.api_key_id)]
    for name in ("GetApiKey", "RevokeApiKey", "RotateApiKey"):
        assert (await editor.fails(name, api_key_id=str(tenant.api_key_id))).reason == "API_KEY_NOT_FOUND"
    admin = service.client(tenant)
    assert len((await admin("ListApiKeys")).items) == 2
    assert (await admin.fails("RotateApiKey", api_key_id=str(colleague.api_key_id))).reason == "PERMISSION_DENIED"
    await admin("RevokeApiKey", api_key_id=str(colleague.api_key_id))


FOREIGN = {
    "GetMember": "user_id",
    "DeleteMember": "user_id",
    "GetApiKey": "api_key_id",
    "RotateApiKey": "api_key_id",
    "RevokeApiKey": "api_key_id",
    "GetFolder": "folder_id",
    "GetProject": "project_id",
    "GetFacility": "facility_id",
    "GetSupplier": "supplier_id",
    "GetOrganization": "organization_id",
}


async def test_foreign_resource_answers_as_an_absent_one(service: Service, client: Client) -> None:
    other = await service.tenant("Other", "bob@other.example")
    theirs = service.client(other)
    ids = {
        "user_id": str(other.user_id),
        "api_key_id": str(other.api_key_id),
        "project_id": str(other.default_project_id),
        "organization_id": str(other.organization_id),
        "folder_id": (await theirs("CreateFolder", name="x")).folder.id,
        "facility_id": (await theirs("CreateFacility", name="x", country="ES")).facility.id,
        "supplier_id": (await theirs("CreateSupplier", name="x")).supplier.id,
    }
    tested = {rpc.method.name for rpc in service.rpcs for f in rpc.method.input_type.fields if f.name in ids}
    assert tested == set(FOREIGN), "every RPC that takes an identifier is tested here"
    caller = client.with_(x_request_id="same")
    for name, field in FOREIGN.items():
        foreign = await caller.fails(name, **{field: ids[field]})
        absent_id = str(new_id())
        absent = await caller.fails(name, **{field: absent_id})
        assert foreign.code is grpc.StatusCode.NOT_FOUND
        blanked = foreign.status.SerializeToString().replace(ids[field].encode(), absent_id.encode())
        assert blanked == absent.status.SerializeToString()
    for name in ("ListFolders", "ListFacilities", "ListSuppliers"):
        assert (await client(name)).total == 0
    assert (await client("ListProjects")).total == 1
    assert len((await client("ListMembers")).items) == 1
    assert len((await client("ListApiKeys")).items) == 1
