"""Takes the address on which the server listens."""

from __future__ import annotations

import os
import socket

from kmsproof_server.errors import ServingError


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; with port 0 on one that is free. Raises `ServingError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends without delay only where the protocol is named, and a reply is two pieces.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers have one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
        return listening
    except (OSError, OverflowError) as error:
        listening.close()
        raise ServingError(
            f"The address {host}, port {port}, cannot be taken ({error}).",
            "Take another port, or 0 for one that is free.",
        ) from error
