"""Files with readings, made on the tables, and what records are asked for with."""

from __future__ import annotations

import json
from typing import Any

from service.domain.scope import Scope
from tests.system.support import System, Tenant

READINGS = "/v1/files/readings"
WATER = {
    "invoice_number": "WTR-2024-03",
    "quantity": 32.1,
    "unit": "cubic_metre_(m3)",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
}
TAGS = {"wastes": "document::wastes"}


def given(
    system: System, tenant: Tenant, category: str = "water", items: list[Any] | None = None, **columns: Any
) -> tuple[str, str]:
    """A file with a reading, as the pipeline leaves them; answers both identifiers."""
    scope = Scope(tenant.organization_id, tenant.user_id)
    tag = TAGS.get(category, f"invoice::{category}")
    file = system.world.file(
        scope, category=category, tags=[tag], file_name="given.pdf", search_name="given.pdf", **columns
    )
    return str(file), str(system.world.reading(scope, file, category, [WATER] if items is None else items))


async def facility(tenant: Tenant, country: str = "PT", name: str = "Plant") -> str:
    made = await tenant.rest.ok("POST", "/v1/facilities", {"name": name, "country": country}, status=201)
    return str(made["id"])


def asked(reading: str, *shares: tuple[str, Any], **more: Any) -> bytes:
    """The body of section 10; percentages stand as they are written."""
    body = {"file_readings": [{"id": reading}], **more}
    parts = ", ".join(f'{{"id": "{name}", "percentage": {percentage}}}' for name, percentage in shares)
    return f'{json.dumps(body)[:-1]}, "facilities": [{parts}]}}'.encode()
