"""Tokens: JSON Web Tokens (RFC 7519) that an identity provider signed with a private key.

Only signatures by RS256, ES256 and EdDSA count; the algorithm comes from the key and never from the token alone
(RFC 8725, sections 3.1 and 3.2).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import jwt
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from service.domain.errors import InvalidCredentialsError, UnavailableError

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_TOO_LARGE = 1024 * 1024
_SMALLEST_RSA_BITS = 2048

log = structlog.get_logger("muniment.access")


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Whose tokens are accepted. Either `jwks_url` or `key_file` is given."""

    issuer: str
    audience: str
    jwks_url: str | None = None
    """Where the issuer publishes its keys as a JWK Set (RFC 7517)."""
    key_file: Path | None = None
    """A file with a public key in PEM, or with a JWK Set."""
    leeway_seconds: float = 30.0
    """How far the issuer's clock may be off."""
    refresh_seconds: float = 600.0
    """After how long keys are fetched again."""
    shortest_refresh_seconds: float = 10.0
    """How often at most keys are fetched because a token names an unknown one."""
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    subject: str
    expires_at: float
    """Seconds since 1970, leeway included."""


@dataclass(frozen=True, slots=True)
class _Key:
    key: PublicKey
    algorithm: str


class TokenSettingsError(Exception):
    """The settings can't work."""


class TokenVerifier:
    """Checks tokens against the issuer's public keys."""

    def __init__(self, settings: TokenSettings) -> None:
        """Take the settings, and read the key file if there is one.

        Raises:
            TokenSettingsError: the file can't be read or has no usable key, or there isn't exactly one source of keys.
        """
        if (settings.jwks_url is None) == (settings.key_file is None):
            raise TokenSettingsError("give either the URL of a JWK Set or a file with public keys")
        if not settings.issuer or not settings.audience:
            raise TokenSettingsError("tokens are accepted of one issuer, for one audience: give both")
        self._settings = settings
        self._keys: Mapping[str | None, _Key] = _read_file(settings.key_file) if settings.key_file else {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """Read a token whose signature and claims hold.

        Raises:
            InvalidCredentialsError: they don't.
            UnavailableError: the keys can't be fetched, and there are none from before.
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise InvalidCredentialsError("the credential is neither an API key nor a token") from error
        name = header.get("kid")
        key = await self._key(name if isinstance(name, str) else None)
        if key is None:
            raise InvalidCredentialsError("the token is signed by a key that its issuer doesn't publish")
        return self._read(token, key)

    def _read(self, token: str, key: _Key) -> Claims:
        settings = self._settings
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=settings.issuer,
                audience=settings.audience,
                leeway=settings.leeway_seconds,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise InvalidCredentialsError(f"the token isn't valid: {error}") from error
        return Claims(subject=claims["sub"], expires_at=float(claims["exp"]) + settings.leeway_seconds)

    async def _key(self, name: str | None) -> _Key | None:
        if self._settings.jwks_url is None:
            return _choose(self._keys, name)
        if monotonic() - self._fetched_at > self._settings.refresh_seconds:
            await self._fetch(self._settings.jwks_url)
        found = _choose(self._keys, name)
        if found is None:
            await self._fetch(self._settings.jwks_url)
            found = _choose(self._keys, name)
        if found is None and self._fetched_at == float("-inf"):
            raise UnavailableError("the keys of the token's issuer can't be fetched just now; try again in a moment")
        return found

    async def _fetch(self, url: str) -> None:
        """Fetch the keys, unless they were asked for a moment ago. On failure the old ones stay."""
        async with self._fetching:
            if monotonic() - self._tried_at < self._settings.shortest_refresh_seconds:
                return
            self._tried_at = monotonic()
            try:
                self._keys = _read_set(await self._download(url))
                self._fetched_at = monotonic()
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                log.warning("the keys of the token issuer can't be fetched", url=url, error=repr(error))

    async def _download(self, url: str) -> Any:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout_seconds)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            answer.raise_for_status()
            body = bytearray()
            async for part in answer.content.iter_any():
                body += part
                if len(body) > _TOO_LARGE:
                    raise ValueError(f"the JWK Set has more than {_TOO_LARGE} bytes")
            return json.loads(body)


def _choose(keys: Mapping[str | None, _Key], name: str | None) -> _Key | None:
    """A token that names no key means the only one there is; a key without a name is found by any name."""
    found = keys.get(name)
    if found is None and len(keys) == 1 and (name is None or None in keys):
        return next(iter(keys.values()))
    return found


def _read_file(path: Path) -> Mapping[str | None, _Key]:
    try:
        content = path.read_bytes()
        if content.lstrip().startswith(b"{"):
            keys = _read_set(json.loads(content))
        else:
            keys = {None: _usable(load_pem_public_key(content))}
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise TokenSettingsError(f"{path} can't be read as public keys: {error}") from error
    if not keys:
        raise TokenSettingsError(f"{path} has no key for RS256, ES256 or EdDSA")
    return keys


def _read_set(document: Any) -> Mapping[str | None, _Key]:
    """Read a JWK Set; keys for other uses and algorithms are left out."""
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("a JWK Set is an object with a list of keys")
    keys: dict[str | None, _Key] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
            continue
        try:
            key = _usable(jwt.PyJWK(entry).key)
        except (jwt.PyJWTError, ValueError):
            continue
        if entry.get("alg", key.algorithm) == key.algorithm:
            keys[entry.get("kid")] = key
    return keys


def _usable(key: object) -> _Key:
    match key:
        case RSAPublicKey() if key.key_size >= _SMALLEST_RSA_BITS:
            return _Key(key, "RS256")
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return _Key(key, "ES256")
        case Ed25519PublicKey():
            return _Key(key, "EdDSA")
    raise ValueError("the key must be RSA of 2,048 bits or more, P-256 or Ed25519")
