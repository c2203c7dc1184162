using Google.Protobuf.Reflection;
using KdCluster.Cluster.Reflection;
using KdCluster.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KdCluster.Tests.Health;

public class ServedProtosTests
{
    [Fact]
    public async Task Reflection_knows_every_method_that_is_served()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string[] served = [.. silo.Silo.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText!.TrimStart('/')).Where(p => p.Contains('.') && !p.Contains('{')).Order(StringComparer.Ordinal).Distinct()];
        string[] known = [.. ServedProtos.Services.SelectMany(s => s.Methods).Select(m => $"{m.Service.FullName}/{m.Name}").Order(StringComparer.Ordinal)];

        Assert.Equal(known, served);
        Assert.All(ServedProtos.Services.SelectMany(s => s.Methods), m => Assert.NotNull(ServedProtos.FileOf(m.FullName)));
    }

    [Fact]
    public void A_file_comes_with_what_it_imports_each_once()
    {
        string[] files = [.. ServedProtos.FileOf("kdcluster.v1.ClusterService")!.Select(f => FileDescriptorProto.Parser.ParseFrom(f).Name)];

        Assert.Equal(["kdcluster/v1/cluster.proto", "kdcluster/v1/errors.proto", "kdcluster/v1/run.proto", "kdcluster/v1/teacher.proto"], files);
    }
}
