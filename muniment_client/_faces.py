"""One implementation, two faces: operations are written once as coroutines, and `Client` offers them as plain calls.

A resource is generic in its face. `Files[Async]` is what `AsyncClient` has: its operations are coroutines.
`Files[Blocking]` is what `Client` has: each operation runs the same coroutine in the client's own loop and waits for
it. Type checkers see both through the overloads of `operation`, `streaming` and `listing`.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

if TYPE_CHECKING:
    from muniment_client._pages import Pages

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

# How long an interrupted call may take to clean up behind itself.
_CLEAN_UP_SECONDS = 10.0


class Async:
    """The face of `AsyncClient`."""


class Blocking:
    """The face of `Client`."""


Face = TypeVar("Face", Async, Blocking)


class Runner:
    """An event loop in a thread of its own. Any thread may run coroutines in it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="muniment-client", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether its loop has ended."""
        return self._loop.is_closed()

    def run(self, coroutine: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine and wait for it. An interruption (Ctrl-C) cancels it, and waits until it has cleaned up."""
        if self._loop.is_closed() or threading.current_thread() is self._thread:
            coroutine.close()
            why = "it is closed" if self._loop.is_closed() else "a callback of its own can't wait for it"
            raise RuntimeError(f"The client can't be used here: {why}.")
        ended = threading.Event()

        async def watched() -> R:
            try:
                return await coroutine
            finally:
                ended.set()

        future = asyncio.run_coroutine_threadsafe(watched(), self._loop)
        try:
            return future.result()
        except BaseException:
            if not ended.is_set() and future.cancel():
                ended.wait(_CLEAN_UP_SECONDS)
            raise

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Take what an asynchronous iterator gives, item by item."""
        end = object()

        async def advance() -> object:
            return await anext(items, end)

        try:
            while (item := self.run(advance())) is not end:
                yield cast(T, item)
        finally:
            close = getattr(items, "aclose", None)
            if close is not None and not self._loop.is_closed():
                self.run(close())

    def close(self) -> None:
        """End the loop and its thread."""
        if self._loop.is_closed():
            return
        self.run(self._loop.shutdown_asyncgens())
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Faced(Generic[Face]):
    """What has operations. With a runner, its operations are plain calls on `_original`, which has none."""

    _runner: Runner | None = None
    _original: Any = None

    def blocking(self: Faced[Async], runner: Runner) -> Any:
        """The same thing with the other face."""
        faced = object.__new__(type(self))
        faced._runner, faced._original = runner, self
        return faced


class _Faces(Generic[P, R]):
    """A method with two faces. Its documentation and signature are the function's own."""

    def __init__(self, function: Callable[Concatenate[Any, P], Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__wrapped__ = function
        self.__signature__ = inspect.signature(function)

    def _bound(self, instance: Any) -> Callable[..., Any]:
        return cast(Callable[..., Any], self._function.__get__(instance))


class operation(_Faces[P, R]):
    """A coroutine function as a method of a resource: awaited on `AsyncClient`, called on `Client`."""

    if TYPE_CHECKING:

        def __init__(self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]) -> None: ...

    @overload
    def __get__(self, instance: None, owner: Any) -> operation[P, R]: ...
    @overload
    def __get__(self, instance: Faced[Async], owner: Any) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, instance: Faced[Blocking], owner: Any) -> Callable[P, R]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        runner: Runner | None = instance._runner
        if runner is None:
            return self._bound(instance)
        function = self._bound(instance._original)

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            return runner.run(function(*args, **kwargs))

        return run


class streaming(_Faces[P, T]):
    """An asynchronous generator function as a method of a resource: `async for` on `AsyncClient`, `for` on `Client`."""

    if TYPE_CHECKING:

        def __init__(self, function: Callable[Concatenate[Any, P], AsyncIterator[T]]) -> None: ...

    @overload
    def __get__(self, instance: None, owner: Any) -> streaming[P, T]: ...
    @overload
    def __get__(self, instance: Faced[Async], owner: Any) -> Callable[P, AsyncIterator[T]]: ...
    @overload
    def __get__(self, instance: Faced[Blocking], owner: Any) -> Callable[P, Iterator[T]]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        runner: Runner | None = instance._runner
        if runner is None:
            return self._bound(instance)
        function = self._bound(instance._original)

        @wraps(function)
        def iterate(*args: Any, **kwargs: Any) -> Any:
            return runner.iterate(function(*args, **kwargs))

        return iterate


class listing(_Faces[P, T]):
    """A function that answers `Pages`, as a method of a resource."""

    if TYPE_CHECKING:

        def __init__(self, function: Callable[Concatenate[Any, P], Pages[Async, T]]) -> None: ...

    @overload
    def __get__(self, instance: None, owner: Any) -> listing[P, T]: ...
    @overload
    def __get__(self, instance: Faced[Async], owner: Any) -> Callable[P, Pages[Async, T]]: ...
    @overload
    def __get__(self, instance: Faced[Blocking], owner: Any) -> Callable[P, Pages[Blocking, T]]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        runner: Runner | None = instance._runner
        if runner is None:
            return self._bound(instance)
        function = self._bound(instance._original)

        @wraps(function)
        def pages(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs).blocking(runner)

        return pages
