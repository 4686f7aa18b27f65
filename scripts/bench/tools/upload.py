"""Uploads a file as an avatar, chunked, and prints "status STATUS BYTES_SENT".

upload.py HOST PORT TOKEN FILE PADDED_TO: zeros follow the file until the body has that many bytes. The answer is read
as soon as it comes, also before everything is sent.
"""

import itertools
import select
import socket
import sys
from collections.abc import Iterator

PIECE = 65_536
BOUNDARY = "bench-boundary"


def head(host: str, port: str, token: str) -> bytes:
    return (
        f"POST /media/upload/avatar HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()


def pieces(path: str, padded_to: int) -> Iterator[bytes]:
    yield (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="picture.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece
        size = file.tell()
    yield from itertools.repeat(bytes(PIECE), max(0, padded_to - size) // PIECE)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def send(connection: socket.socket, path: str, padded_to: int) -> int:
    sent = 0
    try:
        for piece in pieces(path, padded_to):
            if select.select([connection], [], [], 0)[0]:
                return sent
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
        connection.sendall(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass
    return sent


def main() -> None:
    host, port, token, path, padded_to = sys.argv[1:]
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(head(host, port, token))
        sent = send(connection, path, int(padded_to))
        answer = b""
        while b"\r\n" not in answer and (more := connection.recv(PIECE)):
            answer += more
    print("status", answer.split(b" ")[1].decode(), sent)


main()
