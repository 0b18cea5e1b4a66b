"""Settings, from the environment with the prefix ``RIVAL_``."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where PostgreSQL and S3 are."""

    model_config = SettingsConfigDict(env_prefix="RIVAL_")

    database_url: str
    s3_endpoint_url: str
    s3_access_key: str
    s3_secret_key: str
    s3_bucket: str
    presigned_url_seconds: int = 3600
    pool_size: int = 20


@lru_cache
def get_settings() -> Settings:
    return Settings.model_validate({})
