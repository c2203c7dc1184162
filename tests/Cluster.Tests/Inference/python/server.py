"""An Open Inference Protocol server with models that say all a student needs, one of them with probabilities for logits; one that says nothing; and one that is no teacher."""
import json
import sys
from concurrent import futures

import grpc
import numpy as np
from inference import open_inference_pb2 as pb
from inference import open_inference_pb2_grpc as rpc

port, tokenizer, classes = sys.argv[1], sys.argv[2], int(sys.argv[3])
TYPES = {"INT32": "<i4", "INT64": "<i8"}
MODELS = {
    "full": dict(
        platform="python_numpy",
        versions=["3"],
        inputs=[("input_ids", "INT64", [-1, -1]), ("attention_mask", "INT64", [-1, -1]), ("token_type_ids", "INT64", [-1, -1])],
        outputs=[("logits", "FP32", [-1, classes]), ("embedding", "FP32", [-1, 2])],
        properties={
            "kdcluster.labels": json.dumps([str(c) for c in range(classes)]),
            "kdcluster.tokenizer_json": open(tokenizer, encoding="utf-8").read(),
            "kdcluster.fingerprint": "the weights' digest",
        },
    ),
    "bare": dict(
        platform="",
        versions=[],
        inputs=[("tokens", "INT32", [-1, 16]), ("lengths", "INT32", [-1, 1])],
        outputs=[("output_0", "FP64", [-1, -1])],
        properties={},
    ),
    "picture": dict(platform="", versions=[], inputs=[("image", "FP32", [-1, 3, 8, 8])], outputs=[("boxes", "FP32", [-1, 9, 4])], properties={}),
}
MODELS["likely"] = {**MODELS["full"], "properties": {**MODELS["full"]["properties"], "kdcluster.fingerprint": "another digest"}}


def scores(ids, mask):
    """[rows, classes], every number a multiple of 1/8."""
    return np.array([[sum((int(i) * 7 + c * 13) % 11 for i, m in zip(row, on) if m) / 8 for c in range(classes)] for row, on in zip(ids, mask)], "f8")


class Server(rpc.GRPCInferenceServiceServicer):
    def model(self, name, context):
        if name not in MODELS:
            context.abort(grpc.StatusCode.NOT_FOUND, f"unknown model {name}")
        return MODELS[name]

    def ModelReady(self, request, context):
        return pb.ModelReadyResponse(ready=request.name in MODELS)

    def ModelMetadata(self, request, context):
        model = self.model(request.name, context)
        reply = pb.ModelMetadataResponse(name=request.name, platform=model["platform"], versions=model["versions"], properties=model["properties"])
        for kind in ("inputs", "outputs"):
            for name, datatype, shape in model[kind]:
                getattr(reply, kind).add(name=name, datatype=datatype, shape=shape)
        return reply

    def ModelInfer(self, request, context):
        model = self.model(request.model_name, context)
        declared = {name: datatype for name, datatype, _ in model["inputs"]}
        tensors = {}
        for tensor, raw in zip(request.inputs, request.raw_input_contents):
            if declared[tensor.name] != tensor.datatype:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, tensor.name)
            tensors[tensor.name] = np.frombuffer(raw, TYPES[tensor.datatype]).reshape(tensor.shape)
        if set(declared) != set(tensors):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"wanted {set(declared)}, got {set(tensors)}")
        reply = pb.ModelInferResponse(model_name=request.model_name, model_version=request.model_version, id=request.id)
        if request.model_name == "bare":
            ids, lengths = tensors["tokens"], tensors["lengths"]
            if ids.shape[1] != 16 or len(ids) > 5:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"shape {ids.shape}")
            answer = scores(ids, np.arange(16)[None, :] < lengths)
            reply.outputs.add(name="output_0", datatype="FP64", shape=answer.shape).contents.fp64_contents.extend(answer.ravel())
            return reply
        assert not tensors["token_type_ids"].any()
        answer = scores(tensors["input_ids"], tensors["attention_mask"])
        if request.model_name == "likely":
            answer = np.exp(answer - answer.max(1, keepdims=True))
            answer /= answer.sum(1, keepdims=True)
        for output in request.outputs:
            values = (answer if output.name == "logits" else answer[:, :2] * 2).astype("<f4")
            reply.outputs.add(name=output.name, datatype="FP32", shape=values.shape)
            reply.raw_output_contents.append(values.tobytes())
        return reply


server = grpc.server(futures.ThreadPoolExecutor(4))
rpc.add_GRPCInferenceServiceServicer_to_server(Server(), server)
print(server.add_insecure_port(f"127.0.0.1:{port}"), flush=True)
server.start()
server.wait_for_termination()
