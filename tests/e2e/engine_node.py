"""`salus serve --engine` as a consensus client meets it."""

import base64
import hashlib
import hmac
import json
import tempfile
import time
from pathlib import Path

from harness import Node, free_port, http, require, BINARY

ZERO = "0x" + "00" * 32


def token(secret, issued=None):
    def part(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    claims = {"iat": int(time.time()) if issued is None else issued}
    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (text + b"." + part(hmac.new(secret, text, hashlib.sha256).digest())).decode()


class EngineNode(Node):
    """`salus serve --engine` in a folder of its own. `before` is called with the node before it
    starts."""

    def __init__(self, genesis, extra=(), before=None):
        require(BINARY, "the salus program")
        self.owns_datadir = True
        self.datadir = Path(tempfile.mkdtemp(prefix="salus-engine-"))
        self.genesis = self.datadir / "genesis.json"
        self.genesis.write_text(json.dumps(genesis))
        self.secret_file = self.datadir / "shared" / "jwt.hex"
        self.secret_file.parent.mkdir()
        self.port, self.engine_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.engine_url = f"http://127.0.0.1:{self.engine_port}"
        self.arguments = ["serve", "--engine", "--datadir", str(self.datadir)]
        self.arguments += ["--genesis", str(self.genesis), "--http.port", str(self.port)]
        self.arguments += ["--authrpc.port", str(self.engine_port)]
        self.arguments += ["--authrpc.jwtsecret", str(self.secret_file), *extra]
        self.log = open(self.datadir / "serve.log", "ab")
        if before:
            before(self)
        self.start()

    def secret(self):
        return bytes.fromhex(self.secret_file.read_text().strip())

    def post(self, method, params, bearer):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"Authorization": "Bearer " + bearer} if bearer else {}
        return http("POST", self.engine_url, body, headers)

    def engine(self, method, *params):
        status, body = self.post(method, params, token(self.secret()))
        answer = json.loads(body) if status == 200 else {"error": (status, body)}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def choose(self, head, attributes=None):
        state = {"headBlockHash": head, "safeBlockHash": ZERO, "finalizedBlockHash": ZERO}
        return self.engine("engine_forkchoiceUpdatedV3", state, attributes)

    def head(self):
        return self.engine("eth_getBlockByNumber", "latest", False)

    def build(self, paid=None):
        """A payload on the head, as the params of engine_newPayloadV4."""
        head = self.head()
        withdrawals = []
        if paid:
            withdrawals = [{"index": "0x0", "validatorIndex": "0x0", "address": paid, "amount": "0x1"}]
        attributes = {
            "timestamp": hex(int(head["timestamp"], 16) + 12),
            "prevRandao": ZERO,
            "suggestedFeeRecipient": "0x" + "11" * 20,
            "withdrawals": withdrawals,
            "parentBeaconBlockRoot": ZERO,
        }
        begun = self.choose(head["hash"], attributes)
        built = self.engine("engine_getPayloadV5", begun["payloadId"])
        return [built["executionPayload"], [], ZERO, built["executionRequests"]]

    def extend(self, paid=None):
        params = self.build(paid)
        status = self.engine("engine_newPayloadV4", *params)
        if status["status"] != "VALID":
            raise RuntimeError(status)
        chosen = self.choose(params[0]["blockHash"])
        if chosen["payloadStatus"]["status"] != "VALID":
            raise RuntimeError(chosen)
        return params[0]
