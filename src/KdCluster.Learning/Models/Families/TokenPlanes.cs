using KdCluster.Instances;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Models.Families;

/// <summary>What an encoder looks up for each token, made on the host: one tensor int64 [batch, planes, length].</summary>
/// <remarks>Where tokens are is a plane of its own: a token that has the id of padding is a token like any other.</remarks>
internal static class TokenPlanes
{
    private const int IdPlane = 0, TypePlane = 1, PositionPlane = 2, RealPlane = 3, Planes = 4;

    /// <summary>Token ids, <see cref="ModelShape.Padding"/> where nothing is: [batch, length].</summary>
    public static Tensor Ids(Tensor batch) => batch.select(1, IdPlane);

    /// <summary>Token types, 0 where an instance has none.</summary>
    public static Tensor Types(Tensor batch) => batch.select(1, TypePlane);

    /// <summary>Rows of the position embedding.</summary>
    public static Tensor Positions(Tensor batch) => batch.select(1, PositionPlane);

    /// <summary>1 where a token is, 0 where padding is: float32 [batch, length].</summary>
    public static Tensor Real(Tensor batch) => batch.select(1, RealPlane).to(ScalarType.Float32);

    /// <summary>Joins views into a batch.</summary>
    /// <param name="rows">With token types or without.</param>
    /// <param name="shape">Says what padding is, and how positions are counted.</param>
    /// <param name="padTo">Length of the batch.</param>
    /// <param name="padRows">Rows of the batch at least.</param>
    /// <param name="device">Where it goes; null is the CPU.</param>
    public static Tensor Collate(IReadOnlyList<InstanceView> rows, ModelShape shape, int padTo, int padRows, Device? device)
    {
        int count = Math.Max(rows.Count, padRows);
        var planes = new long[(long)count * Planes * padTo];
        for (int r = 0; r < count; r++)
        {
            int[] ids = r < rows.Count ? rows[r].Ids : [];
            int[]? types = r < rows.Count ? rows[r].Types : null;
            if (ids.Length > padTo)
                throw new ArgumentException($"row {r} has {ids.Length} tokens, more than the {padTo} it is to be padded to.", nameof(rows));
            Span<long> row = planes.AsSpan(r * Planes * padTo, Planes * padTo);
            Span<long> rowIds = row[(IdPlane * padTo)..][..padTo], rowTypes = row[(TypePlane * padTo)..][..padTo], positions = row[(PositionPlane * padTo)..][..padTo], real = row[(RealPlane * padTo)..][..padTo];
            rowIds.Fill(shape.Padding);
            for (int t = 0; t < ids.Length; t++)
                (rowIds[t], rowTypes[t], real[t]) = (ids[t], types?[t] ?? 0, 1);
            Number(positions, rowIds, shape);
        }

        long[] sizes = [count, Planes, padTo];
        return device is null || device.type == DeviceType.CPU ? tensor(planes, sizes) : tensor(planes, sizes, device: device);
    }

    // RoBERTa counts from the row after padding's, and leaves out what has padding's id, which gets padding's row.
    private static void Number(Span<long> positions, ReadOnlySpan<long> ids, ModelShape shape)
    {
        bool after = shape.Spec.Kind == FamilySettings.Roberta;
        for (int t = 0, next = shape.Padding; t < positions.Length; t++)
            positions[t] = !after ? t : ids[t] == shape.Padding ? shape.Padding : ++next;
    }
}
