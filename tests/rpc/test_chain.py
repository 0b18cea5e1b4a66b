"""Errors, streams and observation, with a file service whose methods do what each test says."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest
from muniment.files.v1 import file_service_pb2 as pb
from muniment.files.v1 import file_service_pb2_grpc
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from service.domain.errors import FileNotFoundInOrganizationError, UnavailableError
from service.domain.ids import new_id
from service.rpc.assembly import make_chain
from service.rpc.chain import build_rpcs
from service.rpc.context import scope_of
from service.rpc.policy import PolicyError
from service.rpc.server import GrpcServer, GrpcSettings
from tests.rpc.conftest import Service, Tenant, failure_of
from tests.system.support import until


class FileService(file_service_pb2_grpc.FileServiceServicer):
    """What a test sets is what a method does."""

    def __init__(self) -> None:
        self.do: Any = None
        self.closed = asyncio.Event()

    async def GetFile(self, request: pb.GetFileRequest, context: Any) -> pb.GetFileResponse:
        await self.do(context)
        return pb.GetFileResponse()

    async def DownloadFile(self, request: pb.DownloadFileRequest, context: Any) -> AsyncIterator[Any]:
        try:
            for number in range(3):
                await asyncio.sleep(0)
                yield pb.DownloadFileResponse(chunk=f"{number} {scope_of(context).organization_id}".encode())
            await self.do(context)
        finally:
            self.closed.set()

    async def UploadFiles(self, request_iterator: Any, context: Any) -> pb.UploadFilesResponse:
        await self.do([message async for message in request_iterator])
        return pb.UploadFilesResponse()


async def _unused(self: Any, request: Any, context: Any) -> None:
    raise AssertionError("not called")


for _method in pb.DESCRIPTOR.services_by_name["FileService"].methods:
    if _method.name not in vars(FileService):
        setattr(FileService, _method.name, _unused)


class Running:
    def __init__(self, files: FileService, stub: Any, headers: Any, registry: CollectorRegistry) -> None:
        self.files, self.stub, self.headers, self.registry = files, stub, headers, registry

    def metric(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0

    async def counted(self, name: str, **labels: str) -> bool:
        """Whether a metric becomes 1: a call is counted a moment after its caller has the answer."""

        async def look() -> bool:
            return self.metric(name, **labels) == 1

        return bool(await until(look, every=0.02, what=f"a count of {name} {labels}"))


@pytest.fixture
async def running(service: Service, tenant: Tenant) -> AsyncIterator[Running]:
    files = FileService()  # type: ignore[abstract]  # the loop above gives it the rest
    registry = CollectorRegistry()
    chain = make_chain(service.authenticator, service.idempotency_keys, registry)

    async def ready() -> bool:
        return True

    server = GrpcServer(build_rpcs([files], chain), GrpcSettings(), ready)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub: Any = file_service_pb2_grpc.FileServiceStub(channel)
        yield Running(files, stub, tuple(tenant.headers().items()), registry)
    await server.stop(0.1)


def get(running: Running, **more: Any) -> Any:
    return running.stub.GetFile(pb.GetFileRequest(file_id=str(new_id())), metadata=running.headers, **more)


def raising(error: BaseException) -> Any:
    async def do(_: Any) -> None:
        raise error

    return do


async def test_unknown_exception_is_internal_and_says_nothing(running: Running) -> None:
    running.files.do = raising(RuntimeError("the password is 1234"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await get(running)
    failure = failure_of(caught.value)
    assert (failure.code, failure.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "1234" not in str(failure)
    labels = {"method": "/muniment.files.v1.FileService/GetFile", "code": "INTERNAL"}
    assert await running.counted("muniment_calls_total", **labels)
    assert running.metric("muniment_call_seconds_count", method=labels["method"]) == 1
    assert running.metric("muniment_calls_in_flight") == 0


async def test_why_a_part_is_away_is_logged_and_not_told(running: Running) -> None:
    error = UnavailableError("try again")
    error.__cause__ = ConnectionError("db-7 refused")
    running.files.do = raising(error)
    with capture_logs() as lines, pytest.raises(grpc.aio.AioRpcError) as caught:
        await get(running)
    failure = failure_of(caught.value)
    assert failure.code is grpc.StatusCode.UNAVAILABLE
    assert "db-7" not in str(failure)
    assert [line["cause"] for line in lines if line["event"] == "unavailable"] == ["ConnectionError: db-7 refused"]


async def test_cancelled_call_is_counted_as_cancelled(running: Running) -> None:
    begun = asyncio.Event()

    async def wait(_: Any) -> None:
        begun.set()
        await asyncio.sleep(3600)

    running.files.do = wait
    call = get(running)
    await asyncio.wait_for(begun.wait(), 60)
    assert running.metric("muniment_calls_in_flight") == 1
    call.cancel()
    path = "/muniment.files.v1.FileService/GetFile"
    assert await running.counted("muniment_calls_total", method=path, code="CANCELLED")
    assert running.metric("muniment_calls_in_flight") == 0


async def test_stream_knows_its_scope_until_its_end(running: Running, tenant: Tenant) -> None:
    async def nothing(_: Any) -> None:
        return

    running.files.do = nothing
    call = running.stub.DownloadFile(pb.DownloadFileRequest(file_id=str(new_id())), metadata=running.headers)
    chunks = [answer.chunk.decode() async for answer in call]
    assert chunks == [f"{number} {tenant.organization_id}" for number in range(3)]
    assert dict(await call.trailing_metadata())["x-request-id"]


async def test_failure_in_the_middle_of_a_stream_is_mapped(running: Running) -> None:
    running.files.do = raising(FileNotFoundInOrganizationError("gone"))
    call = running.stub.DownloadFile(pb.DownloadFileRequest(file_id=str(new_id())), metadata=running.headers)
    seen = 0
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            seen += 1
    assert seen == 3
    assert failure_of(caught.value).reason == "FILE_NOT_FOUND"
    path = "/muniment.files.v1.FileService/DownloadFile"
    assert await running.counted("muniment_calls_total", method=path, code="NOT_FOUND")


async def test_stream_is_closed_when_its_reader_goes_away(running: Running) -> None:
    async def wait(_: Any) -> None:
        await asyncio.sleep(3600)

    running.files.do = wait
    call = running.stub.DownloadFile(pb.DownloadFileRequest(file_id=str(new_id())), metadata=running.headers)
    await call.read()
    call.cancel()
    await asyncio.wait_for(running.files.closed.wait(), 60)


async def test_streamed_requests_are_validated_as_they_come(running: Running) -> None:
    async def nothing(_: Any) -> None:
        return

    running.files.do = nothing
    good = [pb.UploadFilesRequest(header={"file_name": "a.pdf"}), pb.UploadFilesRequest(chunk=b"x")]
    await running.stub.UploadFiles(iter(good), metadata=running.headers)
    bad = [*good, pb.UploadFilesRequest(header={"file_name": "a/b.pdf"})]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.stub.UploadFiles(iter(bad), metadata=running.headers)
    assert list(failure_of(caught.value).fields()) == ["header.file_name"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.stub.UploadFiles(iter([pb.UploadFilesRequest()]), metadata=running.headers)
    assert failure_of(caught.value).fields() == {"payload": "is required"}


async def test_stream_without_credential_is_refused_before_it_is_read(running: Running) -> None:
    running.files.do = raising(AssertionError("reached"))
    call = running.stub.UploadFiles(iter([pb.UploadFilesRequest(chunk=b"x")]))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert failure_of(caught.value).code is grpc.StatusCode.UNAUTHENTICATED


class Uploads:
    """Counts the uploads that were carried out."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    async def __call__(self, messages: Any) -> None:
        self.seen.append(b"".join(message.chunk for message in messages))


