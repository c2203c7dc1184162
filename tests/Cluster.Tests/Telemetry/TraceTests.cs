using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Net.Client;
using KdCluster.Telemetry;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Telemetry;

public sealed class TraceTests : IDisposable
{
    private readonly ActivitySource _app = new($"Test.{Guid.NewGuid():n}");
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name.StartsWith(KdTelemetry.Prefix, StringComparison.Ordinal) || s.Name == _app.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _app.Dispose();
    }

    [Fact]
    public async Task One_trace_goes_from_the_app_through_both_silos_to_their_stores()
    {
        ActivityTraceId trace;
        await using (TinySilo teaching = await TinySilo.StartAsync())
        await using (TinySilo training = await TinySilo.StartAsync())
        {
            await teaching.TeacherAsync("far");
            using Activity app = _app.StartActivity("app")!;
            trace = app.TraceId;
            await training.RunAsync(TinyTask.Recipe(training.Folder.Path, "traced", teachers: [$"far@{teaching.Silo.Address}"]));
        }

        Activity[] spans = [.. _ended.Where(a => a.TraceId == trace)];
        Dictionary<string, Activity> byId = spans.ToDictionary(a => a.SpanId.ToHexString());
        foreach (Activity span in spans.Where(a => a.OperationName != "app"))
        {
            Assert.True(byId.ContainsKey(span.ParentSpanId.ToHexString()), $"{span.OperationName}: nobody recorded its parent");
        }

        // What teachers and stores did for it, up to the app's own span.
        foreach (string leaf in new[] { "teacher.compute", "store.put" })
        {
            string[] way = Assert.Single(
                spans.Where(a => a.OperationName == leaf).Select(a => Way(a, byId)).Where(w => w.Contains("teacher.answer")).DistinctBy(w => string.Join(' ', w)).Take(1));
            Assert.Equal(["teacher.answer", "teacher.ask", "soft_targets.fetch", "student.train"], way.Skip(1).Take(4));
            Assert.Equal(["kdcluster.v1.RunService/Start", "kdcluster.v1.RunService/Start", "app"], way.TakeLast(3));
        }

        Assert.Contains(spans, a => a.OperationName == "store.get" && byId[a.ParentSpanId.ToHexString()].OperationName == "soft_targets.fetch");
        Activity student = Assert.Single(spans, a => a.OperationName == "student.train");
        Assert.Equal("uniform/1", $"{student.GetTagItem("kdcluster.student")}");
        Assert.All(spans.Where(a => a.OperationName == "kdcluster.v1.RunService/Start"), a => Assert.Equal("grpc", a.GetTagItem("rpc.system")));
    }

    [Fact]
    public async Task A_call_that_fails_says_so_on_both_sides()
    {
        using Activity app = _app.StartActivity("app")!;
        await using (TinySilo silo = await TinySilo.StartAsync())
        {
            await Assert.ThrowsAsync<KdException>(() => silo.Client.Run("nowhere").GetAsync());
        }

        Activity[] spans = [.. _ended.Where(a => a.TraceId == app.TraceId && a.OperationName == "kdcluster.v1.RunService/Get")];
        Assert.Equal([ActivityKind.Client, ActivityKind.Server], spans.Select(a => a.Kind).Distinct().Order().Reverse());
        Assert.All(spans, a => Assert.Equal((ActivityStatusCode.Error, 5), (a.Status, (int)a.GetTagItem("rpc.grpc.status_code")!)));
    }

    [Fact]
    public async Task Any_gRPC_client_hands_its_trace_on_by_itself()
    {
        using Activity app = _app.StartActivity("app")!;
        await using (TinySilo silo = await TinySilo.StartAsync())
        {
            using GrpcChannel channel = GrpcChannel.ForAddress(silo.Silo.Address);
            await new ClusterService.ClusterServiceClient(channel).DescribeAsync(new DescribeSiloRequest());
        }

        Assert.Contains(_ended, a => a.TraceId == app.TraceId && a.OperationName == "kdcluster.v1.ClusterService/Describe" && a.Kind == ActivityKind.Server);
    }

    private static string[] Way(Activity from, Dictionary<string, Activity> byId)
    {
        List<string> way = [];
        for (Activity? at = from; at is not null; at = byId.GetValueOrDefault(at.ParentSpanId.ToHexString()))
        {
            way.Add(at.OperationName);
        }

        return [.. way];
    }
}
