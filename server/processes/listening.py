"""The socket that the server will listen on, taken before anything slow is started."""

import errno
import resource
import socket

# Of the database, of logs, and of clients who are told that there are too many.
_OTHER_FILES = 700


class CannotListen(Exception):
    """The address cannot be had; the message says why and what to do."""


def reserved_socket(host: str, port: int) -> socket.socket:
    """A socket bound to the address but not listening: until we are ready, callers are refused."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CannotListen(
            f"KAIRAN_HOST is '{host}', which is no address of this machine: {error.strerror};"
            " give one such as 127.0.0.1"
        ) from error
    listener = socket.socket(family, kind, protocol)
    # Connections of a server that has just ended must not keep the next one from its port.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise CannotListen(explained(host, port, error)) from error
    return listener


def make_room(connections: int) -> None:
    """Let this process have as many sockets, as far as the machine allows it to allow itself.

    Often a process may have 1,024 files open and could have many more by asking; out of them, it
    can accept nobody, not even to say that it is full.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def explained(host: str, port: int, error: OSError) -> str:
    """Why the address cannot be had, and the cure."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is taken: stop the program that listens there (another"
            " Kairan?), or choose another port with KAIRAN_PORT"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is for privileged users: choose one above 1023 with KAIRAN_PORT"
    return f"cannot listen on {host}: {error.strerror}; choose another address with KAIRAN_HOST"


def origin_of(listener: socket.socket) -> str:
    """The address for a browser, such as http://127.0.0.1:8000."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
