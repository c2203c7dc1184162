"""An Open Inference Protocol client: asks one model in every way the protocol has, and prints its answers for the test to compare."""
import json
import struct
import sys

import grpc
import numpy as np
from inference import open_inference_pb2 as pb
from inference import open_inference_pb2_grpc as rpc

address, model, classes = sys.argv[1], sys.argv[2], int(sys.argv[3])
stub = rpc.GRPCInferenceServiceStub(grpc.insecure_channel(address))
ROWS = [[2, 5, 9], [2, 7], [2, 11, 4, 6, 8]]
TEXTS = ["own1x3 any7 any9", "any1", "own2x1 own2x2 nowhere"]


def refused(code, kd, request, call=None):
    try:
        (call or stub.ModelInfer)(request, timeout=30)
    except grpc.RpcError as error:
        assert error.code() == code and kd in error.details(), (error.code(), error.details())
        return dict(error.trailing_metadata())
    raise AssertionError(f"{kd} did not come")


def raw(rows, dtype=np.int64, mask=True, outputs=(), **changes):
    length = max(map(len, rows))
    ids, attention = np.zeros((len(rows), length), dtype), np.zeros((len(rows), length), dtype)
    for i, row in enumerate(rows):
        ids[i, :len(row)], attention[i, :len(row)] = row, 1
    name = {np.int64: "INT64", np.int32: "INT32"}[dtype]
    request = pb.ModelInferRequest(model_name=model, id="seven")
    for tensor, values in [("input_ids", ids)] + ([("attention_mask", attention)] if mask else []):
        request.inputs.add(name=tensor, datatype=changes.get("datatype", name), shape=changes.get("shape", values.shape))
        request.raw_input_contents.append(values.astype(values.dtype.newbyteorder("<")).tobytes())
    for output in outputs:
        request.outputs.add(name=output)
    return request


def logits(response):
    index = [o.name for o in response.outputs].index("logits")
    output = response.outputs[index]
    assert output.datatype == "FP32" and output.shape[1] == classes, output
    if response.raw_output_contents:
        assert not output.HasField("contents")
        return np.frombuffer(response.raw_output_contents[index], "<f4").reshape(output.shape)
    return np.array(output.contents.fp32_contents, "f4").reshape(output.shape)


assert stub.ServerLive(pb.ServerLiveRequest(), timeout=30).live
assert stub.ServerMetadata(pb.ServerMetadataRequest(), timeout=30).name == "kdcluster"
assert stub.ModelReady(pb.ModelReadyRequest(name=model), timeout=30).ready
assert not stub.ModelReady(pb.ModelReadyRequest(name="nobody"), timeout=30).ready
assert not stub.ModelReady(pb.ModelReadyRequest(name=model, version="1"), timeout=30).ready
metadata = stub.ModelMetadata(pb.ModelMetadataRequest(name=model), timeout=30)
assert [(o.name, o.datatype, list(o.shape)) for o in metadata.outputs][0] == ("logits", "FP32", [-1, classes]), metadata
assert {i.name for i in metadata.inputs} == {"input_ids", "attention_mask", "lengths", "text", "text_pair"}
assert len(json.loads(metadata.properties["kdcluster.labels"])) == classes
assert metadata.properties["kdcluster.fingerprint"].startswith(metadata.versions[0])

first = stub.ModelInfer(raw(ROWS), timeout=30)
assert first.id == "seven" and first.model_name == model and first.model_version == metadata.versions[0]
assert {o.name for o in first.outputs} == {"logits", "embedding"} and len(first.raw_output_contents) == 2
answer = logits(first)
assert answer.shape == (len(ROWS), classes) and np.isfinite(answer).all()

# The same instances, said in other ways, give the same bytes.
assert (logits(stub.ModelInfer(raw(ROWS, np.int32), timeout=30)) == answer).all()
assert (logits(stub.ModelInfer(raw(ROWS, mask=False), timeout=30)) == answer).all()
only = stub.ModelInfer(raw(ROWS, outputs=["logits"]), timeout=30)
assert len(only.outputs) == 1 and (logits(only) == answer).all()
versioned = raw(ROWS)
versioned.model_version = metadata.versions[0]
assert (logits(stub.ModelInfer(versioned, timeout=30)) == answer).all()
typed = pb.ModelInferRequest(model_name=model)
typed.inputs.add(name="input_ids", datatype="INT64", shape=[3, 5]).contents.int64_contents.extend([2, 5, 9, 77, 77, 2, 7, 77, 77, 77, 2, 11, 4, 6, 8])
typed.inputs.add(name="lengths", datatype="INT32", shape=[3, 1]).contents.int_contents.extend([3, 2, 5])
reply = stub.ModelInfer(typed, timeout=30)
assert not reply.raw_output_contents and (logits(reply) == answer).all()

words = pb.ModelInferRequest(model_name=model)
words.inputs.add(name="text", datatype="BYTES", shape=[len(TEXTS)])
words.raw_input_contents.append(b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in TEXTS))
spoken = logits(stub.ModelInfer(words, timeout=30))
words.inputs[0].contents.bytes_contents.extend(t.encode() for t in TEXTS)
del words.raw_input_contents[:]
assert (logits(stub.ModelInfer(words, timeout=30)) == spoken).all()

# What does not fit is refused in words, and the trailer carries the code for who can read it.
bad = grpc.StatusCode.INVALID_ARGUMENT
assert "kd-errors-bin" in refused(bad, "KD1341", raw(ROWS, shape=[3, 4]))
refused(bad, "KD1341", raw(ROWS, shape=[-1, 5]))
refused(bad, "KD1341", raw(ROWS, datatype="FP32"))
refused(bad, "KD1341", raw(ROWS, outputs=["probabilities"]))
refused(bad, "KD1341", pb.ModelInferRequest(model_name=model))
refused(bad, "KD1310", raw([[2, 1 << 30]]))
refused(grpc.StatusCode.NOT_FOUND, "KD1308", pb.ModelInferRequest(model_name="nobody"))
refused(grpc.StatusCode.NOT_FOUND, "KD1342", pb.ModelMetadataRequest(name=model, version="1"), stub.ModelMetadata)
both = raw(ROWS)
both.inputs[0].contents.int64_contents.extend([1] * 15)
refused(bad, "KD1341", both)
less = raw(ROWS)
del less.raw_input_contents[1:]
refused(bad, "KD1341", less)
cut = pb.ModelInferRequest(model_name=model)
cut.inputs.add(name="text", datatype="BYTES", shape=[1])
cut.raw_input_contents.append(struct.pack("<I", 100) + b"short")
refused(bad, "KD1341", cut)

print(json.dumps({"logits": answer.tolist(), "spoken": spoken.tolist()}), flush=True)
