using KdCluster.Cluster;
using KdCluster.Cluster.Storage;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Bench;

/// <summary>A silo in this process that serves teachers, and the bare models of them.</summary>
internal sealed class ServedTeachers : IAsyncDisposable
{
    private readonly KdSilo _silo;

    private ServedTeachers(KdSilo silo, IReadOnlyList<BareTeacher> bare) => (_silo, Bare) = (silo, bare);

    /// <summary>The same models, to be called without anything around them.</summary>
    public IReadOnlyList<BareTeacher> Bare { get; }

    public string Address => _silo.Address;

    /// <summary>The silo's store.</summary>
    public ISoftTargetStore Store => _silo.Services.GetRequiredService<Stores>().Own;

    public static async Task<ServedTeachers> StartAsync(BenchTask task, IReadOnlyList<ModelSpec> specs, KdClusterOptions options, CancellationToken cancellationToken)
    {
        var bare = new List<BareTeacher>();
        KdSilo silo = await KdSilo.StartAsync(options, cancellationToken, LogLevel.Error).ConfigureAwait(false);
        try
        {
            for (int k = 0; k < specs.Count; k++)
            {
                Model model = ModelFactory.Create(specs[k], task.Tokenizer.Vocabulary, task.Labels.Count, task.Tokenizer.MaxLength, seed: k);
                string folder = Path.Combine(options.Home, $"bench-teacher-{k}");
                Checkpoint.Save(folder, model, task.Tokenizer, task.Labels, new CheckpointInfo { Name = NameOf(k) });
                bare.Add(new BareTeacher(model));
                var deployment = new TeacherDeployment(folder, options.Device, ElementType.Float16);
                await silo.Services.GetRequiredService<TeacherRegistry>().LoadAsync(NameOf(k), deployment, cancellationToken).ConfigureAwait(false);
            }

            return new ServedTeachers(silo, bare);
        }
        catch
        {
            bare.ForEach(b => b.Dispose());
            await silo.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A client as a run has it: in this process, or through gRPC.</summary>
    public Task<ITeacherClient> ConnectAsync(int k, bool remote, CancellationToken cancellationToken) => _silo.Services.GetRequiredService<TeacherConnector>()
        .ConnectAsync(new TeacherRef { Name = NameOf(k), Endpoint = remote ? Address : null }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync().ConfigureAwait(false);
        foreach (BareTeacher bare in Bare)
            bare.Dispose();
    }

    private static string NameOf(int k) => $"bench-{k}";
}
