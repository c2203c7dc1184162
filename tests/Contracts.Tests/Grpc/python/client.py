"""Calls a Probe server by Python's gRPC: `client.py host:port`. Exits with 0 when everything is as it should be."""

import sys

import grpc

from wire import SERVICE, pack, unpack

channel = grpc.insecure_channel(sys.argv[1])
echo = channel.unary_unary(f"/{SERVICE}/Echo")
count = channel.unary_stream(f"/{SERVICE}/Count")
collect = channel.stream_unary(f"/{SERVICE}/Collect")
chat = channel.stream_stream(f"/{SERVICE}/Chat")


def fails(call, code):
    try:
        result = call()
        for _ in result if hasattr(result, "__next__") else ():
            pass
    except grpc.RpcError as error:
        assert error.code() == code, f"expected {code}, got {error.code()}: {error.details()}"
        return error
    raise AssertionError(f"expected {code}, got an answer")


# The four kinds of calls.
assert unpack(echo(pack(7, "héllo", b"\x00\xff"), timeout=30))[:3] == (7, "héllo", b"\x00\xff")
assert [unpack(answer)[0] for answer in count(pack(count=1000, size=100))] == list(range(1000))
assert unpack(collect(iter([pack(payload=bytes(10))] * 500)))[:2] == (500, "5000")
assert [unpack(answer)[0] for answer in chat(pack(i) for i in range(1, 300))] == list(range(1, 300))

# Every status, with text, trailers and binary trailers.
for code in grpc.StatusCode:
    if code != grpc.StatusCode.OK:
        error = fails(lambda: echo(pack(code.value[0], "status:naïve 100% 猫")), code)
        assert error.details() == "naïve 100% 猫", error.details()
        trailers = dict(error.trailing_metadata())
        assert trailers["reason"] == "asked" and trailers["raw-bin"] == b"\x00\xff\x07", trailers

# Headers and trailers of a call that succeeds.
answer, call = echo.with_call(pack(text="headers"), metadata=(("early", "value"), ("early-bin", b"\x00\x01\xfe\xff")))
assert dict(call.initial_metadata())["early-bin"] == b"\x00\x01\xfe\xff"
assert dict(call.trailing_metadata())["late-bin"] == b"\x01\x02\x00"

# Deadline, cancellation, limits, unknown names, gzip.
fails(lambda: echo(pack(text="wait:python-deadline"), timeout=0.3), grpc.StatusCode.DEADLINE_EXCEEDED)
stream = count(pack(count=1, text="wait:python-cancel"))
next(stream)
stream.cancel()
fails(lambda: stream, grpc.StatusCode.CANCELLED)
fails(lambda: echo(pack(payload=bytes(4 * 1024 * 1024 + 1))), grpc.StatusCode.RESOURCE_EXHAUSTED)
fails(lambda: channel.unary_unary(f"/{SERVICE}/NoSuchMethod")(b""), grpc.StatusCode.UNIMPLEMENTED)
fails(lambda: channel.unary_unary("/no.such.Service/Echo")(b""), grpc.StatusCode.UNIMPLEMENTED)
assert unpack(echo(pack(text="x" * 10000), compression=grpc.Compression.Gzip))[1] == "x" * 10000
print("done")
