"""Every setting, read once from the environment: `MUNIMENT_` and the field's name in capitals."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "MUNIMENT_"
GIBIBYTE = 1024**3

Words = Annotated[tuple[str, ...], NoDecode]
T = TypeVar("T", bound=BaseSettings)


class SettingsError(Exception):
    """A setting is missing, or has a value that it can't have."""


class Settings(BaseSettings):
    """What an operator can set. Times are in seconds, sizes in bytes, unless a name says otherwise."""

    # Empty is unset, as in compose files that hand on what may not be there: an empty path would be this directory.
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: SecretStr = Field(
        description="PostgreSQL (14 or newer) as the service's own role, which owns nothing and bypasses no row-level"
        " security. Example: postgresql://muniment_service:…@db/muniment"
    )
    owner_database_url: SecretStr | None = Field(
        default=None, description="The same database as the tables' owner; for `muniment migrate` and `muniment admin`."
    )
    database_pool_size: int = Field(default=10, ge=1, le=1000, description="Connections of one process at most.")

    s3_endpoint_url: str = Field(
        description="Where the service reaches S3. Example: https://s3.eu-west-1.amazonaws.com"
    )
    s3_public_endpoint_url: str | None = Field(
        default=None, description="Where clients reach S3: presigned URLs point there. The internal one when absent."
    )
    s3_bucket: str = Field(default="muniment", description="The bucket. It is made when it isn't there.")
    s3_access_key: SecretStr = Field(description="The access key.")
    s3_secret_key: SecretStr = Field(description="The secret key.")
    s3_region: str = Field(default="us-east-1", description="The region that requests are signed for.")
    s3_self_test: bool = Field(
        default=True, description="At the start, PUT and GET a small object through the public endpoint."
    )

    http_host: str = Field(default="0.0.0.0", description="The address that HTTP listens on.")  # noqa: S104
    http_port: int = Field(default=8080, ge=1, le=65535, description="The port that HTTP listens on.")
    grpc_host: str = Field(default="0.0.0.0", description="The address that gRPC listens on.")  # noqa: S104
    grpc_port: int = Field(default=9090, ge=1, le=65535, description="The port that gRPC listens on.")
    tls_cert_file: Path | None = Field(default=None, description="The certificate chain (PEM), for gRPC and HTTP.")
    tls_key_file: Path | None = Field(default=None, description="The certificate's private key (PEM).")
    cors_origins: Words = Field(
        default=(), description="Origins that browsers may call from and send bytes to S3 from, by commas; * for all."
    )
    shutdown_seconds: float = Field(default=10.0, ge=0, description="How long calls may take to end when we stop.")

    max_file_bytes: int = Field(
        default=5 * GIBIBYTE, ge=1, le=5 * GIBIBYTE, description="The largest file. S3 takes 5 GiB in one PUT at most."
    )
    max_json_bytes: int = Field(default=4 * 1024 * 1024, ge=1024, description="The largest JSON body.")
    max_upload_json_bytes: int = Field(
        default=64 * 1024 * 1024, ge=1024, description="The largest JSON body that carries a file in base64."
    )
    rate_limit_per_minute: int = Field(
        default=0,
        ge=0,
        description="How many calls an API key, or a user with a token, may make in a minute; 0 for any number.",
    )
    invaro_rate_limit_per_minute: int = Field(
        default=60, ge=0, description="The same for Invaro's calls, which are counted apart."
    )
    upload_url_seconds: int = Field(default=3600, ge=1, le=604_800, description="How long presigned uploads work.")
    download_url_seconds: int = Field(default=3600, ge=1, le=604_800, description="How long presigned downloads work.")

    ephemeral_file_seconds: int = Field(
        default=172_800, ge=60, description="How long an ephemeral file stays that names no time itself."
    )

    jwt_jwks_url: str | None = Field(default=None, description="Where the issuer's public keys are (JWKS).")
    jwt_key_file: Path | None = Field(
        default=None, description="The issuer's public key (PEM), or its JWKS, as a file."
    )
    jwt_issuer: str | None = Field(default=None, description="The `iss` that tokens must have.")
    jwt_audience: str | None = Field(default=None, description="The `aud` that tokens must have.")
    jwt_leeway_seconds: float = Field(default=30.0, ge=0, le=600, description="How far clocks may be apart.")

    invaro_classify_seconds: float = Field(
        default=10.0,
        ge=0,
        le=30,
        description="How long an upload in the Invaro dialect waits at most to be told the type of its documents.",
    )

    worker_concurrency: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=256,
        description="Documents that one worker reads at once.",
    )
    worker_stalled_seconds: float = Field(
        default=12.0, ge=2, description="After how long without a sign of life a worker's jobs go to others."
    )
    llm_url: str | None = Field(
        default=None,
        description="A language model behind an OpenAI-compatible URL, up to `/chat/completions`, that helps the"
        " general reader of the track DEFAULT. The text of documents is sent there. Example: http://127.0.0.1:8000/v1",
    )
    llm_model: str | None = Field(default=None, description="The name of the model; goes with the URL.")
    llm_api_key: SecretStr | None = Field(
        default=None, description="The bearer token for the model's URL, if it needs one."
    )
    llm_seconds: float = Field(
        default=30.0, gt=0, le=600, description="How long a document waits for the model; then it is read without."
    )
    llm_recordings_folder: Path | None = Field(
        default=None,
        description="A folder that gets each question and answer of the model, which have the documents' text.",
    )
    llm_replay: bool = Field(default=False, description="Take the model's answers from that folder, and call nobody.")

    sweep_grace_seconds: int = Field(
        default=86_400, ge=60, description="How old an object without a row must be before it is deleted."
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")
    log_format: Literal["json", "console"] = Field(default="json", description="How it is written.")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("MUNIMENT_TLS_CERT_FILE and MUNIMENT_TLS_KEY_FILE go together")
        if (self.llm_url is None) != (self.llm_model is None):
            raise ValueError("MUNIMENT_LLM_URL and MUNIMENT_LLM_MODEL go together")
        if self.llm_replay and (self.llm_recordings_folder is None or self.llm_url is None):
            raise ValueError("MUNIMENT_LLM_REPLAY needs MUNIMENT_LLM_RECORDINGS_FOLDER and MUNIMENT_LLM_URL as well")
        if self.jwt_jwks_url and self.jwt_key_file:
            raise ValueError("give one of MUNIMENT_JWT_JWKS_URL and MUNIMENT_JWT_KEY_FILE, not both")
        if (self.jwt_jwks_url or self.jwt_key_file) and not (self.jwt_issuer and self.jwt_audience):
            raise ValueError("tokens need MUNIMENT_JWT_ISSUER and MUNIMENT_JWT_AUDIENCE as well")
        if (self.jwt_issuer or self.jwt_audience) and not self.accepts_tokens:
            raise ValueError("tokens need MUNIMENT_JWT_JWKS_URL or MUNIMENT_JWT_KEY_FILE as well")
        return self

    @property
    def public_endpoint_url(self) -> str:
        return self.s3_public_endpoint_url or self.s3_endpoint_url

    @property
    def accepts_tokens(self) -> bool:
        return bool(self.jwt_jwks_url or self.jwt_key_file)


class OwnerSettings(BaseSettings):
    """What an operator needs who works as the tables' owner, on whatever machine."""

    model_config = Settings.model_config

    owner_database_url: SecretStr


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one is missing, or can't be what it is.
    """
    return _load(Settings)


def load_owner_settings() -> OwnerSettings:
    """Read the owner's settings alone from the environment.

    Raises:
        SettingsError: one is missing.
    """
    return _load(OwnerSettings)


def _load(kind: type[T]) -> T:
    try:
        return kind()
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = PREFIX + str(problem["loc"][0]).upper() if problem["loc"] else ""
            if problem["type"] == "missing":
                lines.append(f"{name} is not set")
            else:
                message = problem["msg"].removeprefix("Value error, ")
                lines.append(f"{name}: {message}" if name else message)
        raise SettingsError("\n".join([*lines, "`muniment settings` lists all settings."])) from None
