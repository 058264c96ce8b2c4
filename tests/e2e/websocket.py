"""A small WebSocket client (RFC 6455): text messages, for tests that need thousands of them."""

import json
import socket
import struct
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def upgrade_request(host):
    return (
        f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def encode(payload, opcode=TEXT):
    """One masked frame. The mask of zeros is a legal one, and costs nothing."""
    if isinstance(payload, str):
        payload = payload.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


class Decoder:
    """Bytes in, whole messages out: (opcode, payload)."""

    def __init__(self):
        self.buffer = bytearray()
        self.parts = []

    def feed(self, data):
        self.buffer += data
        out = []
        while (frame := self.take_frame()) is not None:
            final, opcode, payload = frame
            if opcode >= CLOSE:
                out.append((opcode, payload))
                continue
            self.parts.append(payload)
            if final:
                out.append((TEXT, b"".join(self.parts)))
                self.parts = []
        return out

    def take_frame(self):
        if len(self.buffer) < 2:
            return None
        size, at = self.buffer[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            if len(self.buffer) < 2 + width:
                return None
            size, at = int.from_bytes(self.buffer[2 : 2 + width], "big"), 2 + width
        if len(self.buffer) < at + size:
            return None
        first = self.buffer[0]
        payload = bytes(self.buffer[at : at + size])
        del self.buffer[: at + size]
        return first & 0x80, first & 0x0F, payload


class Closed(OSError):
    """The server ended the connection; `code` as in its close frame, None without one."""

    def __init__(self, code, reason):
        super().__init__(f"closed: {code} {reason}")
        self.code = code


class WebSocket:
    """Blocking, for one thread."""

    def __init__(self, url, source=None, timeout=60, receive_buffer=None):
        parts = urlsplit(url)
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((parts.hostname, parts.port))
        self.socket.sendall(upgrade_request(parts.netloc))
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.socket.recv(4096)
            if not part:
                raise Closed(None, "during the upgrade")
            head += part
        self.head, _, rest = head.partition(b"\r\n\r\n")
        if not self.head.startswith(b"HTTP/1.1 101"):
            self.socket.close()
            raise OSError(self.head.decode())
        self.decoder = Decoder()
        self.waiting = self.decoder.feed(rest)
        self.events = []  # subscription events that came before an answer

    def close(self):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(encode(text))

    def receive(self):
        """The next text message."""
        while True:
            while self.waiting:
                opcode, payload = self.waiting.pop(0)
                if opcode == TEXT:
                    return payload.decode()
                if opcode == PING:
                    self.socket.sendall(encode(payload, PONG))
                if opcode == CLOSE:
                    code = int.from_bytes(payload[:2], "big") if payload else None
                    raise Closed(code, payload[2:].decode())
            data = self.socket.recv(65536)
            if not data:
                raise Closed(None, "no close frame")
            self.waiting += self.decoder.feed(data)

    def call(self, method, *params):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.send(json.dumps(body))
        while True:
            answer = json.loads(self.receive())
            if "method" in answer:
                self.events.append(answer["params"]["result"])
                continue
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["result"]

    def event(self):
        """What the next notification says."""
        if self.events:
            return self.events.pop(0)
        while "method" not in (message := json.loads(self.receive())):
            pass
        return message["params"]["result"]
