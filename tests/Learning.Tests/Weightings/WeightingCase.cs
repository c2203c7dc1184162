using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Tests.Weightings;

/// <summary>Random batches for a weighting, and the weightings by name.</summary>
internal static class WeightingCase
{
    public const int Teachers = 4, Classes = 3, Width = 6, Batch = 16;

    public static IWeighting Make(string kind, long seed = 1, WeightingSpec? spec = null) => WeightingRegistry.Create(
        new WeightingSetup((spec ?? new WeightingSpec { Episode = 3 }) with { Kind = kind }, new ObjectiveSpec(), Teachers, Classes, Width, seed));

    public static ReinforcedPolicy Policy(WeightingSpec spec) => new(new WeightingSetup(spec with { Kind = "reinforced" }, new ObjectiveSpec(), Teachers, Classes, Width, 1));

    public static PolicyBatch BatchOf(WeightingState state) => new(state.Tick, state.Targets.Instances, state.Labels, state.Targets.Logits, state.Targets.Embedding);

    public static PolicyFeedback Feedback(WeightingState state, double accuracy) => new(HostArray.Of(state.StudentLogits), accuracy);

    public static WeightingState State(long tick, long seed = 9) => new()
    {
        Tick = tick,
        Targets = new SoftTargetBatch
        {
            Instances = [.. Enumerable.Range(0, Batch).Select(i => (int)(tick * Batch) + i)],
            Logits = Numbers(Teachers * Batch * Classes, seed, tick),
            Embedding = Numbers(Batch * Width, seed + 1, tick),
            StoreHits = 0,
            TeacherRows = 0,
        },
        Labels = [.. Enumerable.Range(0, Batch).Select(i => CounterRandom.Below(Classes, seed + 2, RandomStream.Rows, tick, i))],
        StudentLogits = tensor(Numbers(Batch * Classes, seed + 3, tick)).reshape(Batch, Classes),
        Device = CPU,
    };

    public static float[] Numbers(int count, long seed, long tick) =>
        [.. Enumerable.Range(0, count).Select(i => (float)((CounterRandom.Unit(seed, RandomStream.Dropout, tick, i) - 0.5) * 8))];
}
