using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>The run service of one silo: checks what people send, asks grains, and streams what they say.</summary>
internal sealed class RunRpc(
    IGrainFactory grains, GrainRetry retry, RunFinder runs, RunContextFactory contexts, RecipeChecks checks, PathRoots roots, KdClusterOptions options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<RunRpc> log) : RunService.RunServiceBase
{
    [Authorize(nameof(Role.Client))]
    public override Task<RecipeCheck> Check(CheckRecipeRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        Recipe recipe;
        try
        {
            recipe = Read(request.Recipe, request.Source);
        }
        catch (KdException e)
        {
            RecipeCheck refused = new();
            refused.Errors.AddRange(e.Errors.Select(error => error.ToProto()));
            return refused;
        }

        return await checks.CheckAsync(recipe, request.Source, context.CancellationToken);
    });

    [Authorize(nameof(Role.Client))]
    public override Task<Run> Start(StartRunRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        Recipe recipe = Read(request.Recipe, request.Source);
        string id = request.Id.Length > 0 ? request.Id : NewId(recipe.Name);
        Names.Check(id, "run");
        if (await runs.TryAsync(id, context.CancellationToken) is null
            && await checks.CheckAsync(recipe, request.Source, context.CancellationToken) is { Errors: [_, ..] wrong })
        {
            throw new KdException([.. wrong.Select(e => e.ToError())]);
        }

        Caller caller = Caller.Of(context.GetHttpContext());
        KdCluster.Runs.RunStatus status = await retry.CallAsync(() => grains.GetGrain<IRunGrain>(id).StartAsync(RecipeWriter.Write(recipe), caller.Id), context.CancellationToken);
        // Asked again, it is the caller's own; another's of the same id is not what he asked for.
        RunOwner.Check(status, caller);
        return status.ToProto();
    });

    [Authorize(nameof(Role.Observer))]
    public override Task Watch(RunId request, IServerStreamWriter<Run> responseStream, ServerCallContext context) => ErrorMapping.StreamAsync(log, context, lifetime.ApplicationStopping, async end =>
    {
        KdCluster.Runs.RunStatus status = await FindAsync(request.Id, context);
        IRunGrain grain = grains.GetGrain<IRunGrain>(request.Id);
        await responseStream.WriteAsync(status.ToProto());
        while (!status.Over)
        {
            KdCluster.Runs.RunStatus next = await retry.CallAsync(() => grain.NextAsync(status.Version), end).WaitAsync(end);
            if (next.Version != status.Version)
            {
                await responseStream.WriteAsync(next.ToProto());
            }

            status = next;
        }
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<Run> Get(RunId request, ServerCallContext context) =>
        ErrorMapping.CallAsync(log, context, async () => (await FindAsync(request.Id, context)).ToProto());

    [Authorize(nameof(Role.Observer))]
    public override Task<ListRunsReply> List(ListRunsRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        ListRunsReply reply = new();
        await foreach (KdCluster.Runs.RunStatus status in runs.AllAsync(context.CancellationToken))
        {
            reply.Runs.Add(status.ToProto());
        }

        return reply;
    });

    [Authorize(nameof(Role.Client))]
    public override Task<Run> Cancel(RunId request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        RunOwner.Check(await FindAsync(request.Id, context), Caller.Of(context.GetHttpContext()));
        return (await retry.CallAsync(() => grains.GetGrain<IRunGrain>(request.Id).CancelAsync(), context.CancellationToken)).ToProto();
    });

    [Authorize(nameof(Role.Client))]
    public override Task<Run> Resume(RunId request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        RunOwner.Check(await FindAsync(request.Id, context), Caller.Of(context.GetHttpContext()));
        return (await retry.CallAsync(() => grains.GetGrain<IRunGrain>(request.Id).ResumeAsync(), context.CancellationToken)).ToProto();
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<RunReport> Report(RunId request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        await FindAsync(request.Id, context);
        RunFolder folder = RunFolder.Of(options, request.Id);
        return File.Exists(folder.Report)
            ? new RunReport { Markdown = await File.ReadAllTextAsync(folder.Report, context.CancellationToken), Folder = folder.Root }
            : throw new KdException("KD1502", "the run has no report yet.", $"run {request.Id}", "It is written when the run succeeds; see `kd run watch`.");
    });

    [Authorize(nameof(Role.Client))]
    public override Task Warm(StartRunRequest request, IServerStreamWriter<WarmProgress> responseStream, ServerCallContext context) => ErrorMapping.StreamAsync(log, context, lifetime.ApplicationStopping, async end =>
    {
        Recipe recipe = Read(request.Recipe, request.Source);
        if (recipe.Teachers.FirstOrDefault(t => t.Train is not null) is { } trained)
        {
            throw new KdException("KD1511", $"the recipe trains its teacher \"{trained.Name}\" itself, and only a run does that.", request.Source, "Start the run: what its teachers answer is kept for later runs.");
        }

        await using RunContext run = await contexts.CreateAsync(recipe, null, _ => Task.CompletedTask, end);
        if (run.TrainTargets is null || run.TestTargets is null)
        {
            throw new KdException("KD1503", "the recipe names no teachers, so there is nothing to keep.", request.Source, "Add `teachers` to it.");
        }

        if (run.Store is NullStore)
        {
            throw new KdException("KD1405", "the recipe's store is none, so nothing would be kept.", request.Source, "Name another `store` in the recipe, or start the silo with one.");
        }

        if (run.Store is ISoftTargetStoreAdmin admin && await admin.StatsAsync(end) is { Available: false, Trouble: { } down })
        {
            throw new KdException([down]);
        }

        await WarmStream.WriteAsync([run.TrainTargets, run.TestTargets], responseStream, end);
        (long kept, long total, KdError? trouble) = await run.CountKeptAsync(end);
        if (kept < total)
        {
            KdError missing = new(
                "KD1403", $"of {total:N0} rows × teachers, {kept:N0} are in the store; the others were computed but are not kept.", run.Store.Id,
                "If the teachers' silos write them, their logs say why. Warm again when the cause is removed: only missing rows are computed.");
            throw new KdException(trouble is null ? [missing] : [missing, trouble]);
        }
    });

    private Recipe Read(string text, string source)
    {
        Recipe recipe = RecipeReader.Read(text, source.Length > 0 ? source : "recipe");
        roots.Check(recipe);
        return recipe;
    }

    private string NewId(string name) => $"{name}-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("n")[..4]}";

    private Task<KdCluster.Runs.RunStatus> FindAsync(string id, ServerCallContext context) => runs.FindAsync(id, context.CancellationToken);
}
