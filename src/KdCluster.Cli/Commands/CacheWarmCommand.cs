using Grpc.Core;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd cache warm</c>.</summary>
internal static class CacheWarmCommand
{
    public static readonly Command Definition = new()
    {
        Path = "cache warm",
        Summary = "Compute all soft targets that a recipe needs, so that its run never waits for teachers.",
        Arguments = [new Argument("RECIPE", "The recipe's file")],
        Options = [CommonOptions.Set, CommonOptions.Full, .. CommonOptions.Connection],
        Remarks = "Computes only what is missing. When it was stopped, it continues where it was.",
        Example = "kd cache warm recipes/dotnet-docs.json",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string file = invocation.Context.At(invocation.Required(0));
        Recipe recipe = RecipeSource.Read(file, invocation);
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            WarmProgress last = await FollowAsync(invocation, silo, recipe, file, stop).ConfigureAwait(false);
            invocation.Terminal.Write($"{Human.Count(last.Rows)} rows are in the store: {Human.Count(last.StoreHits)} were there before, {Human.Count(last.TeacherRows)} were computed now.");
            return ExitCode.Ok;
        });
    }

    private static async Task<WarmProgress> FollowAsync(Invocation invocation, SiloConnection silo, Recipe recipe, string file, CancellationToken stop)
    {
        var last = new WarmProgress();
        var request = new StartRunRequest { Recipe = RecipeWriter.Write(recipe), Source = file };
        using AsyncServerStreamingCall<WarmProgress> call = silo.Client.Runs.Warm(request, cancellationToken: stop);
        using var meter = new Meter(invocation.Terminal, invocation.Context.Time, "asking the teachers", 0);
        try
        {
            while (await call.ResponseStream.MoveNext(stop).ConfigureAwait(false))
            {
                last = call.ResponseStream.Current;
                meter.Show(last.Rows, last.Total, $"{Human.Short(last.StoreHits)} kept");
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && stop.IsCancellationRequested)
        {
            throw new OperationCanceledException("stopped. The answers so far are kept.", e, stop);
        }
        catch (RpcException e)
        {
            throw e.ToKd(silo.Client.Address);
        }

        return last;
    }
}
