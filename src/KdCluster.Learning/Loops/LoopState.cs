using System.Runtime.InteropServices;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Weightings;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace KdCluster.Learning.Loops;

/// <summary>A loop's arrays as bytes and back, bit for bit: weights and moments in float32, the weighting's state in float64.</summary>
internal static class LoopState
{
    private const string Weights = "weights.";
    private const string Moments = "moments.";
    private const string Weighting = "weighting.";
    private const string Average = "average.";
    private const string Adapters = "adapters.";

    /// <exception cref="InvalidDataException">A weight is not finite.</exception>
    public static List<SafeTensor> Save(SupervisedLoop loop)
    {
        var arrays = new List<SafeTensor>();
        foreach (var (name, weight) in ModelState.Of(loop.Model))
            arrays.Add(Array(Weights + name, weight));
        foreach (var (name, moment) in loop.Optimizer.StateDict())
            arrays.Add(Array(Moments + name, moment));
        foreach (var (name, weight) in loop.Average is { } average ? ModelState.Of(average.Model) : [])
            arrays.Add(Array(Average + name, weight));
        foreach (var (name, weight) in loop.Adapters)
            arrays.Add(Array(Adapters + name, weight));
        foreach (var (name, numbers) in loop.Weighting?.StateDict() ?? new Dictionary<string, double[]>())
            arrays.Add(new SafeTensor(Weighting + name, SafeTensorType.F64, [numbers.Length], MemoryMarshal.AsBytes<double>(numbers).ToArray()));
        if (loop.Instances is { } instances)
            arrays.Add(instances.Save());
        return arrays;
    }

    /// <exception cref="InvalidDataException">An array is missing or of another size.</exception>
    public static void Load(SupervisedLoop loop, IReadOnlyDictionary<string, byte[]> arrays, long optimizerSteps)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        LoadWeights(loop.Model, arrays);
        foreach (var (name, weight) in loop.Average is { } average ? ModelState.Of(average.Model) : [])
            weight.copy_(Read(arrays, Average + name, weight.shape));
        foreach (var (name, weight) in loop.Adapters)
            weight.copy_(Read(arrays, Adapters + name, weight.shape));
        var moments = loop.Optimizer.StateDict().ToDictionary(m => m.Key, m => Read(arrays, Moments + m.Key, m.Value.shape));
        loop.Optimizer.Load(moments, optimizerSteps);
        loop.Instances?.Load(arrays);
        loop.Weighting?.Load(arrays.Where(a => a.Key.StartsWith(Weighting, StringComparison.Ordinal))
            .ToDictionary(a => a.Key[Weighting.Length..], a => MemoryMarshal.Cast<byte, double>(a.Value).ToArray()));
    }

    /// <summary>The weights alone.</summary>
    /// <exception cref="InvalidDataException">One is missing or of another size.</exception>
    public static void LoadWeights(Model model, IReadOnlyDictionary<string, byte[]> arrays)
    {
        foreach (var (name, weight) in ModelState.Of(model))
            weight.copy_(Read(arrays, Weights + name, weight.shape));
    }

    /// <summary>A tensor of float32 under its name.</summary>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public static SafeTensor Array(string name, Tensor tensor)
    {
        float[] numbers = HostArray.Of(tensor);
        return TensorPrimitives.IsFiniteAll<float>(numbers) ? SafeTensor.Of(name, tensor.shape, numbers) : throw new InvalidDataException($"'{name}' holds a number that is not finite");
    }

    /// <summary>A tensor of float32 by its name; the caller's scope owns it.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another size.</exception>
    public static Tensor Read(IReadOnlyDictionary<string, byte[]> arrays, string name, long[] shape)
    {
        long size = shape.Aggregate(1L, (product, n) => product * n);
        if (!arrays.TryGetValue(name, out byte[]? bytes) || bytes.Length != size * sizeof(float))
            throw new InvalidDataException($"the array '{name}' is missing or has another size");
        return tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape);
    }
}
