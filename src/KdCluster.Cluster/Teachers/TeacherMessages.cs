using Google.Protobuf;
using KdCluster.Cluster.Telemetry;
using KdCluster.Instances;
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
            Precision = ToProto(teacher.Precision),
            PrecisionReason = teacher.PrecisionReason,
        };
        message.Labels.AddRange(teacher.Labels);
        message.Outputs.AddRange(teacher.Outputs.Where(o => KindOf(o.Output) != V1.OutputKind.Unspecified).Select(o => o.Set().ToProto()));
        message.NamedOutputs.AddRange(teacher.Outputs.Select(ToProto));
        message.Figures.Add(teacher.Figures.ToDictionary());
        message.Inputs.AddRange(teacher.Inputs.Select(TensorMessages.ToProto));
        return message;
    }

    public static TeacherDescription ToDescription(this V1.Teacher teacher) => new(
        teacher.Name, teacher.Kind, teacher.Parameters, [.. teacher.Labels], teacher.LabelSpace, teacher.Tokenizer, teacher.MaxLength,
        teacher.NamedOutputs.Count > 0 ? [.. teacher.NamedOutputs.Select(ToOutput)] : [.. teacher.Outputs.Select(o => TeacherOutput.Of(o.ToSet()))], teacher.Accuracy)
    {
        Figures = teacher.Figures,
        Precision = ToPrecision(teacher.Precision),
        PrecisionReason = teacher.PrecisionReason,
        // Silos of before say nothing: all their teachers take texts.
        Inputs = teacher.Inputs.Count == 0 ? [TensorLayout.Ids] : [.. teacher.Inputs.Select(TensorMessages.ToLayout)],
    };

    /// <summary>The precision that a deployment asks for.</summary>
    /// <exception cref="KdException"><c>KD1326</c>: this version does not know it.</exception>
    public static Precision ToAsked(V1.Precision precision) => Enum.IsDefined(precision)
        ? ToPrecision(precision)
        : throw new KdException("KD1326", $"the number {(int)precision} stands for no precision here.", "precision", $"Choose {string.Join(", ", PrecisionNames.All)}, or deploy the teacher to a silo of the client's version.");

    /// <summary>A precision; one that nobody states is f32.</summary>
    public static Precision ToPrecision(V1.Precision precision) => precision == V1.Precision.Unspecified ? Precision.F32 : (Precision)(precision - 1);

    /// <summary>A precision as it is sent.</summary>
    public static V1.Precision ToProto(Precision precision) => (V1.Precision)precision + 1;

    public static V1.SoftTargetSet ToProto(this SoftTargetSet set) => new()
    {
        TeacherFingerprint = set.Teacher,
        Kind = KindOf(set.Output),
        Element = (V1.ElementType)set.Element,
        Width = set.Width,
        TopK = set.TopK,
        LabelSpace = set.LabelSpace,
        Output = set.Output,
    };

    public static SoftTargetSet ToSet(this V1.SoftTargetSet set) => new(
        set.TeacherFingerprint, set.Output.Length > 0 ? set.Output : NameOf(set.Kind), (ElementType)set.Element, set.Width, set.TopK, set.LabelSpace);

    private static V1.Output ToProto(TeacherOutput output) => new()
    {
        Name = output.Output,
        Shape = { output.Shape.Dimensions },
        TeacherFingerprint = output.Teacher,
        Element = (V1.ElementType)output.Element,
        TopK = output.TopK,
        LabelSpace = output.LabelSpace,
    };

    private static TeacherOutput ToOutput(V1.Output output) => new(
        output.TeacherFingerprint, output.Name, (ElementType)output.Element, new OutputShape([.. output.Shape]), output.TopK, output.LabelSpace);

    // What clients that know no names call them.
    private static V1.OutputKind KindOf(string output) => output switch
    {
        OutputNames.Logits => V1.OutputKind.Logits,
        OutputNames.Embedding => V1.OutputKind.Embedding,
        _ => V1.OutputKind.Unspecified,
    };

    private static string NameOf(V1.OutputKind kind) => kind switch
    {
        V1.OutputKind.Logits => OutputNames.Logits,
        V1.OutputKind.Embedding => OutputNames.Embedding,
        _ => kind.ToString(),   // of no teacher: refused where the outputs are looked up
    };

    /// <summary>The wanted outputs: by kind where all have one, so that a silo of any version understands it.</summary>
    public static void Want(this V1.SoftTargetRequest message, IReadOnlyList<string> outputs)
    {
        if (outputs.All(o => KindOf(o) != V1.OutputKind.Unspecified))
        {
            message.Kinds.AddRange(outputs.Select(KindOf));
        }
        else
        {
            message.Outputs.AddRange(outputs);
        }
    }

    public static V1.SoftTargetRequest ToProto(this TeacherRequest request, ulong id, TeacherDescription teacher, string asker, bool here)
    {
        V1.SoftTargetRequest message = new() { Id = id, Asker = asker, Teacher = teacher.Name, Tokenizer = request.Tokenizer, StoreAsked = request.StoreAsked, TraceParent = Spans.Current };
        TeacherVersionKey version = TeacherVersionKey.Of(teacher);
        (message.Element, message.TopK, message.Here) = (version.WireElement, version.TopK, here);
        message.Want(request.Outputs);
        message.Fingerprints.AddRange(version.Fingerprints);
        TensorMessages.Add(message, request.Inputs);
        return message;
    }

    /// <exception cref="KdException"><c>KD1310</c>: its instances do not add up.</exception>
    public static TeacherRequest ToRequest(this V1.SoftTargetRequest message)
    {
        InstanceView[] inputs = TensorMessages.Read(message);
        return new TeacherRequest
        {
            Tokenizer = message.Tokenizer,
            StoreAsked = message.StoreAsked,
            Outputs = message.Outputs.Count > 0 ? [.. message.Outputs] : [.. message.Kinds.Select(NameOf)],
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
