#!/usr/bin/env python3
"""Many clients at once, and rude ones: 10,000 idle and 1,000 busy WebSockets are held and all get
every head; a slow reader harms nobody else; a flood from one address leaves others served.

SALUS_CROWD sets the number of idle WebSockets (10000); a tenth as many are busy.
"""

import asyncio
import contextlib
import http.client
import json
import os
import re
import resource
import socket
import threading
import time
import unittest

from crash_test import PER_BUNDLE, bundle
from harness import Node, http as ask, main, rpc, wait_until
from signing import sign
from websocket import PING, PONG, TEXT, Closed, Decoder, WebSocket, encode, upgrade_request

IDLE = int(os.environ.get("SALUS_CROWD", "10000"))
BUSY = max(1, IDLE // 10)
HEADS = 5
MOST_KIB = 48  # of the node's memory for an idle connection
NOWHERE = "0x00000000000000000000000000000000000000aa"
NUMBER = re.compile(rb'"number":"(0x[0-9a-f]+)"')


def resident_kib(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


def request(method, *params, number=1):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def websockets(node):
    text = ask("GET", node.url + "/metrics")[1].decode()
    return int(re.search(r"(?m)^salus_http_websockets (\d+)$", text)[1])


class Member(asyncio.Protocol):
    """One WebSocket of the crowd: counts what it is told, without reading it as JSON."""

    def __init__(self, loop, host):
        self.loop, self.host = loop, host
        self.opened = loop.create_future()
        self.head = b""
        self.decoder = Decoder()
        self.heads, self.logs, self.answers, self.faults = [], 0, 0, 0
        self.lost = False
        self.after_answer = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(upgrade_request(self.host))

    def data_received(self, data):
        if not self.opened.done():
            self.head += data
            if b"\r\n\r\n" not in self.head:
                return
            head, _, data = self.head.partition(b"\r\n\r\n")
            good = head.startswith(b"HTTP/1.1 101")
            self.opened.set_result(good)
        for opcode, payload in self.decoder.feed(data):
            if opcode == PING:
                self.transport.write(encode(payload, PONG))
            elif opcode == TEXT:
                self.take(payload)

    def take(self, payload):
        if b'"method":"eth_subscription"' not in payload:
            self.answers += 1
            self.faults += b'"error"' in payload
            if self.after_answer:
                self.after_answer(self)
        elif b'"logIndex"' in payload:
            self.logs += 1
        else:
            self.heads.append(int(NUMBER.search(payload)[1], 16))

    def connection_lost(self, _):
        self.lost = True
        if not self.opened.done():
            self.opened.set_result(False)

    def send(self, method, *params):
        self.transport.write(encode(json.dumps(request(method, *params))))


class Crowd:
    def __init__(self, node):
        self.node = node
        self.idle, self.busy = [], []
        self.over = False

    async def join(self, count, group=500):
        loop = asyncio.get_running_loop()
        out = []
        while len(out) < count:
            fresh = [
                loop.create_connection(
                    lambda: Member(loop, "localhost"), "127.0.0.1", self.node.port
                )
                for _ in range(min(group, count - len(out)))
            ]
            members = [member for _, member in await asyncio.gather(*fresh)]
            assert all(await asyncio.gather(*(one.opened for one in members)))
            out += members
        return out

    async def until(self, members, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not all(condition(one) for one in members):
            if time.monotonic() > end:
                missing = sum(not condition(one) for one in members)
                raise AssertionError(f"{missing} of {len(members)}: {what}")
            await asyncio.sleep(0.05)

    def ask_on(self, member):
        """One call after the other, with a pause of half a second."""

        def ask_again():
            if not self.over and not member.lost:
                method, *params = CALLS[member.answers % len(CALLS)]
                member.send(method, *params)

        asyncio.get_running_loop().call_later(0.5, ask_again)


CALLS = (
    ("eth_blockNumber",),
    ("eth_getBalance", NOWHERE, "latest"),
    ("eth_getBlockByNumber", "latest", False),
    ("eth_call", {"to": NOWHERE, "data": "0x"}, "latest"),
)


class Crowds(unittest.TestCase):
    def start(self, *extra):
        node = Node(extra=extra)
        self.addCleanup(node.stop)
        return node

    def websocket(self, node, **options):
        out = WebSocket(node.url, **options)
        self.addCleanup(out.close)
        return out

    def setUp(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if hard < IDLE + BUSY + 1200:
            self.skipTest(f"SKIPPED: {hard} open files are too few; SALUS_CROWD asks for fewer")

    # --- the crowd ------------------------------------------------------------------------------

    def test_ten_thousand_idle_and_a_thousand_busy(self):
        node = self.start()
        asyncio.run(self.hold(Crowd(node)))
        wait_until(lambda: websockets(node) == 0, 30, "closed sockets stay")

    async def hold(self, crowd):
        node, began = crowd.node, time.monotonic()
        before = resident_kib(node.process)
        crowd.idle = await crowd.join(IDLE)
        for member in crowd.idle:
            member.send("eth_subscribe", "newHeads")
        await crowd.until(crowd.idle, lambda one: one.answers == 1, "not subscribed")
        each = (resident_kib(node.process) - before) / IDLE
        joined = time.monotonic() - began
        crowd.busy = await crowd.join(BUSY)
        for member in crowd.busy:
            member.send("eth_subscribe", "newHeads")
            member.send("eth_subscribe", "logs", {})
            member.after_answer = crowd.ask_on
        await crowd.until(crowd.busy, lambda one: one.answers >= 3, "no answers")
        self.assertEqual(await asyncio.to_thread(websockets, node), IDLE + BUSY)
        slowest, logs = await self.tell_heads(crowd)
        crowd.over = True
        answers = sum(one.answers for one in crowd.busy)
        for member in crowd.idle + crowd.busy:
            self.assertEqual((member.faults, member.lost), (0, False))
        print(
            f"{IDLE} idle WebSockets subscribed in {joined:.1f} s, {each:.1f} KiB of the node each; "
            f"with {BUSY} busy ones ({answers} answers, {logs} logs each) all had every one of "
            f"{HEADS} heads, the last after {slowest:.2f} s at most"
        )
        self.assertLess(each, MOST_KIB)
        for member in crowd.idle + crowd.busy:
            member.transport.abort()

    async def tell_heads(self, crowd):
        """Issues; others are served meanwhile; the longest from an answer to everybody's head."""
        node, everybody = crowd.node, crowd.idle + crowd.busy
        for member in everybody:
            member.heads.clear(), setattr(member, "logs", 0)
        first = int(await asyncio.to_thread(rpc, node.url, "eth_blockNumber"), 16) + 1
        slowest = 0.0
        for number in range(HEADS):
            status, answer = await asyncio.to_thread(node.post_fhir, bundle(number))
            self.assertEqual((status, answer["refused"]), (200, []))
            answered = time.monotonic()
            last = int(await asyncio.to_thread(rpc, node.url, "eth_blockNumber"), 16)
            await crowd.until(everybody, lambda one: one.heads[-1:] == [last], "no head")
            slowest = max(slowest, time.monotonic() - answered)
        expected = list(range(first, last + 1))
        for member in everybody:
            self.assertEqual(member.heads, expected)
        query = {"fromBlock": hex(first), "toBlock": hex(last)}
        logs = len(await asyncio.to_thread(rpc, node.url, "eth_getLogs", query))
        self.assertGreaterEqual(logs, HEADS * PER_BUNDLE)
        await crowd.until(crowd.busy, lambda one: one.logs == logs, "logs are missing")
        return slowest, logs

    # --- slow readers ---------------------------------------------------------------------------

    def test_readers_that_do_not_read(self):
        """They ask for megabytes and take none: they are not asked what they want any more."""
        node = self.start()
        good = self.websocket(node)
        good.call("eth_subscribe", "newHeads")
        before = resident_kib(node.process)
        batch = json.dumps([request("rpc.discover", number=i) for i in range(20)])
        size = len(ask("POST", node.url, json.loads(batch))[1])
        self.assertGreater(size, 1 << 20)
        slow = [self.websocket(node, receive_buffer=4096) for _ in range(20)]
        for member in slow:
            member.socket.settimeout(0.05)
            for _ in range(30):
                try:
                    member.send(batch)
                except TimeoutError:
                    break  # its requests are not read either
        most = 0
        for number in range(20):
            self.issue(node, good, number)
            most = max(most, resident_kib(node.process) - before)
        owed = 20 * 30 * size // 1024
        print(f"{owed >> 10} MiB asked for and not read; the node grew by {most >> 10} MiB at most")
        self.assertLess(most, 256 << 10)
        for member in slow:
            member.close()
        self.issue(node, good, 20)

    def test_a_slow_subscriber_is_closed(self):
        node = self.start()
        good = self.websocket(node)
        good.call("eth_subscribe", "newHeads")
        good.call("eth_subscribe", "newPendingTransactions")
        slow = self.websocket(node, receive_buffer=4096)
        for _ in range(60):
            slow.call("eth_subscribe", "newPendingTransactions", True)
        chain_id = int(rpc(node.url, "eth_chainId"), 16)
        sent = []
        for nonce in range(400):
            sent.append(rpc(node.url, "eth_sendRawTransaction", sign(2, nonce, chain_id, NOWHERE)))
        told = []
        while len(told) < len(sent):
            event = good.event()
            if isinstance(event, str):
                told.append(event)
        self.assertEqual(told, sent)
        with self.assertRaises(Closed) as closed:
            while True:
                slow.receive()
        self.assertEqual(closed.exception.code, 1008)
        wait_until(lambda: websockets(node) == 1, 10, "the slow one is not closed")

    def issue(self, node, subscriber, number):
        """Others do not notice: a certificate is issued, and its head told."""
        status, answer = node.post_fhir(bundle(number))
        self.assertEqual((status, answer["refused"]), (200, []))
        block = answer["issued"][0]["blockNumber"]
        while int(subscriber.event()["number"], 16) < block:
            pass

    # --- floods ---------------------------------------------------------------------------------

    def test_floods_from_one_client(self):
        """Each of 127.0.0.0/8 is a client of its own where loopback is limited."""
        node = self.start("--http.limit-loopback")
        floods = [self.pipelined, self.batches, self.messages, self.costly, self.connections]
        for number, flood in enumerate(floods):
            self.assert_served(node, flood, f"127.0.0.{number + 10}")

    def assert_served(self, node, flood, address):
        over, met = threading.Event(), []

        def run():
            while not over.is_set():
                with contextlib.suppress(OSError):  # refused, or closed while it sent
                    flood(node, address, met)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            slowest = self.serve_another(node)
            wait_until(lambda: met, 60, f"the flood of {flood.__name__} met no limit")
        finally:
            over.set()
            for thread in threads:
                thread.join()
        print(
            f"flood of {flood.__name__}: met {sorted(set(met))}; the slowest issue, head and call of "
            f"another client took {slowest:.2f} s",
            flush=True,
        )

    def serve_another(self, node):
        headers = {"Authorization": "Bearer " + node.token(), "Content-Type": "application/json"}
        slowest = 0.0
        subscriber = WebSocket(node.url, source="127.0.0.3")
        link = http.client.HTTPConnection(
            "127.0.0.1", node.port, timeout=60, source_address=("127.0.0.3", 0)
        )
        with contextlib.closing(subscriber), contextlib.closing(link):
            subscriber.call("eth_subscribe", "newHeads")
            end = time.monotonic() + 2
            while time.monotonic() < end:
                began = time.monotonic()
                self.bundles += 1
                link.request("POST", "/api/v1/issue", json.dumps(bundle(self.bundles)), headers)
                answer = link.getresponse()
                body = answer.read()
                self.assertEqual(answer.status, 200, body)
                block = json.loads(body)["issued"][0]["blockNumber"]
                while int(subscriber.event()["number"], 16) < block:
                    pass
                link.request("POST", "/", json.dumps(request("eth_blockNumber")), headers)
                number = json.loads(link.getresponse().read())["result"]
                self.assertGreaterEqual(int(number, 16), block)
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.05)
        return slowest

    bundles = 0

    def connect(self, node, address):
        return socket.create_connection(("127.0.0.1", node.port), 30, (address, 0))

    def post(self, body):
        text = json.dumps(body)
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(text)}\r\n\r\n"
        return (head + text).encode()

    def pipelined(self, node, address, met):
        """Thousands of requests over one connection."""
        with self.connect(node, address) as link:
            asks = self.post(request("eth_blockNumber")) * 4000
            sender = threading.Thread(target=self.send_quietly, args=(link, asks))
            sender.start()
            with contextlib.suppress(OSError):
                text = b""
                while data := link.recv(1 << 16):
                    text = text[-100:] + data
                    if b"HTTP/1.1 429" in text:
                        met.append("HTTP 429")
            sender.join()

    def send_quietly(self, link, data):
        with contextlib.suppress(OSError):
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)

    def batches(self, node, address, met):
        with self.connect(node, address) as link:
            link.sendall(self.post([request("eth_blockNumber", number=i) for i in range(1000)]))
            if b"-32005" in link.recv(1 << 16):
                met.append("-32005")

    def messages(self, node, address, met):
        member = WebSocket(node.url, source=address)
        with contextlib.closing(member):
            for _ in range(3):
                member.send(json.dumps([request("eth_chainId", number=i) for i in range(1000)]))
                met += ["-32005"] if "-32005" in member.receive() else []
            try:
                for _ in range(4000):
                    member.send(json.dumps(request("eth_blockNumber")))
                    member.receive()
            except Closed as closed:
                met.append(f"close code {closed.code}")

    def costly(self, node, address, met):
        """Calls without an end, on more connections than there are threads."""
        loop = {NOWHERE: {"code": "0x5b600056"}}
        call = request("eth_call", {"to": NOWHERE, "gas": "0x2faf080"}, "latest", loop)
        links = [self.connect(node, address) for _ in range(100)]
        for link in links:
            link.sendall(self.post(call))
        for link in links:
            answer = link.recv(1 << 16)
            link.close()
            met += ["out of gas"] if b"out of gas" in answer else []

    def connections(self, node, address, met):
        """More than the eighth of 16,384 that one client may have."""
        links = []
        try:
            for _ in range(2200):
                links.append(self.connect(node, address))
            links[-1].settimeout(1)
            if b"503 Service" in links[-1].recv(1 << 12):
                met.append("HTTP 503")
        finally:
            for link in links:
                link.close()


if __name__ == "__main__":
    main()
