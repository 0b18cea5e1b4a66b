"""The rows of the table by name, and how each is measured."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

from bench import calls, large_upload, muniment, rivals, small_uploads
from bench.parts import Parts
from bench.rows import Comparison, Contestant, Target, interleave, latency, throughput
from bench.sides import Side, Sizes


@dataclass(frozen=True, slots=True)
class Options:
    """``large_mib``: the size of the large upload; ``small_files``: how many small ones the command line sends."""

    sizes: Sizes
    rounds: int
    seconds: float
    large_mib: int
    small_files: int


class Bench:
    """The servers, each started when a row first needs it, and stopped with ``servers``."""

    def __init__(self, parts: Parts, options: Options, servers: ExitStack) -> None:
        self.parts = parts
        self.options = options
        self._servers = servers

    @cached_property
    def muniment(self) -> Side:
        return self._servers.enter_context(muniment.service(self.parts, self.options.sizes))

    @cached_property
    def two_workers(self) -> Side:
        return self._servers.enter_context(muniment.service(self.parts, self.options.sizes, workers=2))

    @cached_property
    def fastapi(self) -> Side:
        return self._servers.enter_context(rivals.fastapi_service(self.parts, self.options.sizes))

    @cached_property
    def floor(self) -> Side:
        return self._servers.enter_context(rivals.floor(self.parts, self.options.sizes))

    def compare(
        self, what: str, goal: float, theirs: Side, call: Callable[[Side], Target], ours: Side | None = None
    ) -> list[Comparison]:
        """Requests per second of the same call on two sides."""
        first = ours or self.muniment
        pair = [Contestant(first, call(first)), Contestant(theirs, call(theirs))]
        self.run(pair)
        return [throughput(what, pair[0], pair[1], goal)]

    def run(self, contestants: list[Contestant]) -> None:
        interleave(contestants, self.options.rounds, self.options.seconds)


def get_file_grpc(bench: Bench) -> list[Comparison]:
    return bench.compare("GetFile over gRPC, beside the floor", 0.6, bench.floor, calls.get_file_grpc)


def get_file(bench: Bench) -> list[Comparison]:
    return bench.compare("GET /v1/files/{id}", 3, bench.fastapi, calls.get_file)


def list_files(bench: Bench) -> list[Comparison]:
    what = f"GET /v1/files, a page of 50 with its total, of {bench.options.sizes.medium:,} files"
    return bench.compare(what, 2, bench.fastapi, calls.list_files)


def deep_list(bench: Bench) -> list[Comparison]:
    """Times of single requests, as a caller waits for them."""
    side, sizes = bench.muniment, bench.options.sizes
    page = min(2_000, sizes.large // 50)
    cursor = calls.cursor_of_page(side, page, "large")
    small = Contestant(side, calls.list_files(side, "small", connections=1))
    first = Contestant(side, calls.list_files(side, "large", connections=1))
    deep = Contestant(side, calls.list_files(side, "large", cursor, connections=1))
    bench.run([small, first, deep])
    of = f"{sizes.large:,} files of {sizes.total:,}, beside the first of {sizes.small:,}"
    return [
        latency(f"first page of {of}", first, small, 1.5),
        latency(f"page {page:,} by cursor of {of}", deep, small, 1.5),
    ]


def presign_one(bench: Bench) -> list[Comparison]:
    return bench.compare("presigned-urls, one", 3, bench.fastapi, lambda side: calls.presign(side, 1))


def presign_batch(bench: Bench) -> list[Comparison]:
    return bench.compare("presigned-urls, a batch of 100", 8, bench.fastapi, lambda side: calls.presign(side, 100))


def upload(bench: Bench) -> list[Comparison]:
    return bench.compare("multipart upload of 100 KiB", 3, bench.fastapi, calls.upload)


def download(bench: Bench) -> list[Comparison]:
    return bench.compare("download of 1 MiB", 3, bench.fastapi, calls.download)


def upload_large(bench: Bench) -> list[Comparison]:
    return large_upload.compare(bench.parts, bench.muniment, bench.options.large_mib, bench.options.rounds)


def upload_small(bench: Bench) -> list[Comparison]:
    return small_uploads.compare(bench.parts, bench.muniment, bench.options.small_files, bench.options.rounds)


def dialects(bench: Bench) -> list[Comparison]:
    """The same call through a dialect, beside the native one: within 1.25 of its time."""
    side = bench.muniment
    get = Contestant(side, calls.get_file(side))
    gets = {name: Contestant(side, call(side)) for name, call in _GETS.items()}
    upload = Contestant(side, calls.upload_document(side))
    uploads = {name: Contestant(side, call(side)) for name, call in _UPLOADS.items()}
    bench.run([get, *gets.values()])
    bench.run([upload, *uploads.values()])
    return [
        *(throughput(f"GET one file through {name}, beside /v1/files/{{id}}", g, get, 0.8) for name, g in gets.items()),
        *(
            throughput(f"upload of 100 KiB through {name}, beside /v1/files/upload", u, upload, 0.8)
            for name, u in uploads.items()
        ),
    ]


def workers(bench: Bench) -> list[Comparison]:
    one, two = bench.muniment, bench.two_workers
    return [
        *bench.compare("two workers, GET /v1/files/{id}", 1.6, one, calls.get_file, two),
        *bench.compare("two workers, GetFile over gRPC", 1.6, one, calls.get_file_grpc, two),
    ]


_GETS: Mapping[str, Callable[[Side], Target]] = {
    "Invaro": calls.get_invaro,
    "Snapbooks": calls.get_snapbooks,
    "LlamaCloud": calls.get_llamacloud,
}
_UPLOADS: Mapping[str, Callable[[Side], Target]] = {
    "Invaro": calls.upload_invaro,
    "Snapbooks": calls.upload_snapbooks,
    "LlamaCloud": calls.upload_llamacloud,
}
ROWS: Mapping[str, Callable[[Bench], list[Comparison]]] = {
    "getfile": get_file_grpc,
    "get": get_file,
    "list": list_files,
    "deep": deep_list,
    "presign": presign_one,
    "presign100": presign_batch,
    "upload": upload,
    "download": download,
    "large": upload_large,
    "small": upload_small,
    "dialects": dialects,
    "workers": workers,
}
