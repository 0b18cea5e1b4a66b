"""Where the parts are put together, and nowhere else."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version

import structlog
import uvicorn
from prometheus_client import CollectorRegistry

from service.dialects.invaro import InvaroFiles
from service.dialects.llamacloud import LlamaCloudFiles
from service.dialects.snapbooks import SnapbooksFiles
from service.domain.errors import DomainError, UnavailableError
from service.files.direct import DirectUploads
from service.files.erasing import Eraser
from service.files.inspected import InspectedUploads
from service.files.library import Library
from service.files.multipart import MultipartUploads
from service.files.presigned import PresignedUploads
from service.files.settings import FileSettings
from service.files.sweeps import FileSweeps
from service.gateway.application import Gateway
from service.gateway.envelopes.invaro import InvaroEnvelope
from service.gateway.envelopes.llamacloud import LlamaCloudEnvelope
from service.gateway.envelopes.native import NativeEnvelope
from service.gateway.metrics import HttpMetrics
from service.gateway.settings import GatewaySettings
from service.objects import self_test
from service.objects.parts import MultipartStore
from service.objects.store import ObjectStore, StoreSettings
from service.organizations.api_keys import ApiKeys
from service.organizations.authentication import Authenticator
from service.organizations.facilities import Facilities
from service.organizations.folders import Folders
from service.organizations.last_use import LastUse
from service.organizations.members import Members
from service.organizations.numbers import Numbers
from service.organizations.organizations import Organizations
from service.organizations.projects import Projects
from service.organizations.suppliers import Suppliers
from service.organizations.tokens import TokenSettings, TokenSettingsError, TokenVerifier
from service.postgres import startup
from service.postgres.access import AccessQueries
from service.postgres.access_listener import AccessListener
from service.postgres.database import Database
from service.postgres.files import FileQueries
from service.postgres.idempotency import IdempotencyKeys
from service.postgres.rate_limits import RateLimitCounts
from service.processing.event_log import EventLog
from service.processing.inspecting import DocumentInspector
from service.processing.language_model import LanguageModel, LanguageModelSettings
from service.processing.maintenance import SweepSettings
from service.processing.worker import Sweep, Worker, WorkerSettings
from service.readings.pages import ReadingPages
from service.readings.use_cases import Readings
from service.records.use_cases import Records
from service.rpc.api_keys import ApiKeyService
from service.rpc.assembly import make_chain
from service.rpc.chain import build_rpcs
from service.rpc.errors import CODES
from service.rpc.events import EventService
from service.rpc.facilities import FacilityService
from service.rpc.files import FileService
from service.rpc.folders import FolderService
from service.rpc.limits import GENERAL, RateLimits
from service.rpc.members import MemberService
from service.rpc.multipart_uploads import MultipartUploadService
from service.rpc.organizations import OrganizationService
from service.rpc.projects import ProjectService
from service.rpc.readings import ReadingService
from service.rpc.records import RecordService
from service.rpc.registry import Rpc
from service.rpc.server import GrpcServer, GrpcSettings
from service.rpc.suppliers import SupplierService
from service.settings import Settings

log = structlog.get_logger(__name__)

_HTTP_BACKLOG = 2048


class StartError(Exception):
    """The service can't start; the message says why, and what to do."""


def make_database(settings: Settings) -> Database:
    return Database(settings.database_url.get_secret_value(), max_size=settings.database_pool_size)


def make_file_settings(settings: Settings) -> FileSettings:
    """Take what is set about files."""
    return FileSettings(
        max_size_bytes=settings.max_file_bytes,
        upload_lifetime=timedelta(seconds=settings.upload_url_seconds),
        download_lifetime=timedelta(seconds=settings.download_url_seconds),
        ephemeral_lifetime=timedelta(seconds=settings.ephemeral_file_seconds),
    )


def make_store(settings: Settings) -> ObjectStore:
    return ObjectStore(
        StoreSettings(
            endpoint_url=settings.s3_endpoint_url,
            public_endpoint_url=settings.public_endpoint_url,
            bucket=settings.s3_bucket,
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
            region=settings.s3_region,
        )
    )


def make_language_model(settings: Settings) -> LanguageModel | None:
    """Make the general reader's helper, if one is set."""
    if settings.llm_url is None or settings.llm_model is None:
        return None
    return LanguageModel(
        LanguageModelSettings(
            url=settings.llm_url,
            model=settings.llm_model,
            api_key=settings.llm_api_key.get_secret_value() if settings.llm_api_key else None,
            seconds=settings.llm_seconds,
            recordings=settings.llm_recordings_folder,
            replay=settings.llm_replay,
        )
    )


