"""Who calls: the credential that came with the call becomes a principal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import InvalidCredentialsError, UnauthenticatedError
from service.organizations.authentication import Authenticator
from service.rpc.policy import Policy

_MISSING = "the call carries no credential: send an API key or a token as `authorization: Bearer …` or `x-api-key: …`"


class AuthenticationInterceptor(AsyncServerInterceptor):
    """Lets a call in that is public, or whose credential holds."""

    def __init__(self, authenticator: Authenticator, policy: Policy) -> None:
        self._authenticator = authenticator
        self._policy = policy

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        if not self._policy.of(method_name).public:
            context.principal = await self._authenticator.principal(credential_of(context.metadata))
        return await method(request_or_iterator, context)


def credential_of(metadata: Mapping[str, str]) -> str:
    """Find the credential of a call.

    Raises:
        UnauthenticatedError: there is none.
        InvalidCredentialsError: there are two different ones, or one of another kind.
    """
    authorization = metadata.get("authorization")
    api_key = (metadata.get("x-api-key") or "").strip()
    if not authorization:
        if not api_key:
            raise UnauthenticatedError(_MISSING)
        return api_key
    scheme, _, bearer = authorization.strip().partition(" ")
    bearer = bearer.strip()
    if scheme.lower() != "bearer" or not bearer:
        raise InvalidCredentialsError("the authorization must be `Bearer` and an API key or a token")
    if api_key and api_key != bearer:
        raise InvalidCredentialsError("authorization and x-api-key carry different credentials: send one of them")
    return bearer
