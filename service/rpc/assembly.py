"""The order of the chain."""

from __future__ import annotations

from grpc_interceptor.server import AsyncServerInterceptor
from prometheus_client import REGISTRY, CollectorRegistry

from service.organizations.authentication import Authenticator
from service.postgres.idempotency import IdempotencyKeys
from service.rpc.chain import Chain
from service.rpc.interceptors.authentication import AuthenticationInterceptor
from service.rpc.interceptors.error_mapping import ErrorMappingInterceptor
from service.rpc.interceptors.idempotency import IdempotencyInterceptor
from service.rpc.interceptors.observation import ObservationInterceptor
from service.rpc.interceptors.rate_limit import RateLimitInterceptor, StrangersInterceptor
from service.rpc.interceptors.request_id import RequestIdInterceptor
from service.rpc.interceptors.scope import ScopeInterceptor
from service.rpc.interceptors.validation import ValidationInterceptor
from service.rpc.limits import RateLimits
from service.rpc.policy import Policy


def make_chain(
    authenticator: Authenticator,
    idempotency_keys: IdempotencyKeys,
    registry: CollectorRegistry = REGISTRY,
    limits: RateLimits | None = None,
) -> Chain:
    """Make the chain that every call goes through.

    The request id comes first, since all others tell it. Observation is outside error mapping, so that it sees what the
    caller gets. Nothing looks at a request before its caller is known. Calls are counted between authentication, which
    tells whose they are, and scope: one that isn't permitted counts too. Idempotency comes last, so that only answers
    to valid requests of the permitted are kept.
    """
    policy = Policy()
    idempotency = IdempotencyInterceptor(idempotency_keys)
    authentication: list[AsyncServerInterceptor] = [AuthenticationInterceptor(authenticator, policy)]
    if limits is not None and limits.any:
        authentication = [
            StrangersInterceptor(limits, policy),
            *authentication,
            RateLimitInterceptor(limits, policy),
        ]
    return Chain(
        [
            RequestIdInterceptor(),
            ObservationInterceptor(registry),
            ErrorMappingInterceptor(),
            *authentication,
        ],
        [
            ScopeInterceptor(authenticator, policy),
            ValidationInterceptor(),
            idempotency,
        ],
        policy,
        idempotency.finish,
    )
