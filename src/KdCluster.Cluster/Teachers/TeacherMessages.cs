using Google.Protobuf;
using KdCluster.Cluster.Telemetry;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>Between the contracts and the wire.</summary>
internal static class TeacherMessages
{
    /// <summary>Bytes of rows in one chunk at most.</summary>
    public const int ChunkBytes = 1 << 20;

    public static V1.Teacher ToProto(this TeacherHost host)
    {
        V1.Teacher message = host.Description.ToProto();
        (message.Device, message.Checkpoint) = (host.Deployment.Device, host.Deployment.Checkpoint);
        (message.RowsComputed, message.Store) = (host.RowsComputed, host.StoreId);
        return message;
    }

    public static V1.Teacher ToProto(this TeacherDescription teacher)
    {
        V1.Teacher message = new()
        {
            Name = teacher.Name,
            Kind = teacher.Kind,
            Parameters = teacher.Parameters,
            LabelSpace = teacher.LabelSpace,
            Tokenizer = teacher.Tokenizer,
            MaxLength = teacher.MaxLength,
            Accuracy = teacher.Accuracy,
        };
        message.Labels.AddRange(teacher.Labels);
        message.Outputs.AddRange(teacher.Outputs.Select(ToProto));
        return message;
    }

    public static TeacherDescription ToDescription(this V1.Teacher teacher) => new(
        teacher.Name, teacher.Kind, teacher.Parameters, [.. teacher.Labels], teacher.LabelSpace, teacher.Tokenizer, teacher.MaxLength,
        [.. teacher.Outputs.Select(ToSet)], teacher.Accuracy);

    public static V1.SoftTargetSet ToProto(this SoftTargetSet set) => new()
    {
        TeacherFingerprint = set.Teacher,
        Kind = (V1.OutputKind)set.Kind,
        Element = (V1.ElementType)set.Element,
        Width = set.Width,
        TopK = set.TopK,
        LabelSpace = set.LabelSpace,
    };

    public static SoftTargetSet ToSet(this V1.SoftTargetSet set) => new(
        set.TeacherFingerprint, (OutputKind)set.Kind, (ElementType)set.Element, set.Width, set.TopK, set.LabelSpace);

    public static V1.SoftTargetRequest ToProto(this TeacherRequest request, ulong id, TeacherDescription teacher, string asker, bool here)
    {
        V1.SoftTargetRequest message = new() { Id = id, Asker = asker, Teacher = teacher.Name, Tokenizer = request.Tokenizer, StoreAsked = request.StoreAsked, TraceParent = Spans.Current };
        (message.Element, message.Here) = ((V1.ElementType)teacher.Outputs[0].Element, here);
        message.Kinds.AddRange(request.Kinds.Select(k => (V1.OutputKind)k));
        message.Fingerprints.AddRange(request.Kinds.Select(k => teacher.Output(k).Teacher));
        foreach (int[] input in request.Inputs)
        {
            message.Lengths.Add(input.Length);
            message.Ids.AddRange(input);
        }

        return message;
    }

    /// <exception cref="KdException"><c>KD1310</c>: the lengths do not add up to the ids.</exception>
    public static TeacherRequest ToRequest(this V1.SoftTargetRequest message)
    {
        if (message.Lengths.Any(l => l < 0) || message.Lengths.Sum(l => (long)l) != message.Ids.Count)
        {
            throw new KdException("KD1310", "the lengths do not add up to the number of ids.", $"teacher {message.Teacher}", "Send one length per instance, and all ids.");
        }

        int[] ids = [.. message.Ids];
        int at = 0;
        int[][] inputs = new int[message.Lengths.Count][];
        for (int i = 0; i < inputs.Length; i++)
        {
            int length = message.Lengths[i];
            inputs[i] = ids[at..(at + length)];
            at += length;
        }

        return new TeacherRequest
        {
            Tokenizer = message.Tokenizer,
            StoreAsked = message.StoreAsked,
            Kinds = [.. message.Kinds.Select(k => (OutputKind)k)],
            Inputs = inputs,
            Keys = Fingerprints.Instances(inputs),
        };
    }

    /// <summary>A reply in chunks of bounded size; the last one is marked.</summary>
    public static IEnumerable<V1.SoftTargetChunk> ToChunks(V1.SoftTargetReply reply)
    {
        for (int k = 0; k < reply.Rows.Count; k++)
        {
            ReadOnlyMemory<byte> rows = reply.Rows[k].Memory;
            int offset = 0;
            do
            {
                int size = Math.Min(ChunkBytes, rows.Length - offset);
                bool last = k == reply.Rows.Count - 1 && offset + size == rows.Length;
                yield return new V1.SoftTargetChunk
                {
                    Id = reply.Id,
                    KindIndex = k,
                    Offset = offset,
                    Rows = UnsafeByteOperations.UnsafeWrap(rows.Slice(offset, size)),
                    Last = last,
                    Queue = last ? reply.Queue : 0,
                };
                offset += size;
            }
            while (offset < rows.Length);
        }
    }
}
