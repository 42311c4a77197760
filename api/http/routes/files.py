"""Files of evidence: put under their own hash, listed, and given back with their digest."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.requests import ClientDisconnect

from api.http.access import Organisation, PrincipalOf, may
from api.http.answers import Model, Page, Paging, PagingOf, page
from api.http.identity import Permission
from api.http.problems import Problem, responses
from api.http.service import ServiceOf

__all__ = ["router"]

router = APIRouter(prefix="/v1/organisations/{organisation}/files", tags=["files"])
Digest = Annotated[str, Path(description="The SHA-256 of the file, in small letters.", pattern="^[0-9a-f]{64}$")]
"""The hash of a file in the path of a route."""
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_DIGEST = {"Repr-Digest": {"description": "The SHA-256 of the file (RFC 9530).", "schema": {"type": "string"}}}
_PIECE = 1 << 18


class FileModel(Model):
    """A file that was uploaded."""

    sha256: str = Field(description="The SHA-256 of the file.", examples=["0" * 64])
    size: int = Field(description="How many bytes it has.", examples=[18_042])


@router.get(
    "",
    summary="The files of an organisation",
    response_model=Page[FileModel],
    responses=responses(404, 422),
    dependencies=[Depends(may(Permission.READ))],
)
def list_files(
    request: Request,
    response: Response,
    service: ServiceOf,
    organisation: Organisation,
    paging: Annotated[Paging, Depends(PagingOf)],
) -> dict[str, Any]:
    """Return the files that were uploaded, by hash."""
    service.repository.held(organisation)
    found = [{"sha256": file.sha256, "size": file.size} for file in service.files.stored(organisation)]
    return page(request, response, found, paging)


@router.put(
    "/{sha256}",
    summary="Upload a file",
    status_code=204,
    response_class=Response,
    responses={
        201: {"description": "The file is here now.", "headers": _DIGEST},
        204: {"description": "The file was here already.", "headers": _DIGEST},
        **responses(403, 404, 422),
    },
    dependencies=[Depends(may(Permission.WRITE))],
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
async def put_file(
    request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation, sha256: Digest
) -> Response:
    """Receive a file piece by piece, and keep it if its hash is the one in the address; no name of it is kept."""
    await to_thread.run_sync(service.repository.held, organisation)
    incoming = await to_thread.run_sync(service.files.incoming, organisation, sha256)
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            await to_thread.run_sync(incoming.write, piece)
    except ClientDisconnect as error:
        incoming.drop()
        detail = "the file broke off before its end; send it again"
        raise Problem(HTTPStatus.BAD_REQUEST, "broken-off", detail) from error
    except BaseException:
        incoming.drop()
        raise
    is_new = await to_thread.run_sync(incoming.keep)
    if is_new:
        told = {"sha256": sha256, "size": size}
        await to_thread.run_sync(service.repository.record, principal.name, "file uploaded", organisation, told)
    headers = {"Location": request.url.path, **_digest(sha256)}
    return Response(None, HTTPStatus.CREATED if is_new else HTTPStatus.NO_CONTENT, headers)


def _digest(sha256: str) -> dict[str, str]:
    return {"Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"}


@router.get(
    "/{sha256}",
    summary="A file",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The bytes that were uploaded.", "content": _BYTES, "headers": _DIGEST},
        **responses(404, 422),
    },
    dependencies=[Depends(may(Permission.READ))],
)
def read_file(service: ServiceOf, organisation: Organisation, sha256: Digest) -> Response:
    """Return a file as it was uploaded; it is hashed again before anything of it is sent."""
    file = service.files.open(organisation, sha256)
    headers = {
        **_digest(sha256),
        "ETag": f'"{sha256}"',
        "Content-Disposition": f'attachment; filename="{sha256}"',
        "Content-Security-Policy": "sandbox",
    }
    return StreamingResponse(_pieces(file), HTTPStatus.OK, headers, "application/octet-stream")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
