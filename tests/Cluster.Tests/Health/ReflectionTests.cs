using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.Health;

public class ReflectionTests
{
    [Fact]
    public async Task Every_method_that_is_served_is_found()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string[] served = [.. silo.Silo.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText!.TrimStart('/')).Where(p => p.Contains('.') && !p.Contains('{')).Order(StringComparer.Ordinal).Distinct()];
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call = new ServerReflection.ServerReflectionClient(silo.Client.Invoker).ServerReflectionInfo();

        List<string> known = [];
        foreach (ServiceResponse service in (await AskAsync(new ServerReflectionRequest { ListServices = "" })).ListServicesResponse.Service)
        {
            ServerReflectionResponse files = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = service.Name });
            FileDescriptorProto[] protos = [.. files.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];
            known.AddRange(protos.SelectMany(f => f.Service.Where(s => $"{f.Package}.{s.Name}" == service.Name)).SelectMany(s => s.Method.Select(m => $"{service.Name}/{m.Name}")));
        }

        // The package's health service serves less than the standard's file has.
        Assert.Empty(served.Except(known));
        Assert.All(known.Except(served), m => Assert.StartsWith("grpc.health.v1.Health/", m, StringComparison.Ordinal));
        await call.RequestStream.CompleteAsync();

        async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request);
            Assert.True(await call.ResponseStream.MoveNext());
            return call.ResponseStream.Current;
        }
    }
}
