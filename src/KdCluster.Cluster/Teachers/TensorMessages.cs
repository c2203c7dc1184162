using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using KdCluster.Instances;

namespace KdCluster.Cluster.Teachers;

/// <summary>Instances on the wire: texts as ids and lengths, as they always were, anything else as named tensors; so are texts of which one has token types.</summary>
internal static class TensorMessages
{
    private const int MostDimensions = 8;

    public static V1.InputLayout ToProto(TensorLayout layout) => new() { Name = layout.Name, Type = (V1.TensorType)layout.Type, Shape = { layout.Shape } };

    public static TensorLayout ToLayout(V1.InputLayout layout) => new(layout.Name, (TensorType)layout.Type, [.. layout.Shape]);

    /// <summary>How many instances a request has; 0 where that cannot be told.</summary>
    public static int Count(V1.SoftTargetRequest message) => message.Tensors.Count == 0 ? message.Lengths.Count : Count(message.Tensors[0]) ?? 0;

    /// <summary>Adds instances to a request. All are texts, or all have the same tensors.</summary>
    public static void Add(V1.SoftTargetRequest message, IReadOnlyList<InstanceView> views)
    {
        if (views.Count == 0)
        {
            return;
        }

        if (views.All(v => v.IsText && v.Types is null))
        {
            foreach (InstanceView view in views)
            {
                message.Lengths.Add(view.Length);
                message.Ids.AddRange(view.Ids);
            }

            return;
        }

        NamedTensor[][] all = [.. views.Select(Tensors)];
        for (int t = 0; t < all[0].Length; t++)
        {
            TensorLayout first = all[0][t].Layout;
            V1.InputTensor tensor = new() { Name = first.Name, Type = (V1.TensorType)first.Type, Rank = first.Shape.Count };
            bool alike = all.All(v => v[t].Layout.Equals(first));
            foreach (NamedTensor[] view in alike ? all.Take(1) : all)
            {
                tensor.Shapes.AddRange(view[t].Layout.Shape);
            }

            byte[] data = new byte[all.Sum(v => (long)v[t].Bytes.Length)];
            int at = 0;
            foreach (NamedTensor[] view in all)
            {
                view[t].Bytes.CopyTo(data.AsMemory(at));
                at += view[t].Bytes.Length;
            }

            tensor.Data = UnsafeByteOperations.UnsafeWrap(data);
            message.Tensors.Add(tensor);
        }
    }

    /// <summary>The instances of a request.</summary>
    /// <exception cref="KdException"><c>KD1310</c>: they do not add up.</exception>
    public static InstanceView[] Read(V1.SoftTargetRequest message)
    {
        string where = $"teacher {message.Teacher}";
        if (message.Tensors.Count == 0)
        {
            return Texts(message, where);
        }

        if (message.Ids.Count > 0 || message.Lengths.Count > 0)
        {
            throw Refuse("there are ids and tensors in one request", where);
        }

        NamedTensor[][] tensors = [.. message.Tensors.Select(t => Split(t, where))];
        return tensors.Any(t => t.Length != tensors[0].Length) || message.Tensors.DistinctBy(t => t.Name).Count() != tensors.Length
            ? throw Refuse("the tensors have different numbers of instances, or one name twice", where)
            : [.. Enumerable.Range(0, tensors[0].Length).Select(i => View([.. tensors.Select(t => t[i])], where))];
    }

    // A text without token types beside one that has them is sent with types of 0, which are none.
    private static NamedTensor[] Tensors(InstanceView view) =>
        [.. view.Tensors, .. view.IsText && view.Types is null ? [new NamedTensor(TensorLayout.Types with { Shape = [view.Length] }, new byte[sizeof(int) * view.Length])] : Array.Empty<NamedTensor>()];

    private static InstanceView View(NamedTensor[] tensors, string where)
    {
        if (tensors is not [{ Layout: { } ids }, { Layout: { } types }] || !ids.Fits(TensorLayout.Ids) || !types.Fits(TensorLayout.Types))
        {
            return new InstanceView(tensors);
        }

        int[] values = Integers(tensors[1]);
        return ids.Shape[0] == values.Length && values.All(v => v >= 0)
            ? new InstanceView(Integers(tensors[0]), values)
            : throw Refuse($"there are {values.Length} token types, or some below 0, of {ids.Shape[0]} ids", where);
    }

    private static int[] Integers(NamedTensor tensor) => MemoryMarshal.Cast<byte, int>(tensor.Bytes.Span).ToArray();

    private static InstanceView[] Texts(V1.SoftTargetRequest message, string where)
    {
        if (message.Lengths.Any(l => l < 0) || message.Lengths.Sum(l => (long)l) != message.Ids.Count)
        {
            throw new KdException("KD1310", "the lengths do not add up to the number of ids.", where, "Send one length per instance, and all ids.");
        }

        int[] ids = [.. message.Ids];
        int at = 0;
        InstanceView[] views = new InstanceView[message.Lengths.Count];
        for (int i = 0; i < views.Length; i++)
        {
            int length = message.Lengths[i];
            views[i] = new InstanceView(ids[at..(at + length)]);
            at += length;
        }

        return views;
    }

    private static NamedTensor[] Split(V1.InputTensor tensor, string where)
    {
        if (Count(tensor) is not { } count)
        {
            throw Refuse($"the sizes of the tensor '{tensor.Name}' are none, or do not add up to its {tensor.Data.Length} bytes", where);
        }

        NamedTensor[] rows = new NamedTensor[count];
        bool alike = tensor.Shapes.Count == tensor.Rank;
        TensorLayout layout = new(tensor.Name, (TensorType)tensor.Type, [.. tensor.Shapes.Take(tensor.Rank)]);
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            layout = alike ? layout : layout with { Shape = [.. tensor.Shapes.Skip(i * tensor.Rank).Take(tensor.Rank)] };
            int size = (int)layout.Bytes!.Value;
            rows[i] = new NamedTensor(layout, tensor.Data.Memory.Slice(at, size));
            at += size;
        }

        foreach (NamedTensor row in rows.Where(r => r.Layout.Type == TensorType.Float32))
        {
            if (!TensorPrimitives.IsFiniteAll(MemoryMarshal.Cast<byte, float>(row.Bytes.Span)))
            {
                throw Refuse($"the tensor '{tensor.Name}' has numbers that are not finite", where);
            }
        }

        return rows;
    }

    /// <summary>The instances of a tensor; null where its sizes and bytes do not add up.</summary>
    private static int? Count(V1.InputTensor tensor)
    {
        (int rank, int sizes) = (tensor.Rank, tensor.Shapes.Count);
        if (rank is < 1 or > MostDimensions || sizes == 0 || sizes % rank != 0 || tensor.Shapes.Any(s => s < 0) || !Enum.IsDefined(tensor.Type) || tensor.Type == V1.TensorType.Unspecified)
        {
            return null;
        }

        long element = tensor.Type == V1.TensorType.Uint8 ? 1 : 4;
        if (sizes == rank)
        {
            double one = tensor.Shapes.Aggregate((double)element, (bytes, size) => bytes * size);
            return one > 0 && one <= tensor.Data.Length && tensor.Data.Length % one == 0 ? (int)(tensor.Data.Length / one) : null;
        }

        double all = tensor.Shapes.Chunk(rank).Sum(shape => shape.Aggregate((double)element, (bytes, size) => bytes * size));
        return all == tensor.Data.Length ? sizes / rank : null;
    }

    private static KdException Refuse(string why, string where) => new("KD1310", $"{why}.", where, "Send each tensor with its sizes, and all its bytes.");
}
