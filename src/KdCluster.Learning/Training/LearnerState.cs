using System.Runtime.InteropServices;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Weightings;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace KdCluster.Learning.Training;

/// <summary>A learner's arrays as bytes and back, bit for bit: weights and moments in float32, the weighting's state in float64.</summary>
internal static class LearnerState
{
    private const string Weights = "weights.";
    private const string Moments = "moments.";
    private const string Weighting = "weighting.";
    private const string Average = "average.";
    private const string Adapters = "adapters.";

    /// <exception cref="InvalidDataException">A weight is not finite.</exception>
    public static List<SafeTensor> Save(Learner learner)
    {
        var arrays = new List<SafeTensor>();
        foreach (var (name, weight) in ModelState.Of(learner.Model))
            arrays.Add(SafeTensor.Of(Weights + name, weight.shape, Finite(name, HostArray.Of(weight))));
        foreach (var (name, moment) in learner.Optimizer.StateDict())
            arrays.Add(SafeTensor.Of(Moments + name, moment.shape, Finite(name, HostArray.Of(moment))));
        foreach (var (name, weight) in learner.Average is { } average ? ModelState.Of(average.Model) : [])
            arrays.Add(SafeTensor.Of(Average + name, weight.shape, Finite(name, HostArray.Of(weight))));
        foreach (var (name, weight) in learner.Adapters)
            arrays.Add(SafeTensor.Of(Adapters + name, weight.shape, Finite(name, HostArray.Of(weight))));
        foreach (var (name, numbers) in learner.Weighting?.StateDict() ?? new Dictionary<string, double[]>())
            arrays.Add(new SafeTensor(Weighting + name, SafeTensorType.F64, [numbers.Length], MemoryMarshal.AsBytes<double>(numbers).ToArray()));
        if (learner.Instances is { } instances)
            arrays.Add(instances.Save());
        return arrays;
    }

    /// <exception cref="InvalidDataException">An array is missing or of another size.</exception>
    public static void Load(Learner learner, IReadOnlyDictionary<string, byte[]> arrays, long optimizerSteps)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        LoadWeights(learner.Model, arrays);
        foreach (var (name, weight) in learner.Average is { } average ? ModelState.Of(average.Model) : [])
            weight.copy_(Read(arrays, Average + name, weight.shape));
        foreach (var (name, weight) in learner.Adapters)
            weight.copy_(Read(arrays, Adapters + name, weight.shape));
        var moments = learner.Optimizer.StateDict().ToDictionary(m => m.Key, m => Read(arrays, Moments + m.Key, m.Value.shape));
        learner.Optimizer.Load(moments, optimizerSteps);
        learner.Instances?.Load(arrays);
        learner.Weighting?.Load(arrays.Where(a => a.Key.StartsWith(Weighting, StringComparison.Ordinal))
            .ToDictionary(a => a.Key[Weighting.Length..], a => MemoryMarshal.Cast<byte, double>(a.Value).ToArray()));
    }

    /// <summary>The weights alone.</summary>
    /// <exception cref="InvalidDataException">One is missing or of another size.</exception>
    public static void LoadWeights(Model model, IReadOnlyDictionary<string, byte[]> arrays)
    {
        foreach (var (name, weight) in ModelState.Of(model))
            weight.copy_(Read(arrays, Weights + name, weight.shape));
    }

    private static Tensor Read(IReadOnlyDictionary<string, byte[]> arrays, string name, long[] shape)
    {
        long size = shape.Aggregate(1L, (product, n) => product * n);
        if (!arrays.TryGetValue(name, out byte[]? bytes) || bytes.Length != size * sizeof(float))
            throw new InvalidDataException($"the array '{name}' is missing or has another size");
        return tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape);
    }

    private static float[] Finite(string name, float[] numbers) => TensorPrimitives.IsFiniteAll<float>(numbers)
        ? numbers
        : throw new InvalidDataException($"'{name}' holds a number that is not finite");
}
