"""A Probe server by Python's gRPC; prints its port, and stops when its input ends."""

import sys
import threading
from concurrent import futures

import grpc

from wire import SERVICE, pack, unpack

CODES = {code.value[0]: code for code in grpc.StatusCode}


def cancelled(context):
    """An event set when the call ends, however it ends."""
    event = threading.Event()
    if not context.add_callback(event.set):
        event.set()
    return event


def echo(request, context):
    number, text, payload, _, size = unpack(request)
    what, _, argument = text.partition(":")
    if what == "status":
        context.set_trailing_metadata((("reason", "asked"), ("raw-bin", b"\x00\xff\x07")))
        context.abort(CODES[number], argument)
    if what == "wait":
        event = cancelled(context)
        print("started", flush=True)
        event.wait(20)
        print("cancelled", flush=True)
    if what == "headers":
        headers = dict(context.invocation_metadata())
        context.send_initial_metadata((("early", headers["early"]), ("early-bin", headers["early-bin"])))
        context.set_trailing_metadata((("late", "yes"), ("late-bin", b"\x01\x02\x00")))
    return pack(number, text, bytes(size) if size else payload)


def count(request, context):
    _, _, _, total, size = unpack(request)
    for i in range(total):
        yield pack(i, "", bytes(size))


def collect(requests, context):
    messages = [unpack(request) for request in requests]
    return pack(len(messages), str(sum(len(message[2]) for message in messages)))


def chat(requests, context):
    for request in requests:
        number, text, payload, _, _ = unpack(request)
        yield pack(number, text, payload)


server = grpc.server(futures.ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {
    "Echo": grpc.unary_unary_rpc_method_handler(echo),
    "Count": grpc.unary_stream_rpc_method_handler(count),
    "Collect": grpc.stream_unary_rpc_method_handler(collect),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
}),))
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdin.read()
server.stop(0)