def upload(running: Running, *chunks: bytes, name: str = "a.pdf", key: str = "k") -> Any:
    messages = [pb.UploadFilesRequest(header={"file_name": name})]
    messages += [pb.UploadFilesRequest(chunk=chunk) for chunk in chunks]
    return running.stub.UploadFiles(iter(messages), metadata=(*running.headers, ("idempotency-key", key)))


async def test_repeated_upload_is_not_stored_twice_however_it_is_cut(running: Running) -> None:
    running.files.do = uploads = Uploads()
    first = upload(running, b"abc", b"def")
    await first
    again = upload(running, b"a", b"bcdef")
    await again
    assert uploads.seen == [b"abcdef"]
    assert dict(await again.trailing_metadata())["x-http-idempotency-replayed"] == "true"
    assert "x-http-idempotency-replayed" not in dict(await first.trailing_metadata())


@pytest.mark.parametrize(("chunks", "name"), [((b"abcdeg",), "a.pdf"), ((b"abcdef",), "b.pdf"), ((), "a.pdf")])
async def test_other_upload_with_the_same_key_is_refused(running: Running, chunks: tuple[bytes], name: str) -> None:
    running.files.do = uploads = Uploads()
    await upload(running, b"abcdef")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await upload(running, *chunks, name=name)
    failure = failure_of(caught.value)
    assert (failure.code, failure.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED")
    assert len(uploads.seen) == 1


async def test_upload_that_broke_off_leaves_its_key_free(running: Running) -> None:
    running.files.do = uploads = Uploads()
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[Any]:
        yield pb.UploadFilesRequest(header={"file_name": "a.pdf"})
        begun.set()
        await asyncio.sleep(3600)

    call = running.stub.UploadFiles(endless(), metadata=(*running.headers, ("idempotency-key", "k")))
    await asyncio.wait_for(begun.wait(), 60)
    await asyncio.sleep(0.2)
    call.cancel()
    await asyncio.wait_for(upload(running, b"abc"), 60)
    assert uploads.seen == [b"abc"]


async def test_call_whose_caller_went_away_is_carried_through(running: Running) -> None:
    begun, go, done = asyncio.Event(), asyncio.Event(), 0

    async def slow(_: Any) -> None:
        nonlocal done
        begun.set()
        await go.wait()
        done += 1

    running.files.do = slow
    request = pb.GetFileRequest(file_id=str(new_id()))
    headers = (*running.headers, ("idempotency-key", "k"))
    call = running.stub.GetFile(request, metadata=headers)
    await asyncio.wait_for(begun.wait(), 60)
    call.cancel()
    again = asyncio.ensure_future(running.stub.GetFile(request, metadata=headers))
    await asyncio.sleep(0.2)
    assert not again.done()
    go.set()
    await asyncio.wait_for(again, 60)
    assert done == 1


async def test_failure_after_the_caller_went_away_is_logged(running: Running) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def fail(_: Any) -> None:
        begun.set()
        await go.wait()
        raise RuntimeError("late")

    running.files.do = fail
    with capture_logs() as logs:
        call = running.stub.GetFile(
            pb.GetFileRequest(file_id=str(new_id())), metadata=(*running.headers, ("idempotency-key", "k"))
        )
        await asyncio.wait_for(begun.wait(), 60)
        call.cancel()
        assert await running.counted(
            "muniment_calls_total", method="/muniment.files.v1.FileService/GetFile", code="CANCELLED"
        )
        go.set()

        async def logged() -> bool:
            return any(entry["log_level"] == "error" for entry in logs)

        await until(logged, every=0.02, what="the error in the log")
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == [
        "call failed after its caller went away"
    ]


async def test_failure_of_the_service_leaves_the_key_free(running: Running) -> None:
    headers = (*running.headers, ("idempotency-key", "k"))
    request = pb.GetFileRequest(file_id=str(new_id()))
    for error in (RuntimeError("x"), UnavailableError("x")):
        running.files.do = raising(error)
        with pytest.raises(grpc.aio.AioRpcError):
            await running.stub.GetFile(request, metadata=headers)
    running.files.do = raising(FileNotFoundInOrganizationError("not here"))
    with pytest.raises(grpc.aio.AioRpcError):
        await running.stub.GetFile(request, metadata=headers)

    async def works(_: Any) -> None:
        raise AssertionError("the kept failure was to be given again")

    running.files.do = works
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.stub.GetFile(request, metadata=headers)
    failure = failure_of(caught.value)
    assert (failure.reason, failure.message) == ("FILE_NOT_FOUND", "not here")
    assert failure.trailing["x-http-idempotency-replayed"] == "true"


def test_servicer_that_lacks_an_rpc_is_refused(service: Service) -> None:
    class Half(file_service_pb2_grpc.FileServiceServicer):
        pass

    with pytest.raises(PolicyError, match="doesn't implement"):
        build_rpcs([Half()], service.chain)  # type: ignore[abstract]  # what is tested
