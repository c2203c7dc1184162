using System.Globalization;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Networks of a loss, one for each pair of layers; their weights are named by the number of the pair, from 0.</summary>
internal sealed class AdapterList<T> : Module
    where T : Module
{
    private readonly T[] _all;

    public AdapterList(IEnumerable<T> all)
        : base(nameof(AdapterList<>))
    {
        _all = [.. all];
        for (int i = 0; i < _all.Length; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), _all[i]);
    }

    public int Count => _all.Length;

    public T this[int layer] => _all[layer];
}
