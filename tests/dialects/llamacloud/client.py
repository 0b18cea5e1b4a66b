"""The vendor's two Python clients behind one form, so that each test runs with both. Answers are validated strictly."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import pytest
from llama_cloud import AsyncLlamaCloud, LlamaCloud

_DEFAULTS: dict[str, Any] = {"max_retries": 0, "_strict_response_validation": True}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Files(Protocol):
    """The client's resource `files`."""

    async def call(self, method: str, /, *positional: Any, **named: Any) -> Any:
        """Call one method."""
        ...

    async def all(self, **named: Any) -> list[Any]:
        """Everything that the iterator over all pages of a list gives."""
        ...

    def another(self, **options: Any) -> Files:
        """One of the same kind with other options, which is closed together with this one."""
        ...

    async def close(self) -> None: ...


class SyncFiles:
    """The client that blocks, in a thread: the service runs in the tests' loop."""

    def __init__(self, **options: Any) -> None:
        self._options = _DEFAULTS | options
        self._others: list[SyncFiles] = []
        self._client = LlamaCloud(**self._options)

    async def call(self, method: str, /, *positional: Any, **named: Any) -> Any:
        return await asyncio.to_thread(_quietly, getattr(self._client.files, method), *positional, **named)

    async def all(self, **named: Any) -> list[Any]:
        return await asyncio.to_thread(lambda: list(self._client.files.list(**named)))

    def another(self, **options: Any) -> SyncFiles:
        self._others.append(SyncFiles(**self._options | options))
        return self._others[-1]

    async def close(self) -> None:
        self._client.close()
        for other in self._others:
            await other.close()


class AsyncFiles:
    """The client that doesn't block."""

    def __init__(self, **options: Any) -> None:
        self._options = _DEFAULTS | options
        self._others: list[AsyncFiles] = []
        self._client = AsyncLlamaCloud(**self._options)

    async def call(self, method: str, /, *positional: Any, **named: Any) -> Any:
        return await _quietly(getattr(self._client.files, method), *positional, **named)

    async def all(self, **named: Any) -> list[Any]:
        return [file async for file in self._client.files.list(**named)]

    def another(self, **options: Any) -> AsyncFiles:
        self._others.append(AsyncFiles(**self._options | options))
        return self._others[-1]

    async def close(self) -> None:
        await self._client.close()
        for other in self._others:
            await other.close()


def steady(file: Any) -> dict[str, Any]:
    """A file without what the pipeline changes meanwhile."""
    return {name: value for name, value in file.model_dump().items() if name != "updated_at"}


def _quietly(method: Any, *positional: Any, **named: Any) -> Any:
    """`query` is deprecated, and says so."""
    if method.__name__ != "query":
        return method(*positional, **named)
    with pytest.deprecated_call(match="Use the GET /files endpoint instead"):
        return method(*positional, **named)
