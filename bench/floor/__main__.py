"""``python -m bench.floor DSN PORT``: a bare ``grpc.aio`` server that answers ``FileService/GetFile`` alone."""

import asyncio
import datetime as dt
import json
import signal
import sys
from typing import Any

import grpc
import uvloop
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.files.v1 import file_pb2, file_service_pb2
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

POOL_SIZE = 10

Pool = AsyncConnectionPool[AsyncConnection[Any]]

QUERY = """
SELECT id::text, number, name, extension, file_name, mime_type, size_kb, size_bytes, status, url, folder_id::text,
       tags, category, checksum_sha256, page_count, processing_status, processing_track, channel, created_by::text,
       created_at, updated_at, deleted_at, metadata::text, linked, error ->> 'code', error ->> 'message',
       external_file_id, source_file_id::text, type,
       ARRAY(SELECT project_id::text FROM file_projects p WHERE p.file_id = f.id ORDER BY p.created_at),
       ARRAY(SELECT id::text FROM files d WHERE d.source_file_id = f.id ORDER BY d.created_at)
FROM files f
WHERE id = %s
"""

STATUSES = {name.removeprefix("FILE_STATUS_").lower(): name for name, _ in file_pb2.FileStatus.items()}
PROCESSING_STATUSES = {
    name.removeprefix("PROCESSING_STATUS_").lower(): name for name, _ in file_pb2.ProcessingStatus.items()
}


class Floor:
    """One query, one message."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def get_file(
        self,
        request: file_service_pb2.GetFileRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> file_service_pb2.GetFileResponse:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(QUERY, (request.file_id,))).fetchone()
        if row is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such file")
            raise AssertionError
        return file_service_pb2.GetFileResponse(file=_message(row))

    def handler(self) -> grpc.GenericRpcHandler:
        get_file = grpc.unary_unary_rpc_method_handler(
            self.get_file,
            request_deserializer=file_service_pb2.GetFileRequest.FromString,
            response_serializer=file_service_pb2.GetFileResponse.SerializeToString,
        )
        return grpc.method_handlers_generic_handler("muniment.files.v1.FileService", {"GetFile": get_file})


def _message(row: tuple[Any, ...]) -> file_pb2.File:
    (id_, number, name, extension, file_name, mime_type, size_kb, size_bytes, status, url, folder_id,
     tags, category, checksum, page_count, processing_status, track, channel, created_by,
     created_at, updated_at, deleted_at, metadata, linked, error_code, error_message,
     external_file_id, source_file_id, type_, project_ids, target_file_ids) = row  # fmt: skip
    message = file_pb2.File(
        id=id_,
        number=number,
        name=name,
        extension=extension,
        file_name=file_name,
        mime_type=mime_type,
        size_kb=size_kb,
        size_bytes=size_bytes,
        status=STATUSES[status],
        url=url,
        folder_id=folder_id,
        project_ids=project_ids,
        tags=tags,
        category=category,
        checksum_sha256=checksum,
        page_count=page_count,
        processing_status=PROCESSING_STATUSES[processing_status],
        processing_track=f"PROCESSING_TRACK_{track}",
        channel=channel,
        created_by=created_by,
        created_at=_timestamp(created_at),
        updated_at=_timestamp(updated_at),
        deleted_at=_timestamp(deleted_at) if deleted_at else None,
        linked=linked,
        external_file_id=external_file_id,
        source_file_id=source_file_id,
        target_file_ids=target_file_ids,
        type=f"FILE_TYPE_{type_}",
        error=file_pb2.FileError(code=error_code, message=error_message) if error_code else None,
    )
    message.metadata.update(json.loads(metadata))
    return message


def _timestamp(moment: dt.datetime) -> Timestamp:
    return Timestamp(seconds=int(moment.timestamp()), nanos=moment.microsecond * 1000)


async def serve(dsn: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    pool: Pool = AsyncConnectionPool(
        dsn, min_size=POOL_SIZE, max_size=POOL_SIZE, kwargs={"autocommit": True}, open=False
    )
    async with pool:
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((Floor(pool).handler(),))
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        await stopped.wait()
        await server.stop(1)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
