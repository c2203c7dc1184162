// A web app that starts runs on a cluster and streams their progress:
//   dotnet run --project examples/WebApp --urls http://127.0.0.1:5000
//   curl --data-binary @recipe.json http://127.0.0.1:5000/runs          its paths as the silo sees them; gives an id
//   curl -N http://127.0.0.1:5000/runs/ID/progress                      server-sent events, until the run ends
//   curl -X DELETE http://127.0.0.1:5000/runs/ID                        stops it
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using KdCluster.Client;
using KdCluster.Examples;
using KdCluster.V1;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddKdClusterClient(builder.Configuration.GetSection("KdClusterClient"));
WebApplication app = builder.Build();
RouteGroupBuilder runs = app.MapGroup("/runs").AddEndpointFilter(Problems.Filter);

runs.MapPost("/", async (HttpRequest request, KdClient cluster, CancellationToken stop) =>
{
    using StreamReader reader = new(request.Body);
    RunHandle run = await cluster.StartAsync(await reader.ReadToEndAsync(stop), "the request's body", cancellationToken: stop);
    return Results.Accepted($"/runs/{run.Id}/progress", new { run.Id });
});

runs.MapGet("/{id}/progress", async (string id, KdClient cluster, CancellationToken stop) =>
{
    RunHandle run = cluster.Run(id);
    await run.GetAsync(stop);   // an unknown run is a 404, which a stream that has begun cannot be
    return TypedResults.ServerSentEvents(FollowAsync(run, stop));
});

runs.MapGet("/{id}/report", async (string id, KdClient cluster, CancellationToken stop) => Results.Text((await cluster.Run(id).ReportAsync(stop)).Markdown, "text/markdown"));

runs.MapDelete("/{id}", async (string id, KdClient cluster, CancellationToken stop) => RunProgress.Of(await cluster.Run(id).CancelAsync(stop)));

app.Run();

// A browser's EventSource connects again by itself when the stream breaks off; it should close at "ended".
static async IAsyncEnumerable<SseItem<RunProgress>> FollowAsync(RunHandle run, [EnumeratorCancellation] CancellationToken stop)
{
    await foreach (Run now in run.WatchAsync(stop))
    {
        yield return new SseItem<RunProgress>(RunProgress.Of(now), now.Ended > 0 ? "ended" : "progress");
    }
}
