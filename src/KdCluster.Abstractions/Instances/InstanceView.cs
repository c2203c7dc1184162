using System.Runtime.InteropServices;

namespace KdCluster.Instances;

/// <summary>
/// One instance as a model gets it: named tensors, ready to be joined into a batch. A text is <c>ids</c> int32 [length], unpadded, and with <c>types</c> int32 [length] where a model tells the texts of a pair apart by token types; an image is <c>pixels</c> uint8 [channels, height, width]. What belongs to the model, such as the
/// normalisation of pixels, is not in it: models that differ in that alone share the views, and the soft targets' keys.
/// </summary>
public sealed class InstanceView
{
    private readonly int[]? _ids;
    private readonly int[]? _types;
    private readonly NamedTensor[] _tensors = [];

    /// <summary>A text.</summary>
    /// <param name="ids">Token ids, unpadded; not copied.</param>
    public InstanceView(int[] ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _ids = ids;
    }

    /// <summary>A text, or a pair of them that token types tell apart.</summary>
    /// <param name="ids">Token ids, unpadded; not copied.</param>
    /// <param name="types">Token type of each, not negative; not copied. Types that are all 0 are the same as none.</param>
    public InstanceView(int[] ids, int[] types)
        : this(ids)
    {
        ArgumentNullException.ThrowIfNull(types);
        ArgumentOutOfRangeException.ThrowIfNotEqual(types.Length, ids.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(types.Length == 0 ? 0 : types.Min(), nameof(types));
        _types = types.AsSpan().ContainsAnyExcept(0) ? types : null;
    }

    /// <summary>Anything.</summary>
    /// <param name="tensors">At least one, of different names.</param>
    public InstanceView(params NamedTensor[] tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfZero(tensors.Length);
        _tensors = tensors;
    }

    /// <summary>Whether it is token ids, with token types or without.</summary>
    public bool IsText => _ids is not null;

    /// <summary>Token ids of a text; empty for anything else.</summary>
    public int[] Ids => _ids ?? [];

    /// <summary>Token types of a text, as many as <see cref="Ids"/>; null: all are 0, or it is no text.</summary>
    public int[]? Types => _types;

    /// <summary>What instances of like size share a batch by: tokens of a text; 0 where all instances have one shape.</summary>
    public int Length => _ids?.Length ?? 0;

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes => _ids is not null ? sizeof(int) * (long)_ids.Length * (_types is null ? 1 : 2) : _tensors.Sum(t => (long)t.Bytes.Length);

    /// <summary>The tensors, in the model's order.</summary>
    public IReadOnlyList<NamedTensor> Tensors => _ids is null ? _tensors : _types is null ? [Tensor(TensorLayout.Ids, _ids)] : [Tensor(TensorLayout.Ids, _ids), Tensor(TensorLayout.Types, _types)];

    /// <summary>Views of texts.</summary>
    /// <param name="tokens">Token ids of each text, unpadded; not copied.</param>
    public static InstanceView[] OfTokens(IReadOnlyList<int[]> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var views = new InstanceView[tokens.Count];
        for (int i = 0; i < views.Length; i++)
            views[i] = new InstanceView(tokens[i]);
        return views;
    }

    private static NamedTensor Tensor(TensorLayout layout, int[] values) => new(layout with { Shape = [values.Length] }, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