async def prove_parts(settings: Settings) -> None:
    """Make sure, once at the start, that database and store can do what the service needs.

    Raises:
        StartError: one of them can't.
    """
    try:
        await startup.connect_once(settings.database_url.get_secret_value())
    except startup.DatabaseNotFitError as error:
        raise StartError(str(error)) from error
    database, store = make_database(settings), make_store(settings)
    await database.open()
    await store.open()
    try:
        await startup.check(database)
        if settings.s3_self_test:
            await self_test.run(store)
        await store.ensure_bucket(settings.cors_origins)
    except (startup.DatabaseNotFitError, self_test.StoreNotFitError, UnavailableError) as error:
        raise StartError(str(error)) from error
    finally:
        await store.close()
        await database.close()


class Service:
    """gRPC and HTTP in one process."""

    def __init__(self, settings: Settings, *, reuse_port: bool = False) -> None:
        self._settings = settings
        self._reuse_port = reuse_port
        self.database = make_database(settings)
        self.store = make_store(settings)
        access = AccessQueries(self.database)
        self._last_use = LastUse(access)
        self._authenticator = Authenticator(access, tokens=_token_verifier(settings), last_use=self._last_use)
        self._listener = AccessListener(settings.database_url.get_secret_value(), self._authenticator.forget)
        self._inspector = DocumentInspector()
        registry = CollectorRegistry()
        self._chain = make_chain(
            self._authenticator, IdempotencyKeys(self.database), registry, _rate_limits(settings, self.database)
        )
        rpcs = build_rpcs(self._servicers(), self._chain)
        self._grpc = GrpcServer(rpcs, self._grpc_settings(), self._is_ready)
        self._http = self._make_http(rpcs, registry)
        self._serving: asyncio.Task[None] | None = None

    @property
    def grpc_port(self) -> int:
        return self._grpc.port

    async def start(self) -> None:
        """Listen on both ports.

        Raises:
            StartError: a port is taken, or a certificate can't be used.
        """
        self._check_certificate()
        http_socket = self._bind_http()
        await self.database.open()
        await self.store.open()
        self._listener.start()
        self._last_use.start()
        try:
            await self._grpc.start()
        except OSError as error:
            http_socket.close()
            await self._close_parts()
            raise StartError(f"gRPC {error}") from error
        self._serving = asyncio.create_task(self._http.serve(sockets=[http_socket]), name="http")
        while not self._http.started and not self._serving.done():  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Take no more calls, let those that run end, and close everything."""
        self._http.should_exit = True
        await self._grpc.stop(self._settings.shutdown_seconds)
        if self._serving is not None:
            await asyncio.gather(self._serving, return_exceptions=True)
        await self._chain.finish()
        await self._close_parts()

    async def _close_parts(self) -> None:
        await self._listener.stop()
        await self._last_use.stop()
        await self._inspector.close()
        await self.store.close()
        await self.database.close()

    def _servicers(self) -> list[object]:
        settings = self._settings
        file_settings = make_file_settings(settings)
        database, store, files = self.database, self.store, FileQueries(self.database)
        readings, records = Readings(database), Records(database)
        numbers = Numbers(database)
        direct = DirectUploads(files, store, file_settings)
        presigned = PresignedUploads(database, files, store, file_settings)
        library = Library(database, files, store, file_settings)
        multipart = MultipartUploads(presigned, files, MultipartStore(store), file_settings)
        return [
            FileService(presigned, direct, library),
            MultipartUploadService(multipart, library),
            ReadingService(readings, records, ReadingPages(database, store, self._inspector.draw)),
            RecordService(records),
            EventService(EventLog(database)),
            OrganizationService(Organizations(database)),
            MemberService(Members(database, self._authenticator.forget)),
            ApiKeyService(ApiKeys(database, self._authenticator.forget)),
            FolderService(Folders(database)),
            ProjectService(Projects(database)),
            FacilityService(Facilities(database)),
            SupplierService(Suppliers(database)),
            LlamaCloudFiles(presigned, direct, library, numbers),
            SnapbooksFiles(direct, library, numbers),
            InvaroFiles(
                InspectedUploads(direct, self._inspector.inspect),
                library,
                readings,
                classify_seconds=settings.invaro_classify_seconds,
            ),
        ]

    def _grpc_settings(self) -> GrpcSettings:
        settings = self._settings
        return GrpcSettings(
            host=settings.grpc_host,
            port=settings.grpc_port,
            reuse_port=self._reuse_port,
            certificate_file=settings.tls_cert_file,
            key_file=settings.tls_key_file,
        )

    def _make_http(self, rpcs: list[Rpc], registry: CollectorRegistry) -> _HttpServer:
        settings = self._settings
        gateway = Gateway(
            rpcs,
            GatewaySettings(
                version=version("muniment"),
                cors_origins=settings.cors_origins,
                max_json_bytes=settings.max_json_bytes,
                max_upload_json_bytes=settings.max_upload_json_bytes,
            ),
            ready=self._readiness,
            reason_codes={error.reason: code for error, code in CODES.items()},
            envelopes={
                "muniment.dialects.invaro.v1": InvaroEnvelope(),
                "muniment.dialects.llamacloud.v1": LlamaCloudEnvelope(),
                "muniment.dialects.snapbooks.v1": NativeEnvelope("Snapbooks"),
            },
            observers=[HttpMetrics(registry)],
            registry=registry,
        )
        return _HttpServer(
            uvicorn.Config(
                gateway,
                loop="none",
                http="httptools",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=int(settings.shutdown_seconds),
                ssl_certfile=settings.tls_cert_file,
                ssl_keyfile=settings.tls_key_file,
            )
        )

    def _check_certificate(self) -> None:
        """Say what is wrong with it, of which gRPC would say no more than that it can't listen."""
        settings = self._settings
        if settings.tls_cert_file is None:
            return
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert_file, settings.tls_key_file)
        except OSError as error:
            raise StartError(f"MUNIMENT_TLS_CERT_FILE and MUNIMENT_TLS_KEY_FILE can't be used: {error}") from error

    def _bind_http(self) -> socket.socket:
        settings = self._settings
        family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
        http_socket = socket.socket(family, socket.SOCK_STREAM)
        http_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._reuse_port:
            http_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            http_socket.bind((settings.http_host, settings.http_port))
        except OSError as error:
            http_socket.close()
            raise StartError(
                f"HTTP can't listen on {settings.http_host}:{settings.http_port}: {error.strerror}. "
                "Free the port, or choose another one with MUNIMENT_HTTP_PORT"
            ) from error
        http_socket.listen(_HTTP_BACKLOG)
        http_socket.setblocking(False)
        return http_socket

    async def _readiness(self) -> Mapping[str, str]:
        postgres, s3 = await asyncio.gather(_postgres_state(self.database), _s3_state(self.store))
        return {"postgres": postgres, "s3": s3}

    async def _is_ready(self) -> bool:
        return all(state == "ok" for state in (await self._readiness()).values())


