"""Organizations are kept apart: every RPC over both transports, and the tables themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import grpc
import grpc.aio
import psycopg
import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.json_format import MessageToJson, ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.tables import ORGANIZATION_TABLES
from tests.system.isolation_cases import CASES, asks_for_theirs, fill
from tests.system.support import Reply, Rest, System, Tenant, all_methods, failure_of, method_of, read, until

METHODS = [method.full_name for method in all_methods()]
SECRET_NAME = "Grupo Secreto"
# Held apart from what any organization is named by itself.
VARYING = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|\"(number|user_number|sequence)\":\s*\"?\d+\"?"
    rb"|\"secret\":\s*\"[^\"]+\"|\"prefix\":\s*\"[^\"]+\""
)


@dataclass
class Sides:
    """Two organizations: A has one of everything, B asks."""

    a: Tenant
    b: Tenant
    theirs: Mapping[str, str]
    mine: Mapping[str, str]


def test_every_rpc_has_a_case() -> None:
    assert set(CASES) == set(METHODS)
    for name, templates in CASES.items():
        ids = {field for field in method_of(name).input_type.fields_by_name if field.endswith(("_id", "_ids"))}
        asked = {field for template in templates for field in template}
        assert ids <= asked, f"no case of {name} asks with {ids - asked}"


async def furnish(system: System, tenant: Tenant, name: str) -> dict[str, str]:
    """Give an organization one of everything."""
    rest, world, scope = tenant.rest, system.world, Scope(tenant.organization_id, tenant.user_id)
    folder = await rest.ok("POST", "/v1/folders", {"name": name}, status=201)
    project = await rest.ok("POST", "/v1/projects", {"name": name}, status=201)
    facility = await rest.ok("POST", "/v1/facilities", {"name": name, "country": "PT"}, status=201)
    tax_id = f"ES{name[-6:].upper()}"
    supplier = await rest.ok("POST", "/v1/suppliers", {"name": name, "tax_id": tax_id}, status=201)
    key = await rest.ok("POST", "/v1/api-keys", {"name": name}, status=201)
    email = f"{name.replace(' ', '.').lower()}@secret.example"
    member = await rest.ok("POST", "/v1/members", {"email": email, "name": "Ana", "role": "viewer"}, status=201)
    file = await rest.upload(
        b"bytes", f"{name}.bin", "application/x-nothing", folder_id=folder["id"], project_id=project["id"]
    )
    await read(rest, file["id"])
    item = {"name": name, "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    keyed = rest.with_(idempotency_key=str(uuid4()))
    (pending,) = await keyed.ok("POST", "/v1/files/presigned-urls", [item])
    deleted = await rest.upload(b"bytes", f"{name}.pdf")
    await rest.ok("DELETE", f"/v1/files/{deleted['id']}")
    source = world.file(scope, category="electricity", tags=["invoice::electricity"])
    thumbnail = world.file(scope, type="THUMBNAIL", source_file_id=source)
    reading = world.reading(scope, source, "electricity", [{"quantity": 1}])
    corrected = {"quantity": 1, "invoice_number": "1", "issue_date": "2024-01-01", "supplier_name": name}
    await rest.ok("PUT", f"/v1/files/readings/{reading}", {"content": {"items": [corrected]}})
    made = {}
    for category, kind, tag in (("gas", "invoice", "invoice::gas"), ("wastes", "waste", "document::wastes")):
        linked = world.reading(scope, world.file(scope, category=category, tags=[tag]), category, [{"quantity": 1}])
        body = {
            "file_readings": [{"id": str(linked)}],
            "facilities": [{"id": facility["id"], "percentage": 1}],
            "project_id": project["id"],
        }
        answer = await rest.ok("POST", "/v1/files/readings", body)
        made[kind] = answer[f"{kind}s"][0]["id"]
    await jobs_done(system, tenant)
    return made | {
        "folder": folder["id"], "project": project["id"], "facility": facility["id"], "supplier": supplier["id"],
        "api_key": key["api_key"]["id"], "user": member["user_id"], "file": file["id"], "pending": pending["id"],
        "deleted": deleted["id"], "thumbnail": str(thumbnail), "reading": str(reading), "name": name,
        "email": email, "tax_id": tax_id, "organization": str(tenant.organization_id),
        **numbers_of(
            system, tenant, file=file["id"], pending=pending["id"], deleted=deleted["id"], thumbnail=thumbnail
        ),
    }  # fmt: skip


async def jobs_done(system: System, tenant: Tenant) -> None:
    """Wait until no worker changes anything by itself any more."""

    async def look() -> bool:
        left = "SELECT id FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND args->>'organization_id' = %s"
        return not system.rows(left, str(tenant.organization_id))

    await until(look, what="the end of all reading")


def numbers_of(system: System, tenant: Tenant, **files: Any) -> dict[str, str]:
    """What Snapbooks calls an organization and its files."""
    ((account,),) = system.rows("SELECT number FROM organizations WHERE id = %s", tenant.organization_id)
    numbers = {f"{kind}_number": system.rows("SELECT number FROM files WHERE id = %s", files[kind]) for kind in files}
    return {"account": str(account)} | {kind: str(number) for kind, ((number,),) in numbers.items()}


@pytest.fixture(scope="module")
async def sides(system: System) -> Sides:
    # Longer than any other number in an answer, so that they can be told from those, and from each other.
    for sequence, beginning in (("organizations_number_seq", 5 * 10**9), ("files_number_seq", 7 * 10**9)):
        system.rows("SELECT setval(%s, %s + nextval(%s))", sequence, beginning, sequence)
    a, b = await system.tenant("Aye"), await system.tenant("Bee")
    return Sides(
        a, b, await furnish(system, a, f"{SECRET_NAME} {new_id().hex[-6:]}"), await furnish(system, b, "Mine 000000")
    )


def absent_of(theirs: Mapping[str, str]) -> dict[str, str]:
    """The same kinds of things, none of which exists, in the same number of letters."""
    fresh = uuid4().hex[-6:]
    made = {kind: str(new_id()) if "-" in value else str(8 * 10**9) for kind, value in theirs.items()}
    named = {kind: re.sub("[0-9a-fA-F]{6}(?=$|@)", fresh, theirs[kind]) for kind in ("name", "email", "tax_id")}
    return made | named


def masked(content: bytes, values: Mapping[str, str]) -> bytes:
    """An answer without what was asked for, and without what no two answers share."""
    content = VARYING.sub(b"*", content)
    for value in sorted(values.values(), key=len, reverse=True):
        for form in {value, quote(value)}:
            content = content.replace(form.encode(), b"#")
    return content


async def asker_of(system: System, sides: Sides, name: str) -> Tenant:
    """B; or another one for what makes something by a name of A, so that B never has it."""
    makes = name.startswith("muniment.organizations.") and ".Create" in name
    return await system.tenant("Cee") if makes else sides.b


def says_nothing_of(content: bytes, values: Mapping[str, str], asked: Any) -> None:
    """What was asked with may be echoed."""
    echoed = json.dumps(asked)
    for kind, value in values.items():
        # Who is invited by an email address is one person in all organizations.
        if value not in echoed and not (kind == "user" and values["email"] in echoed):
            assert value.encode() not in content, f"tells the {kind} of another organization"
    assert SECRET_NAME.encode() not in content or SECRET_NAME in echoed


# --- over gRPC


async def call_grpc(tenant: Tenant, method: MethodDescriptor, fields: Any) -> bytes:
    """The whole answer, whatever it is."""
    try:
        answer = await tenant.grpc.send(method, list(requests_of(method, fields)))
    except grpc.aio.AioRpcError as error:
        failure = failure_of(error)
        names = " ".join(sorted(failure.trailing))
        return f"{failure.code} {failure.reason} {failure.message} {names} ".encode() + failure.details
    messages = answer if isinstance(answer, list) else [answer]
    return b"\n".join(MessageToJson(message, preserving_proto_field_name=True).encode() for message in messages)


def requests_of(method: MethodDescriptor, fields: Any) -> Iterator[Message]:
    request_class = GetMessageClass(method.input_type)
    yield ParseDict(fields, request_class())
    if method.client_streaming:
        yield ParseDict({"header": {"file_name": "a.bin"}}, request_class())
        yield ParseDict({"chunk": "eA=="}, request_class())


@pytest.mark.parametrize("name", METHODS)
async def test_foreign_is_like_absent_over_grpc(system: System, sides: Sides, name: str) -> None:
    before, b = contents(system, sides.a), await asker_of(system, sides, name)
    for template in CASES[name]:
        asked = fill(template, sides.theirs, sides.mine)
        foreign = await call_grpc(b, method_of(name), asked)
        says_nothing_of(foreign, sides.theirs, asked)
        if asks_for_theirs(template):
            other = absent_of(sides.theirs)
            absent = await call_grpc(b, method_of(name), fill(template, other, sides.mine))
            assert masked(foreign, sides.theirs) == masked(absent, other), template
    assert contents(system, sides.a) == before


@pytest.mark.parametrize("name", METHODS)
async def test_key_and_header_of_different_organizations_over_grpc(sides: Sides, name: str) -> None:
    method = method_of(name)
    if name.endswith(".ListOrganizations"):
        return  # It asks for no organization, and answers the caller's own: the case above looks at it.
    fields = fill(CASES[name][0], sides.theirs, sides.mine)
    answers = set()
    for key, organization in (
        (sides.b, sides.a.organization_id),
        (sides.b, new_id()),
        (sides.a, sides.b.organization_id),
    ):
        failure = await key.grpc.with_(x_organization_id=str(organization)).failure(method, requests_of(method, fields))
        assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "ORGANIZATION_FORBIDDEN")
        answers.add(failure.details)
    assert len(answers) == 1
    failure = await sides.b.grpc.with_(authorization=None).failure(method, requests_of(method, fields))
    assert failure.code == grpc.StatusCode.UNAUTHENTICATED


# --- over REST


def http_rule(method: MethodDescriptor, content: Mapping[str, Any]) -> tuple[str, str, str]:
    """Verb, path template and body of the first binding whose variables the request has."""
    options: Any = method.GetOptions()
    first = options.Extensions[annotations_pb2.http]
    rule = next(
        rule
        for rule in (first, *first.additional_bindings)
        if set(re.findall(r"{(\w+)}", getattr(rule, rule.WhichOneof("pattern")))) <= content.keys()
    )
    verb = rule.WhichOneof("pattern")
    return verb.upper(), getattr(rule, verb), rule.body


def plain(message: Message) -> dict[str, Any]:
    """A request as REST writes it."""
    return {field.name: _plain_field(field, value) for field, value in message.ListFields()}


def _plain_field(field: FieldDescriptor, value: Any) -> Any:
    if field.is_repeated:
        return [_plain_value(field, entry) for entry in value]
    return _plain_value(field, value)


def _plain_value(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        prefix = re.sub("(?<=[a-z])(?=[A-Z])", "_", field.enum_type.name).upper()
        return field.enum_type.values_by_number[value].name.removeprefix(f"{prefix}_").lower()
    if field.message_type is None:
        return value
    if field.message_type.full_name == "google.type.Decimal":
        return float(Decimal(value.value))
    return plain(value)


async def call_rest(rest: Rest, method: MethodDescriptor, fields: Any) -> Reply:
    request = ParseDict(fields, GetMessageClass(method.input_type)())
    content = plain(request)
    verb, path, body = http_rule(method, content)
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", quote(str(content.pop(name))))
    if method.client_streaming:
        form = aiohttp.FormData({name: str(value) for name, value in content["options"].items()})
        form.add_field("file", b"x", filename="a.bin", content_type="application/octet-stream")
        return await rest(verb, path, data=form)
    if body == "*":
        return await rest(verb, path, content)
    sent = content.pop(body, {}) if body else None
    # HTTP says by headers what these fields say.
    query = {k: v for k, v in content.items() if k not in {"info_only", "read_offset", "read_limit"}}
    pairs = [(k, str(v).lower() if isinstance(v, bool) else str(v)) for k, entry in query.items()
             for v in (entry if isinstance(entry, list) else [entry])]  # fmt: skip
    return await rest(verb, path, sent, params=pairs)


def whole(reply: Reply, values: Mapping[str, str]) -> tuple[int, list[str], bytes]:
    body = re.sub(rb'"request_id":"[^"]*"', b"", reply.body)
    return reply.status, sorted(name.lower() for name in reply.headers), masked(body, values)


@pytest.mark.parametrize("name", METHODS)
async def test_foreign_is_like_absent_over_rest(system: System, sides: Sides, name: str) -> None:
    before, b = contents(system, sides.a), await asker_of(system, sides, name)
    for template in CASES[name]:
        asked = fill(template, sides.theirs, sides.mine)
        foreign = await call_rest(b.rest, method_of(name), asked)
        assert foreign.status != 500
        says_nothing_of(foreign.body, sides.theirs, asked)
        if asks_for_theirs(template):
            other = absent_of(sides.theirs)
            absent = await call_rest(b.rest, method_of(name), fill(template, other, sides.mine))
            assert whole(foreign, sides.theirs) == whole(absent, other), template
    assert contents(system, sides.a) == before


@pytest.mark.parametrize("name", METHODS)
async def test_key_and_header_of_different_organizations_over_rest(sides: Sides, name: str) -> None:
    if name.endswith(".ListOrganizations"):
        return  # See above.
    method, fields = method_of(name), fill(CASES[name][0], sides.theirs, sides.mine)
    answers = set()
    for key, organization in (
        (sides.b, sides.a.organization_id),
        (sides.b, new_id()),
        (sides.a, sides.b.organization_id),
    ):
        rest = key.rest.with_(x_organization_id=str(organization), x_request_id="same")
        reply = await call_rest(rest, method, fields)
        assert reply.status == 403
        if not name.startswith("muniment.dialects."):
            assert reply.error() == (403, "ORGANIZATION_FORBIDDEN")
        answers.add(reply.body)
    assert len(answers) == 1


async def test_idempotency_key_of_another_organization_replays_nothing(sides: Sides) -> None:
    key, item = str(uuid4()), {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    first = await sides.a.rest.with_(idempotency_key=key)("POST", "/v1/files/presigned-urls", [item])
    second = await sides.b.rest.with_(idempotency_key=key)("POST", "/v1/files/presigned-urls", [item])
    assert first.json[0]["id"] != second.json[0]["id"]


async def test_cursor_of_another_organization_shows_nothing_of_it(sides: Sides) -> None:
    for path in ("/v1/files", "/v1/files/readings", "/v1/projects"):
        cursor = (await sides.a.rest.get(path, size=1))["next_cursor"]
        reply = await sides.b.rest("GET", path, params={"cursor": cursor})
        assert reply.status in {200, 400}
        says_nothing_of(reply.body, sides.theirs, "")


# --- the tables

_IGNORED = {"last_used_at"}


def contents(system: System, tenant: Tenant) -> dict[str, list[Any]]:
    """All rows of an organization."""
    found = {}
    for table in ORGANIZATION_TABLES:
        columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in _IGNORED)
        rows = system.rows(f"SELECT {columns} FROM {table.name} WHERE organization_id = %s", tenant.organization_id)
        found[table.name] = sorted(map(repr, rows))
    return found


TABLES = [table.name for table in ORGANIZATION_TABLES]


@pytest.fixture
def as_service(system: System) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the service's own role, in a transaction that is rolled back."""
    with psycopg.connect(system.urls.service) as connection:
        yield connection
        connection.rollback()


