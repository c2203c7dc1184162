using System.Runtime.InteropServices;
using KdCluster.Learning.Checkpoints;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// The weights that each training row was given last: of a policy its expectation, without the luck of the draw. Kept in the student's checkpoints, and at its end in a file beside it.
/// </summary>
public sealed class InstanceWeights
{
    /// <summary>The file in the student's folder.</summary>
    public const string FileName = "instance-weights.safetensors";

    /// <summary>The array's name, in that file and in checkpoints.</summary>
    public const string ArrayName = "instances.weights";

    private readonly float[] _values;

    /// <summary>No row has weights yet.</summary>
    public InstanceWeights(int rows, int teachers)
    {
        (Rows, Teachers, _values) = (rows, teachers, new float[(long)rows * teachers]);
        Array.Fill(_values, float.NaN);
    }

    private InstanceWeights(int rows, int teachers, float[] values) => (Rows, Teachers, _values) = (rows, teachers, values);

    /// <summary>Training rows.</summary>
    public int Rows { get; }

    /// <summary>Teachers.</summary>
    public int Teachers { get; }

    /// <summary>[rows, teachers] flattened; NaN for a row that has not been weighed.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>A row's weights: [teachers].</summary>
    public ReadOnlySpan<float> Of(int row) => _values.AsSpan(row * Teachers, Teachers);

    /// <summary>Whether a row has been weighed.</summary>
    public bool IsWeighed(int row) => !float.IsNaN(_values[row * Teachers]);

    /// <summary>Entropy of a row's weights over the teachers in nats: 0 is one teacher alone, log K all alike. NaN for a row that has not been weighed.</summary>
    public double Entropy(int row)
    {
        double entropy = IsWeighed(row) ? 0 : double.NaN;
        foreach (float w in Of(row))
            entropy -= w > 0 ? w * Math.Log(w) : 0;
        return entropy;
    }

    /// <summary>The rows whose weights have the largest entropy, the largest first; of equals the one that comes first.</summary>
    public IReadOnlyList<int> MostDisputed(int count) =>
        [.. Enumerable.Range(0, Rows).Where(IsWeighed).Select(row => (row, entropy: Entropy(row))).OrderByDescending(r => r.entropy).ThenBy(r => r.row).Take(count).Select(r => r.row)];

    /// <summary>Notes a batch.</summary>
    /// <param name="rows">Row numbers: [batch].</param>
    /// <param name="weights">[batch, teachers] flattened, or [teachers] for all of them.</param>
    internal void Put(int[] rows, ReadOnlySpan<float> weights)
    {
        bool alike = weights.Length == Teachers;
        for (int i = 0; i < rows.Length; i++)
            weights.Slice(alike ? 0 : i * Teachers, Teachers).CopyTo(_values.AsSpan(rows[i] * Teachers));
    }

    internal SafeTensor Save() => SafeTensor.Of(ArrayName, [Rows, Teachers], _values);

    /// <summary>Takes over what a checkpoint holds; one of an earlier version holds nothing.</summary>
    internal void Load(IReadOnlyDictionary<string, byte[]> arrays)
    {
        if (arrays.TryGetValue(ArrayName, out byte[]? bytes) && bytes.Length == _values.Length * sizeof(float))
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(_values);
    }

    /// <exception cref="KdException"><c>KD1620</c>: there is no room; <c>KD1798</c>: the file cannot be written.</exception>
    internal void Write(string folder, IEnumerable<string> teachers) => AtomicFile.Write(
        Path.Combine(folder, FileName), stream => SafeTensorsWriter.Write(stream, [Save()], new Dictionary<string, string> { ["teachers"] = string.Join('\n', teachers) }));

    /// <summary>Reads them from a file that holds them among others; null: it does not.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: the file is missing; <c>KD1203</c>: it is damaged.</exception>
    public static InstanceWeights? Read(string path)
    {
        using var reader = SafeTensorsReader.Open(path);
        return reader.Tensors.FirstOrDefault(t => t.Name == ArrayName) is { Type: SafeTensorType.F32, Shape: [var rows, var teachers] } found
            ? new InstanceWeights((int)rows, (int)teachers, MemoryMarshal.Cast<byte, float>(reader.ReadBytes(found)).ToArray())
            : null;
    }
}
