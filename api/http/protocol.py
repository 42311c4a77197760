"""HTTP as it is read from a connection: what cannot be read is told as a problem, like every other error."""

from __future__ import annotations

from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.problems import problem

__all__ = ["Protocol"]

_HEAD = 256 << 10
"""How many bytes a request may send before its headers are over."""


class Protocol(HttpToolsProtocol):
    """Requests of one connection."""

    _in_head = True
    _head = 0

    def data_received(self, data: bytes) -> None:
        """Read on; what sends headers without end is not kept in memory."""
        if self._in_head:
            self._head += len(data)
            if self._head > _HEAD:
                detail = f"a request has {_HEAD:,} bytes at most before its body"
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", detail)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin with a request."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin with its body."""
        self._in_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Tell that what came is no HTTP."""
        detail = f"{msg.rstrip('.').lower()}: send HTTP/1.1, with an address of 64 kB at most"
        self._refuse(HTTPStatus.BAD_REQUEST, "bad-request", detail)

    def _refuse(self, status: HTTPStatus, kind: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        answer = problem(status, kind, detail, headers={"Connection": "close"})
        head = [f"HTTP/1.1 {int(status)} {status.phrase}".encode(), *(b": ".join(pair) for pair in answer.raw_headers)]
        self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.transport.close()
