"""Opens keep-alive connections, asks once on each, then holds them and creates FILE: idle.py HOST PORT COUNT FILE."""

import resource
import signal
import socket
import struct
import sys

# Reset instead of closed: thousands of sockets in TIME_WAIT would leave no local ports for what is measured next.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def main() -> None:
    host, port, count, ready = sys.argv[1:]
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    request = f"GET /v1/health HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    connections = []
    for _ in range(int(count)):
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        connection.sendall(request)
        if not connection.recv(4_096).startswith(b"HTTP/1.1 200"):
            sys.exit("an idle connection was not answered")
        connections.append(connection)
    open(ready, "w").close()
    signal.pause()


main()