def set_scope(connection: psycopg.Connection[Any], tenant: Tenant) -> None:
    connection.execute("SELECT set_config('muniment.organization_id', %s, true)", [str(tenant.organization_id)])
    connection.execute("SELECT set_config('muniment.user_id', %s, true)", [str(tenant.user_id)])


def count(connection: psycopg.Connection[Any], sql: str, *values: Any) -> int:
    row = connection.execute(sql.encode(), values).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("table", [*TABLES, "organizations", "users"])
def test_without_a_scope_no_row_is_visible(
    as_service: psycopg.Connection[Any], system: System, sides: Sides, table: str
) -> None:
    assert system.rows(f"SELECT 1 FROM {table} LIMIT 1"), "there is nothing that could be seen"
    assert count(as_service, f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", TABLES)
def test_with_another_scope_no_row_is_visible_or_can_be_changed(
    as_service: psycopg.Connection[Any], system: System, sides: Sides, table: str
) -> None:
    a = sides.a.organization_id
    assert system.rows(f"SELECT 1 FROM {table} WHERE organization_id = %s LIMIT 1", a), "A has nothing to be seen"
    set_scope(as_service, sides.b)
    assert count(as_service, f"SELECT count(*) FROM {table} WHERE organization_id = %s", a) == 0
    for statement in (
        f"UPDATE {table} SET organization_id = organization_id WHERE organization_id = %s",
        f"DELETE FROM {table} WHERE organization_id = %s",
    ):
        try:
            with as_service.transaction():
                assert as_service.execute(statement.encode(), [a]).rowcount == 0
        except psycopg.errors.InsufficientPrivilege:
            pass


@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_put_into_another_organization(
    as_service: psycopg.Connection[Any], system: System, sides: Sides, table: str
) -> None:
    set_scope(as_service, sides.b)
    for statement in (
        f"UPDATE {table} SET organization_id = %s WHERE organization_id = %s",
        # A copy of a row of B that says that it is of A.
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"
        " SELECT (jsonb_populate_record(t, jsonb_build_object('organization_id', %s::text))).*"
        f" FROM {table} t WHERE organization_id = %s LIMIT 1",
    ):
        values = [str(sides.a.organization_id), sides.b.organization_id]
        assert system.rows(f"SELECT 1 FROM {table} WHERE organization_id = %s LIMIT 1", sides.b.organization_id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), as_service.transaction():
            as_service.execute(statement.encode(), values)


def test_service_role_owns_nothing_and_bypasses_nothing(as_service: psycopg.Connection[Any]) -> None:
    row = as_service.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row == (False, False, False, False)
    assert count(as_service, "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    # What steps over row-level security is for the service's role alone.
    everyone = "SELECT count(*) FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
    assert count(as_service, f"{everyone} WHERE p.prosecdef AND a.grantee = 0") == 0
    sql = "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND relrowsecurity AND relforcerowsecurity"
    assert count(as_service, sql, [*TABLES, "organizations", "users"]) == len(TABLES) + 2
