"""The order of the chain."""

from __future__ import annotations

from prometheus_client import REGISTRY, CollectorRegistry

from service.organizations.authentication import Authenticator
from service.postgres.idempotency import IdempotencyKeys
from service.rpc.chain import Chain
from service.rpc.interceptors.authentication import AuthenticationInterceptor
from service.rpc.interceptors.error_mapping import ErrorMappingInterceptor
from service.rpc.interceptors.idempotency import IdempotencyInterceptor
from service.rpc.interceptors.observation import ObservationInterceptor
from service.rpc.interceptors.request_id import RequestIdInterceptor
from service.rpc.interceptors.scope import ScopeInterceptor
from service.rpc.interceptors.validation import ValidationInterceptor
from service.rpc.policy import Policy


def make_chain(
    authenticator: Authenticator, idempotency_keys: IdempotencyKeys, registry: CollectorRegistry = REGISTRY
) -> Chain:
    """Make the chain that every call goes through.

    The request id comes first, since all others tell it. Observation is outside error mapping, so that it sees what the
    caller gets. Nothing looks at a request before its caller is known; a limit on calls has its place between
    authentication, which tells whose calls to count, and scope, which asks the database. Idempotency comes last, so
    that only answers to valid requests of the permitted are kept.
    """
    policy = Policy()
    idempotency = IdempotencyInterceptor(idempotency_keys)
    return Chain(
        [
            RequestIdInterceptor(),
            ObservationInterceptor(registry),
            ErrorMappingInterceptor(),
            AuthenticationInterceptor(authenticator, policy),
            ScopeInterceptor(authenticator, policy),
            ValidationInterceptor(),
            idempotency,
        ],
        policy,
        idempotency.finish,
    )
