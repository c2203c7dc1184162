using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Text;

/// <summary>Makes the tensor a model reads out of token ids.</summary>
public static class TokenBatch
{
    /// <summary>Pads rows to one shape.</summary>
    /// <param name="rows">Token ids of each row, at most <paramref name="padTo"/> long.</param>
    /// <param name="padTo">Columns of the tensor.</param>
    /// <param name="padRows">Rows of the tensor at least; those beyond <paramref name="rows"/> are padding.</param>
    /// <param name="device">Where the tensor goes; null is the CPU.</param>
    /// <param name="padding">Id of padding.</param>
    /// <returns>int64 [max(rows, padRows), padTo]; the caller's scope owns it.</returns>
    public static Tensor Collate(IReadOnlyList<int[]> rows, int padTo, int padRows = 0, Device? device = null, int padding = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = Math.Max(rows.Count, padRows);
        var ids = new long[count * padTo];
        Array.Fill(ids, padding);
        for (int r = 0; r < rows.Count; r++)
        {
            int[] row = rows[r];
            if (row.Length > padTo)
                throw new ArgumentException($"row {r} has {row.Length} tokens, more than the {padTo} it is to be padded to.", nameof(rows));
            for (int t = 0, at = r * padTo; t < row.Length; t++)
                ids[at + t] = row[t];
        }
        return device is null || device.type == DeviceType.CPU
            ? tensor(ids, [count, padTo])
            : tensor(ids, [count, padTo], device: device);
    }
}
