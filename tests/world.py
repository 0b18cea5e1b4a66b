"""Organizations with what they have, made on the tables themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.readings_json import dumps

if TYPE_CHECKING:
    from tests.conftest import DatabaseUrls


@dataclass
class World:
    """Makes rows as the tables' owner."""

    urls: DatabaseUrls
    connection: psycopg.Connection[Any] = field(repr=False)

    def organization(self) -> Scope:
        organization_id, user_id = new_id(), new_id()
        with self.connection.transaction():
            self.connection.execute(
                "INSERT INTO organizations (id, name, default_project_id) VALUES (%s, 'Test', %s)",
                (organization_id, new_id()),
            )
            self.connection.execute("INSERT INTO users (id, email) VALUES (%s, %s)", (user_id, f"{user_id}@test.test"))
            self.connection.execute(
                "INSERT INTO members (organization_id, user_id, role) VALUES (%s, %s, 'admin')",
                (organization_id, user_id),
            )
        return Scope(organization_id, user_id)

    def file(self, scope: Scope, **columns: Any) -> UUID:
        file_id = columns.pop("id", None) or new_id()
        values = {
            "id": file_id,
            "organization_id": scope.organization_id,
            "file_name": f"{file_id}.pdf",
            "mime_type": "application/pdf",
            "size_kb": 1,
            "status": "uploaded",
            "object_key": f"files/{scope.organization_id}/{file_id}/{new_id()}",
            "object_key_taken": True,
            **columns,
        }
        values.setdefault("search_name", values["file_name"].casefold())
        self.insert("files", values)
        return file_id

    def reading(self, scope: Scope, file_id: UUID, category: str, items: list[Any], **columns: Any) -> UUID:
        reading_id = new_id()
        values = {
            "id": reading_id,
            "organization_id": scope.organization_id,
            "file_id": file_id,
            "status": "success",
            "category": category,
            "machine_items": dumps(items),
            **columns,
        }
        self.insert("readings", values)
        return reading_id

    def folder(self, scope: Scope, name: str, parent_id: UUID | None = None) -> UUID:
        return self.named(scope, "folders", name, parent_id=parent_id)

    def named(self, scope: Scope, table: str, name: str, **columns: Any) -> UUID:
        row_id = new_id()
        values = {"id": row_id, "organization_id": scope.organization_id, "name": name, "search_name": name.casefold()}
        self.insert(table, {**values, **columns})
        return row_id

    def insert(self, table: str, values: dict[str, Any]) -> None:
        names = ", ".join(values)
        marks = ", ".join(f"%({name})s" for name in values)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        row = self.connection.execute(sql, values).fetchone()
        assert row is not None, f"no row: {sql}"
        return tuple(row)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
