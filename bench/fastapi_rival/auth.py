"""Who calls, and for which organization."""

import hashlib
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, HTTPException
from sqlalchemy import and_, func, or_, select

from bench.fastapi_rival.database import SessionDep
from bench.fastapi_rival.models import ApiKey, Membership


@dataclass(frozen=True, slots=True)
class Caller:
    """A member of an organization."""

    user_id: UUID
    organization_id: UUID
    channel: str | None


async def get_caller(
    session: SessionDep,
    x_organization_id: Annotated[UUID, Header()],
    authorization: Annotated[str | None, Header()] = None,
    x_api_key: Annotated[str | None, Header()] = None,
    x_partner: Annotated[str | None, Header()] = None,
) -> Caller:
    scheme, _, bearer = (authorization or "").partition(" ")
    key = x_api_key or (bearer if scheme.lower() == "bearer" else "")
    if not key:
        raise HTTPException(401, "Missing credential")
    query = (
        select(ApiKey.user_id, Membership.organization_id)
        .outerjoin(
            Membership,
            and_(Membership.user_id == ApiKey.user_id, Membership.organization_id == x_organization_id),
        )
        .where(
            ApiKey.key_hash == hashlib.sha256(key.encode()).hexdigest(),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
        )
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise HTTPException(401, "Unknown credential")
    if found.organization_id is None:
        raise HTTPException(403, "Not a member of the organization")
    return Caller(found.user_id, x_organization_id, x_partner)


CallerDep = Annotated[Caller, Depends(get_caller)]
