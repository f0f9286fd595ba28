"""A false AWS on this machine that answers after a while: `python benchmarks/false_aws.py LATENCY RESOURCES`.

Prints its port. RESOURCES is 0 for an account that holds nothing, else the number of functions and of log groups in
every region; the tables are two fifths of it. What is asked for, and where, is told by the signature of each request.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "123456789012"
REGIONS = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
PAGE = 50
_SCOPE = re.compile(r"Credential=[^/]*/\d*/([^/]*)/([^/]*)/")
_XML = {"s3", "cloudfront", "route53"}


class FalseAws:
    """The server."""

    def __init__(self, latency: float, resources: int) -> None:
        self.latency = latency
        self.resources = resources

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines if line}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await asyncio.sleep(self.latency)
                kind, answer = self.answer(first.split(" ")[1], headers, body)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nsmithy-protocol: rpc-v2-cbor\r\n"
                    b"Content-Length: " + str(len(answer)).encode() + b"\r\n\r\n" + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answer(self, url: str, headers: dict[str, str], body: bytes) -> tuple[bytes, bytes]:
        """Content type and body, in the protocol of the request."""
        scope = _SCOPE.search(headers.get("authorization", ""))
        region, service = scope.groups() if scope else ("", "")
        if body.startswith(b"Action="):
            action = parse_qs(body.decode())["Action"][0]
            result = ""
            if action == "GetCallerIdentity":
                result = f"<Arn>arn:aws:iam::{ACCOUNT}:user/bench</Arn><Account>{ACCOUNT}</Account>"
            text = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
            return b"text/xml", text.encode()
        if service in _XML:
            return b"text/xml", b"<Result></Result>"
        if "rpc-v2-cbor" in headers.get("smithy-protocol", ""):
            return b"application/cbor", b"\xa0"
        operation = headers.get("x-amz-target", "").rpartition(".")[2] or urlsplit(url).path
        asked = json.loads(body) if body.startswith(b"{") else {}
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        found = self.found(operation, region, {**asked, **query})
        return b"application/json", json.dumps(found).encode()

    def found(self, operation: str, region: str, asked: dict[str, str]) -> dict[str, object]:
        """What an operation returns."""
        if operation == "/regions" or operation.endswith("listRegions"):
            return {"Regions": [{"RegionName": name} for name in REGIONS]}
        if operation.startswith("/2015-03-31/functions"):
            numbers, more = self.page(self.resources, asked.get("Marker"), PAGE)
            functions = [
                {
                    "FunctionName": f"function-{n}",
                    "FunctionArn": f"arn:aws:lambda:{region}:{ACCOUNT}:function:function-{n}",
                    "TracingConfig": {"Mode": "Active"},
                }
                for n in numbers
            ]
            return {"Functions": functions, **({"NextMarker": more} if more else {})}
        if operation == "DescribeLogGroups":
            numbers, more = self.page(self.resources, asked.get("nextToken"), PAGE)
            groups = [{"logGroupName": f"/aws/lambda/function-{n}", "retentionInDays": 30} for n in numbers]
            return {"logGroups": groups, **({"nextToken": more} if more else {})}
        if operation == "ListTables":
            numbers, more = self.page(self.resources * 2 // 5, asked.get("ExclusiveStartTableName", "0000")[-4:], 100)
            names = [f"table-{n:04}" for n in numbers]
            return {"TableNames": names, **({"LastEvaluatedTableName": f"table-{int(more):04}"} if more else {})}
        if operation == "DescribeTable":
            name = asked["TableName"]
            arn = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"
            return {"Table": {"TableName": name, "TableArn": arn, "DeletionProtectionEnabled": True}}
        if operation == "DescribeContinuousBackups":
            recovery = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}
            return {"ContinuousBackupsDescription": recovery}
        return {}

    @staticmethod
    def page(count: int, token: str | None, size: int) -> tuple[range, str]:
        """The numbers of one page, and the token of the next, "" after the last."""
        start = int(token or 0)
        end = min(start + size, count)
        return range(start, end), str(end) if end < count else ""


async def main() -> None:
    """Serves until it is killed."""
    false_aws = FalseAws(float(sys.argv[1]), int(sys.argv[2]))
    server = await asyncio.start_server(false_aws.serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
