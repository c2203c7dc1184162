using KdCluster.Learning.Loops.Bilevel;
using KdCluster.Learning.Loops.TwoPlayer;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops;

/// <summary>The loops by name.</summary>
internal static class LoopRegistry
{
    private static readonly Dictionary<string, Func<TrainingJob, Device, ILoop>> Known = new(StringComparer.Ordinal)
    {
        [LoopSpec.Supervised] = (job, device) => new SupervisedLoop(job, device),
        [LoopSpec.TwoPlayer] = (job, device) => new TwoPlayerLoop(job, device),
        [LoopSpec.Bilevel] = (job, device) => new BilevelLoop(job, device),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Makes the loop of a training.</summary>
    /// <exception cref="KdException"><c>KD1228</c>: there is no loop of that name; those of its parts.</exception>
    public static ILoop Create(TrainingJob job, Device device)
    {
        string kind = job.Loop?.Kind ?? LoopSpec.Supervised;
        return Known.TryGetValue(kind, out var make) ? make(job, device)
            : throw new KdException("KD1228", $"there is no loop '{kind}'.", "loop.kind", $"Use one of: {string.Join(", ", Names)}.");
    }
}
