using static TorchSharp.torch;

namespace KdCluster.Learning.Models;

/// <summary>What a forward pass is to give beside the logits and the embedding: a model offers its outputs by name, and those that are wanted are kept.</summary>
internal sealed class OutputTap(IReadOnlyCollection<string> wanted)
{
    /// <summary>Wants nothing.</summary>
    public static readonly OutputTap None = new([]);

    private readonly Dictionary<string, Tensor> _kept = new(StringComparer.Ordinal);

    /// <summary>What was wanted and offered.</summary>
    public IReadOnlyDictionary<string, Tensor> Kept => _kept;

    /// <summary>Whether an output is wanted, where offering it costs something.</summary>
    public bool Wants(string output) => wanted.Contains(output);

    /// <summary>Keeps an output if it is wanted.</summary>
    public void Offer(string output, Tensor value)
    {
        if (Wants(output))
            _kept[output] = value;
    }
}
