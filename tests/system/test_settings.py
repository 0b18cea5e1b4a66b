"""What an operator is told about settings that can't be what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import Settings, SettingsError, load_settings

REQUIRED = {
    "DATABASE_URL": "postgresql://service@db/muniment",
    "S3_ENDPOINT_URL": "http://s3",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "secret",
}


def loaded(monkeypatch: pytest.MonkeyPatch, **more: str) -> Settings:
    for name, value in {**REQUIRED, **more}.items():
        monkeypatch.setenv(f"MUNIMENT_{name}", value)
    return load_settings()


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, TLS_CERT_FILE="", TLS_KEY_FILE="", HTTP_PORT="", S3_PUBLIC_ENDPOINT_URL="")
    assert settings.tls_cert_file is None
    assert settings.http_port == 8080
    assert settings.public_endpoint_url == "http://s3"


def test_words_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, CORS_ORIGINS="https://a, https://b,").cors_origins == ("https://a", "https://b")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"DATABASE_URL": ""}, "MUNIMENT_DATABASE_URL is not set"),
        ({"HTTP_PORT": "abc"}, "MUNIMENT_HTTP_PORT: Input should be a valid integer"),
        ({"TLS_CERT_FILE": "/c.pem", "TLS_KEY_FILE": ""}, "MUNIMENT_TLS_CERT_FILE and MUNIMENT_TLS_KEY_FILE"),
        ({"JWT_ISSUER": "https://id.example"}, "MUNIMENT_JWT_JWKS_URL or MUNIMENT_JWT_KEY_FILE"),
        ({"JWT_KEY_FILE": "/k.pem"}, "MUNIMENT_JWT_ISSUER and MUNIMENT_JWT_AUDIENCE"),
    ],
)
def test_what_can_not_be_names_its_variable(monkeypatch: pytest.MonkeyPatch, more: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        loaded(monkeypatch, **more)


def test_key_file_is_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, JWT_KEY_FILE="/k.pem", JWT_ISSUER="https://id.example", JWT_AUDIENCE="muniment")
    assert settings.jwt_key_file == Path("/k.pem")
    assert settings.accepts_tokens
