using KdCluster.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Onnx;

/// <summary>A model's tensors, put into a graph when an operation wants one.</summary>
internal sealed class OnnxWeights(OnnxGraph graph, Model model)
{
    private readonly Dictionary<string, Tensor> _tensors = ModelState.Of(model).ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
    private readonly HashSet<string> _there = new(StringComparer.Ordinal);

    /// <summary>A weight by its name in the model: the name in the graph, which is the same.</summary>
    public string this[string name]
    {
        get
        {
            if (_there.Add(name))
                graph.Weight(name, Values(name), _tensors[name].shape);
            return name;
        }
    }

    /// <summary>The sizes of a weight.</summary>
    public long[] Shape(string name) => _tensors[name].shape;

    /// <summary>The numbers of a weight, row-major.</summary>
    public float[] Values(string name)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return [.. _tensors[name].cpu().contiguous().data<float>()];
    }
}
