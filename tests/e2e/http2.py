"""HTTP/2 by hand, for what no gRPC client would send (RFC 9113; headers without compression)."""
import contextlib
import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
CANCEL = struct.pack(">I", 8)
INITIAL_WINDOW_SIZE = 4
MOST_DATA = 16384  # of a frame


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    """A header without compression (RFC 7541, 6.2.2), its name and value of less than 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def headers_of(path, token=None, authority=b"localhost", scheme=b"http"):
    """The header block of a gRPC call."""
    fields = [(b":method", b"POST"), (b":scheme", scheme), (b":path", path.encode()),
              (b":authority", authority), (b"te", b"trailers"), (b"content-type", b"application/grpc")]
    if token:
        fields.append((b"authorization", f"Bearer {token}".encode()))
    return b"".join(field(name, value) for name, value in fields)


def message(body, length=None):
    """A gRPC message; `length` is what is said of it, if that is to be something else."""
    return b"\0" + struct.pack(">I", len(body) if length is None else length) + body


class Connection:
    """A connection to a service that has said what a client says first. Its owner reads, or does
    not."""

    def __init__(self, port, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, b""))
        self.next_stream = 1
        self.received = b""
        self.resets = 0  # streams that the peer has ended
        self.initial_window = 65535
        self.windows = {0: 65535}  # how many bytes may be sent, by stream

    def close(self):
        self.socket.close()

    def call(self, path, token=None, body=None, length=None):
        """Opens a stream. With a body it is the whole request, unless its length says otherwise."""
        stream = self.next_stream
        self.next_stream += 2
        self.windows[stream] = self.initial_window
        frames = frame(HEADERS, END_HEADERS, stream, headers_of(path, token))
        if body is not None:
            data = message(body, length)
            frames += frame(DATA, END_STREAM if length is None else 0, stream, data)
            for key in (0, stream):
                self.windows[key] -= len(data)
        self.socket.sendall(frames)
        return stream

    def reset(self, stream):
        self.socket.sendall(frame(RST_STREAM, 0, stream, CANCEL))

    def send(self, stream, size):
        """Sends at most so many bytes of data, as the peer has room for them; returns how many."""
        size = min(size, self.windows[0], self.windows[stream], MOST_DATA)
        if size > 0:
            self.socket.sendall(frame(DATA, 0, stream, bytes(size)))
            for key in (0, stream):
                self.windows[key] -= size
        return max(size, 0)

    def read(self, wait):
        """Takes what arrives within `wait` seconds: opens windows and answers pings, as every client
        does, and throws the rest away. False when the peer has closed the connection."""
        self.socket.settimeout(wait)
        try:
            more = self.socket.recv(1 << 20)
        except (TimeoutError, BlockingIOError):
            return True
        except ConnectionError:
            return False
        finally:
            self.socket.settimeout(30)
        self.received += more
        while len(self.received) >= 9:
            end = 9 + int.from_bytes(self.received[:3], "big")
            if len(self.received) < end:
                break
            kind, flags = self.received[3:5]
            stream = int.from_bytes(self.received[5:9], "big")
            payload, self.received = self.received[9:end], self.received[end:]
            with contextlib.suppress(ConnectionError):
                self._take(kind, flags, stream, payload)
        return bool(more)

    def _take(self, kind, flags, stream, payload):
        if kind == WINDOW_UPDATE and stream in self.windows:
            self.windows[stream] += int.from_bytes(payload, "big")
        elif kind == RST_STREAM:
            self.resets += 1
        elif kind == PING and not flags & ACK:
            self.socket.sendall(frame(PING, ACK, 0, payload))
        elif kind == SETTINGS and not flags & ACK:
            for at in range(0, len(payload), 6):
                name, value = struct.unpack(">HI", payload[at:at + 6])
                if name == INITIAL_WINDOW_SIZE:
                    for key in self.windows:
                        self.windows[key] += (value - self.initial_window) * (key != 0)
                    self.initial_window = value
            self.socket.sendall(frame(SETTINGS, ACK, 0, b""))