class WorkerProcess:
    """A worker with its own connections."""

    def __init__(self, settings: Settings) -> None:
        self._database = make_database(settings)
        self._store = make_store(settings)
        self._worker = Worker(
            settings.database_url.get_secret_value(),
            self._database,
            self._store,
            WorkerSettings(
                concurrency=settings.worker_concurrency,
                graceful_seconds=settings.shutdown_seconds,
                # Several signs of life in that time, or a worker that lives would count as dead.
                heartbeat_seconds=min(3.0, settings.worker_stalled_seconds / 4),
                stalled_seconds=settings.worker_stalled_seconds,
                sweep=SweepSettings(
                    object_grace=timedelta(seconds=settings.sweep_grace_seconds),
                    presign_expiry=timedelta(seconds=settings.upload_url_seconds),
                ),
            ),
            sweeps=[Sweep("sweep_files", "* * * * *", self._file_sweeps(make_file_settings(settings)).run)],
            model=make_language_model(settings),
        )

    def _file_sweeps(self, settings: FileSettings) -> FileSweeps:
        database, store, files = self._database, self._store, FileQueries(self._database)
        return FileSweeps(
            database,
            Library(database, files, store, settings),
            PresignedUploads(database, files, store, settings),
            Eraser(database, store),
            upload_lifetime=settings.upload_lifetime,
        )

    async def run(self) -> None:
        """Take jobs until stopped."""
        await self._database.open()
        await self._store.open()
        try:
            await self._worker.run()
        finally:
            await self._store.close()
            await self._database.close()

    async def stop(self) -> None:
        """Take no more jobs; `run` ends when those that run are done or given back."""
        await self._worker.stop()


class _HttpServer(uvicorn.Server):
    """uvicorn, without its own ways with signals: one place decides when everything stops."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _postgres_state(database: Database) -> str:
    asking = asyncio.create_task(_answers(database), name="postgres-state")
    done, _ = await asyncio.wait({asking}, timeout=3)
    # Not awaited when it is late: a query whose server is frozen takes seconds to be cancelled.
    asking.cancel()
    return "ok" if done and asking.result() else "PostgreSQL doesn't answer"


async def _answers(database: Database) -> bool:
    try:
        await startup.is_ready(database)
    except DomainError:
        return False
    return True


async def _s3_state(store: ObjectStore) -> str:
    return "ok" if await store.is_ready() else "the object store doesn't answer for the bucket"


def _rate_limits(settings: Settings, database: Database) -> RateLimits:
    per_minute = {GENERAL: settings.rate_limit_per_minute, "invaro": settings.invaro_rate_limit_per_minute}
    return RateLimits(RateLimitCounts(database), per_minute)


def _token_verifier(settings: Settings) -> TokenVerifier | None:
    if not settings.accepts_tokens:
        return None
    assert settings.jwt_issuer is not None
    assert settings.jwt_audience is not None
    try:
        return TokenVerifier(
            TokenSettings(
                issuer=settings.jwt_issuer,
                audience=settings.jwt_audience,
                jwks_url=settings.jwt_jwks_url,
                key_file=settings.jwt_key_file,
                leeway_seconds=settings.jwt_leeway_seconds,
            )
        )
    except TokenSettingsError as error:
        raise StartError(f"MUNIMENT_JWT_KEY_FILE: {error}") from error
