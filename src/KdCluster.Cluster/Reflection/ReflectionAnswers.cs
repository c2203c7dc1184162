using Google.Protobuf;
using Grpc.Core;
using KdCluster.Wire.Reflection.V1;
using static KdCluster.Wire.Reflection.V1.ServerReflectionRequest;

namespace KdCluster.Cluster.Reflection;

/// <summary>What reflection says of <see cref="ServedProtos"/>. Nothing here has extensions.</summary>
internal static class ReflectionAnswers
{
    public static ServerReflectionResponse To(ServerReflectionRequest request)
    {
        ServerReflectionResponse response = new() { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(ServedProtos.Services.Select(s => new ServiceResponse { Name = s.FullName }));
                break;
            case MessageRequestOneofCase.FileByFilename:
                Add(response, ServedProtos.FileNamed(request.FileByFilename), $"no file '{request.FileByFilename}'");
                break;
            case MessageRequestOneofCase.FileContainingSymbol:
                Add(response, ServedProtos.FileOf(request.FileContainingSymbol), $"no symbol '{request.FileContainingSymbol}'");
                break;
            case MessageRequestOneofCase.AllExtensionNumbersOfType when ServedProtos.HasMessage(request.AllExtensionNumbersOfType):
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case MessageRequestOneofCase.AllExtensionNumbersOfType:
                Fail(response, StatusCode.NotFound, $"no message '{request.AllExtensionNumbersOfType}'");
                break;
            case MessageRequestOneofCase.FileContainingExtension:
                Fail(response, StatusCode.NotFound, $"no extension {request.FileContainingExtension.ExtensionNumber} of '{request.FileContainingExtension.ContainingType}'");
                break;
            default:
                Fail(response, StatusCode.InvalidArgument, "the request asks for nothing");
                break;
        }

        return response;
    }

    private static void Add(ServerReflectionResponse response, IReadOnlyList<ByteString>? files, string otherwise)
    {
        if (files is null)
        {
            Fail(response, StatusCode.NotFound, otherwise);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        response.FileDescriptorResponse.FileDescriptorProto.AddRange(files);
    }

    private static void Fail(ServerReflectionResponse response, StatusCode code, string message) =>
        response.ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };
}
