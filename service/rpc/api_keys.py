"""The servicer of API keys: converts, calls one use case, converts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from muniment.organizations.v1 import api_key_pb2, api_key_service_pb2, api_key_service_pb2_grpc

from service.organizations.api_keys import DEFAULT_OVERLAP, ApiKeys
from service.postgres.organizations_keys import ApiKeyRow
from service.rpc.context import scope_of
from service.rpc.convert import moment, timestamp


class ApiKeyService(api_key_service_pb2_grpc.ApiKeyServiceServicer):
    """The servicer of `muniment.organizations.v1.ApiKeyService`."""

    def __init__(self, api_keys: ApiKeys) -> None:
        self._api_keys = api_keys

    async def CreateApiKey(
        self, request: api_key_service_pb2.CreateApiKeyRequest, context: Any
    ) -> api_key_service_pb2.CreateApiKeyResponse:
        expires_at = moment(request.expires_at) if request.HasField("expires_at") else None
        made = await self._api_keys.create(
            scope_of(context), name=request.name, scopes=list(request.scopes), expires_at=expires_at
        )
        return api_key_service_pb2.CreateApiKeyResponse(api_key=_message(made.row), secret=made.secret)

    async def GetApiKey(
        self, request: api_key_service_pb2.GetApiKeyRequest, context: Any
    ) -> api_key_service_pb2.GetApiKeyResponse:
        row = await self._api_keys.get(scope_of(context), UUID(request.api_key_id))
        return api_key_service_pb2.GetApiKeyResponse(api_key=_message(row))

    async def ListApiKeys(
        self,
        request: api_key_service_pb2.ListApiKeysRequest,  # noqa: ARG002  # the contract has it
        context: Any,
    ) -> api_key_service_pb2.ListApiKeysResponse:
        rows = await self._api_keys.list(scope_of(context))
        return api_key_service_pb2.ListApiKeysResponse(items=[_message(row) for row in rows])

    async def RotateApiKey(
        self, request: api_key_service_pb2.RotateApiKeyRequest, context: Any
    ) -> api_key_service_pb2.RotateApiKeyResponse:
        asked = request.HasField("overlap_seconds")
        overlap = timedelta(seconds=request.overlap_seconds) if asked else DEFAULT_OVERLAP
        made = await self._api_keys.rotate(scope_of(context), UUID(request.api_key_id), overlap=overlap)
        return api_key_service_pb2.RotateApiKeyResponse(api_key=_message(made.row), secret=made.secret)

    async def RevokeApiKey(
        self, request: api_key_service_pb2.RevokeApiKeyRequest, context: Any
    ) -> api_key_service_pb2.RevokeApiKeyResponse:
        row = await self._api_keys.revoke(scope_of(context), UUID(request.api_key_id))
        return api_key_service_pb2.RevokeApiKeyResponse(api_key=_message(row))


def _message(row: ApiKeyRow) -> api_key_pb2.ApiKey:
    return api_key_pb2.ApiKey(
        id=str(row.id),
        name=row.name,
        prefix=row.prefix,
        user_id=str(row.user_id),
        scopes=row.scopes,
        expires_at=timestamp(row.expires_at) if row.expires_at else None,
        last_used_at=timestamp(row.last_used_at) if row.last_used_at else None,
        revoked_at=timestamp(row.revoked_at) if row.revoked_at else None,
        rotated_from_id=str(row.rotated_from_id) if row.rotated_from_id else None,
        created_at=timestamp(row.created_at),
    )
