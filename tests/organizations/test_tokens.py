"""Tokens are accepted of the issuer's keys alone, in three algorithms alone."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from service.domain.errors import InvalidCredentialsError, UnavailableError
from service.domain.ids import new_id
from service.organizations.administration import Administration
from service.organizations.authentication import Authenticator
from service.organizations.tokens import TokenSettings, TokenSettingsError, TokenVerifier
from service.postgres.access import AccessQueries
from service.postgres.database import Database
from tests.conftest import DatabaseUrls

ISSUER, AUDIENCE = "https://id.example", "muniment"
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
KEYS: dict[str, Any] = {"RS256": RSA, "ES256": EC, "EdDSA": ED}


def token(algorithm: str = "ES256", key: Any = None, kid: str | None = None, **claims: Any) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "exp": now + 300, "nbf": now - 1, **claims}
    headers = {"kid": kid or algorithm}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, key or KEYS[algorithm], algorithm=algorithm, headers=headers)


def public_jwk(algorithm: str) -> dict[str, Any]:
    made: Any = jwt.get_algorithm_by_name(algorithm)
    return {**made.to_jwk(KEYS[algorithm].public_key(), as_dict=True), "kid": algorithm, "use": "sig"}


def pem(key: Any) -> bytes:
    public: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [public_jwk(algorithm) for algorithm in KEYS]}))
    return path


@pytest.fixture
def verifier(key_file: Path) -> TokenVerifier:
    return TokenVerifier(TokenSettings(ISSUER, AUDIENCE, key_file=key_file, leeway_seconds=5))


@pytest.mark.parametrize("algorithm", KEYS)
async def test_token_of_the_issuer_is_read(verifier: TokenVerifier, algorithm: str) -> None:
    end = int(time.time()) + 300
    claims = await verifier.verify(token(algorithm, exp=end))
    # With the leeway of the settings.
    assert (claims.subject, claims.expires_at) == ("ana", end + 5)


@pytest.mark.parametrize("algorithm", KEYS)
async def test_key_file_in_pem_serves_tokens_of_any_key_name(tmp_path: Path, algorithm: str) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem(KEYS[algorithm]))
    verifier = TokenVerifier(TokenSettings(ISSUER, AUDIENCE, key_file=path))
    assert (await verifier.verify(token(algorithm, kid="any"))).subject == "ana"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"nbf": int(time.time()) + 86_400},
        {"sub": None},
    ],
)
async def test_wrong_or_missing_claim_is_refused(verifier: TokenVerifier, claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidCredentialsError):
        await verifier.verify(token(**claims))


async def test_clock_may_be_off_by_the_leeway(key_file: Path) -> None:
    lenient = TokenVerifier(TokenSettings(ISSUER, AUDIENCE, key_file=key_file, leeway_seconds=600))
    await lenient.verify(token(exp=int(time.time()) - 300, nbf=int(time.time()) + 300))
    with pytest.raises(InvalidCredentialsError):
        await lenient.verify(token(exp=int(time.time()) - 601))


async def test_other_key_under_the_same_name_is_refused(verifier: TokenVerifier) -> None:
    with pytest.raises(InvalidCredentialsError):
        await verifier.verify(token("ES256", ec.generate_private_key(ec.SECP256R1())))


async def test_algorithm_is_that_of_the_key(verifier: TokenVerifier) -> None:
    for forged in (token("ES256", kid="RS256"), token("EdDSA", kid="ES256")):
        with pytest.raises(InvalidCredentialsError):
            await verifier.verify(forged)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def test_unsigned_and_symmetric_tokens_are_refused(verifier: TokenVerifier) -> None:
    import hashlib
    import hmac

    body = encoded({"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "exp": int(time.time()) + 300})
    unsigned = f"{encoded({'alg': 'none', 'kid': 'RS256'})}.{body}."
    head = f"{encoded({'alg': 'HS256', 'kid': 'RS256'})}.{body}"
    # The old trick: the public key as the secret of an HMAC.
    mac = hmac.new(pem(RSA), head.encode(), hashlib.sha256).digest()
    symmetric = f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for forged in (unsigned, symmetric, "a.b.c", "", "x", "..", token()[:-2]):
        with pytest.raises(InvalidCredentialsError):
            await verifier.verify(forged)


def test_settings_that_cannot_work_are_refused(tmp_path: Path) -> None:
    weak = tmp_path / "weak.pem"
    weak.write_bytes(pem(rsa.generate_private_key(65537, 1024)))
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"keys": [{"kty": "oct", "k": "AAAA"}]}))
    for path in (weak, secret, tmp_path / "absent.pem"):
        with pytest.raises(TokenSettingsError):
            TokenVerifier(TokenSettings(ISSUER, AUDIENCE, key_file=path))
    with pytest.raises(TokenSettingsError):
        TokenVerifier(TokenSettings(ISSUER, AUDIENCE))
    with pytest.raises(TokenSettingsError):
        TokenVerifier(TokenSettings("", AUDIENCE, jwks_url="https://id.example/jwks"))


class Issuer:
    """Publishes keys over HTTP, and counts how often they are fetched."""

    def __init__(self) -> None:
        self.names = ["RS256"]
        self.fetched = 0
        self.status = 200
        self.url = ""
        self.padding = b""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.fetched += 1
        body = json.dumps({"keys": [public_jwk(name) for name in self.names]}).encode()
        answer = web.StreamResponse(status=self.status)
        await answer.prepare(request)
        # In pieces, as networks deliver it.
        for part in (body[:100], body[100:] + self.padding):
            await answer.write(part)
            await asyncio.sleep(0.01)
        return answer


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    app = web.Application()
    app.router.add_get("/jwks", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/jwks"
    yield made
    await runner.cleanup()


async def test_keys_are_fetched_once_and_again_for_an_unknown_one(issuer: Issuer) -> None:
    settings = TokenSettings(ISSUER, AUDIENCE, jwks_url=issuer.url, timeout_seconds=60, shortest_refresh_seconds=3600)
    verifier = TokenVerifier(settings)
    await asyncio.gather(*(verifier.verify(token("RS256")) for _ in range(5)))
    assert issuer.fetched == 1
    with pytest.raises(InvalidCredentialsError):
        await verifier.verify(token("ES256"))
    assert issuer.fetched == 1, "not so soon again"
    verifier._tried_at -= 3600
    issuer.names.append("ES256")
    await verifier.verify(token("ES256"))
    assert issuer.fetched == 2


async def test_endless_set_of_keys_is_not_read(issuer: Issuer) -> None:
    issuer.padding = b" " * 2 * 1024 * 1024
    verifier = TokenVerifier(TokenSettings(ISSUER, AUDIENCE, jwks_url=issuer.url, timeout_seconds=60))
    with pytest.raises(UnavailableError):
        await verifier.verify(token("RS256"))


async def test_issuer_that_is_away_makes_tokens_unavailable_only_while_no_key_is_known(issuer: Issuer) -> None:
    settings = TokenSettings(
        ISSUER, AUDIENCE, jwks_url=issuer.url, timeout_seconds=60, shortest_refresh_seconds=0.01, refresh_seconds=0.02
    )
    verifier = TokenVerifier(settings)
    issuer.status = 503
    with pytest.raises(UnavailableError):
        await verifier.verify(token("RS256"))
    issuer.status = 200
    await asyncio.sleep(0.02)
    await verifier.verify(token("RS256"))
    issuer.status = 503
    await asyncio.sleep(0.05)
    await verifier.verify(token("RS256"))


async def test_subject_is_a_users_id_or_the_subject_it_was_given(
    database: Database, database_urls: DatabaseUrls, verifier: TokenVerifier
) -> None:
    owner = Database(database_urls.owner, min_size=1, max_size=1)
    await owner.open()
    administration = Administration(owner)
    ana = await administration.create_user("ana@acme.example", subject="ana")
    eva = await administration.create_user("eva@acme.example")
    await owner.close()
    authenticator = Authenticator(AccessQueries(database), tokens=verifier)
    for subject, user in (("ana", ana), (str(eva.id), eva)):
        principal = await authenticator.principal(token(sub=subject))
        assert (principal.user_id, principal.credential, principal.organization_id) == (user.id, "jwt", None)
    for unknown in ("bob", str(new_id()), "eva@acme.example"):
        with pytest.raises(InvalidCredentialsError):
            await authenticator.principal(token(sub=unknown))


async def test_token_ends_though_it_is_cached(database: Database, database_urls: DatabaseUrls, key_file: Path) -> None:
    owner = Database(database_urls.owner, min_size=1, max_size=1)
    await owner.open()
    await Administration(owner).create_user("ana@acme.example", subject="ana")
    await owner.close()
    moment = time.time()
    verifier = TokenVerifier(TokenSettings(ISSUER, AUDIENCE, key_file=key_file, leeway_seconds=5))
    authenticator = Authenticator(AccessQueries(database), tokens=verifier, clock=lambda: moment, ttl_seconds=3600)
    bearer = token(exp=int(moment) + 300)
    await authenticator.principal(bearer)
    moment += 304
    await authenticator.principal(bearer)
    moment += 3
    with pytest.raises(InvalidCredentialsError):
        await authenticator.principal(bearer)
