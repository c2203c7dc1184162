"""What operators' tools do: reflection (both versions) until a call can be made without any proto, and health."""
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.message_factory import MessageFactory
from health.v1 import health_pb2 as health
from health.v1 import health_pb2_grpc as health_rpc
from reflection.v1 import reflection_pb2, reflection_pb2_grpc
from reflection.v1alpha import reflection_pb2 as old_pb2
from reflection.v1alpha import reflection_pb2_grpc as old_pb2_grpc

channel = grpc.insecure_channel(sys.argv[1])
for pb, rpc in [(reflection_pb2, reflection_pb2_grpc), (old_pb2, old_pb2_grpc)]:
    def ask(**request):
        return next(rpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([pb.ServerReflectionRequest(**request)]), timeout=30))

    services = {s.name for s in ask(list_services="").list_services_response.service}
    assert {"kdcluster.v1.RunService", "kdcluster.v1.TeacherService", "inference.GRPCInferenceService", "grpc.health.v1.Health"} <= services, services
    assert ask(file_containing_symbol="no.such.Thing").error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
    assert ask(file_by_filename="kdcluster/v1/run.proto").file_descriptor_response.file_descriptor_proto
    assert list(ask(all_extension_numbers_of_type="kdcluster.v1.Run").all_extension_numbers_response.extension_number) == []
    files = ask(file_containing_symbol="kdcluster.v1.RunService.List").file_descriptor_response.file_descriptor_proto
    pool = descriptor_pool.DescriptorPool()
    for content in reversed(files):  # what is imported comes after what imports it
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(content))
    method = pool.FindServiceByName("kdcluster.v1.RunService").FindMethodByName("List")
    request, reply = (MessageFactory(pool).GetPrototype(t) for t in (method.input_type, method.output_type))
    listed = channel.unary_unary("/kdcluster.v1.RunService/List", request.SerializeToString, reply.FromString)(request(), timeout=30)
    assert len(listed.runs) == 0

stub = health_rpc.HealthStub(channel)
watch = stub.Watch(health.HealthCheckRequest(service="readiness"), timeout=60)
status = next(watch).status
while status != health.HealthCheckResponse.SERVING:  # the store is first asked a moment after the start
    status = next(watch).status
for service in ["", "liveness", "readiness", "kdcluster.v1.TeacherService", "inference.GRPCInferenceService"]:
    assert stub.Check(health.HealthCheckRequest(service=service), timeout=30).status == health.HealthCheckResponse.SERVING, service
try:
    stub.Check(health.HealthCheckRequest(service="nobody"), timeout=30)
    raise AssertionError("a service that is not there was found")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.NOT_FOUND
assert next(stub.Watch(health.HealthCheckRequest(service="nobody"), timeout=30)).status == health.HealthCheckResponse.SERVICE_UNKNOWN
for service in services:
    assert stub.Check(health.HealthCheckRequest(service=service), timeout=30).status == health.HealthCheckResponse.SERVING, service
print("watching", flush=True)
assert {change.status for change in watch} == {health.HealthCheckResponse.NOT_SERVING}, "the silo stops: it says so, and ends the watch"
