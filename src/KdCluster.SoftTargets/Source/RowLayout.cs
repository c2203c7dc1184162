namespace KdCluster.SoftTargets;

/// <summary>Where the rows of one output of several instances lie, encoded and decoded: one after the other, in the instances' order. Where the output's shape does not vary, all have one size.</summary>
public sealed class RowLayout
{
    private readonly int[]? _lengths;
    private readonly int[] _byteEnds = [], _valueEnds = [];
    private readonly SoftTargetSet _set;

    /// <param name="output">Whose rows.</param>
    /// <param name="lengths">Tokens of each instance.</param>
    public RowLayout(TeacherOutput output, IReadOnlyList<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(lengths);
        (Output, Count) = (output, lengths.Count);
        _set = output.Set();
        if (!output.Shape.Varies)
        {
            (Bytes, Values) = (checked(Count * _set.RowBytes), checked(Count * _set.Width));
            return;
        }

        _lengths = [.. lengths];
        (_byteEnds, _valueEnds) = (new int[Count], new int[Count]);
        for (int i = 0; i < Count; i++)
        {
            SoftTargetSet set = output.Set(_lengths[i]);
            (_byteEnds[i], _valueEnds[i]) = (Bytes = checked(Bytes + set.RowBytes), Values = checked(Values + set.Width));
        }
    }

    /// <summary>Whose rows.</summary>
    public TeacherOutput Output { get; }

    /// <summary>Instances.</summary>
    public int Count { get; }

    /// <summary>Bytes of all encoded rows.</summary>
    public int Bytes { get; }

    /// <summary>Numbers in all rows.</summary>
    public int Values { get; }

    /// <summary>The set of an instance's row.</summary>
    public SoftTargetSet Set(int instance) => _lengths is null ? _set : Output.Set(_lengths[instance]);

    /// <summary>Where an instance's encoded row lies.</summary>
    public Range BytesOf(int instance) => _lengths is null
        ? new Range(instance * _set.RowBytes, (instance + 1) * _set.RowBytes)
        : new Range(instance == 0 ? 0 : _byteEnds[instance - 1], _byteEnds[instance]);

    /// <summary>Where an instance's numbers lie.</summary>
    public Range ValuesOf(int instance) => _lengths is null
        ? new Range(instance * _set.Width, (instance + 1) * _set.Width)
        : new Range(instance == 0 ? 0 : _valueEnds[instance - 1], _valueEnds[instance]);

    /// <summary>Decodes all rows.</summary>
    /// <param name="bytes">[<see cref="Bytes"/>].</param>
    /// <param name="values">At least <see cref="Values"/>.</param>
    public void Decode(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (_lengths is null)
        {
            RowCodec.Decode(_set, bytes, values);
            return;
        }

        for (int i = 0; i < Count; i++)
            RowCodec.Decode(Set(i), bytes[BytesOf(i)], values[ValuesOf(i)]);
    }

    /// <summary>The first instance whose encoded row <see cref="RowCodec"/> cannot have made; -1 when there is none.</summary>
    public int FirstBad(ReadOnlySpan<byte> bytes)
    {
        if (_lengths is null)
            return RowCheck.FirstBad(_set, bytes);
        for (int i = 0; i < Count; i++)
        {
            if (RowCheck.FirstBad(Set(i), bytes[BytesOf(i)]) >= 0)
                return i;
        }

        return -1;
    }

    /// <summary>Reads all rows from a store; a row not found is left as it was.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="keys">Of the instances.</param>
    /// <param name="bytes">[<see cref="Bytes"/>].</param>
    /// <param name="found">One flag per instance, all written.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask GetAsync(ISoftTargetStore store, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> bytes, Memory<bool> found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach ((SoftTargetSet set, int[]? instances) in Groups())
        {
            if (instances is null)
            {
                await store.GetAsync(set, keys, bytes, found, cancellationToken).ConfigureAwait(false);
                continue;
            }

            byte[] rows = new byte[instances.Length * set.RowBytes];
            bool[] here = new bool[instances.Length];
            await store.GetAsync(set, Array.ConvertAll(instances, i => keys.Span[i]), rows, here, cancellationToken).ConfigureAwait(false);
            for (int j = 0; j < instances.Length; j++)
            {
                found.Span[instances[j]] = here[j];
                if (here[j])
                    rows.AsSpan(j * set.RowBytes, set.RowBytes).CopyTo(bytes.Span[BytesOf(instances[j])]);
            }
        }
    }

    /// <summary>Writes all rows to a store.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="keys">Of the instances.</param>
    /// <param name="bytes">[<see cref="Bytes"/>].</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask PutAsync(ISoftTargetStore store, ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach ((SoftTargetSet set, int[]? instances) in Groups())
        {
            if (instances is null)
            {
                await store.PutAsync(set, keys, bytes, cancellationToken).ConfigureAwait(false);
                continue;
            }

            byte[] rows = new byte[instances.Length * set.RowBytes];
            for (int j = 0; j < instances.Length; j++)
                bytes.Span[BytesOf(instances[j])].CopyTo(rows.AsSpan(j * set.RowBytes));
            await store.PutAsync(set, Array.ConvertAll(instances, i => keys.Span[i]), rows, cancellationToken).ConfigureAwait(false);
        }
    }

    // One set each; without instances: all of them, as they lie.
    private IEnumerable<(SoftTargetSet Set, int[]? Instances)> Groups() => _lengths is null
        ? [(_set, null)]
        : Enumerable.Range(0, Count).GroupBy(i => _lengths[i]).Select(g => (Output.Set(g.Key), (int[]?)[.. g]));
}
