using Google.Protobuf;
using Grpc.Core;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Data;
using KdCluster.SoftTargets;
using KdCluster.V1;
using OutputKind = KdCluster.V1.OutputKind;

namespace KdCluster.Tests.Fuzz;

/// <summary>A teacher's silo that answers by a seed: rightly, or with whatever could go wrong in an answer.</summary>
internal sealed class HostileTeacher : TeacherService.TeacherServiceBase
{
    private const int Classes = 3, Embedding = 8;
    private static readonly string[] s_labels = ["a", "b", "c"];

    /// <summary>What comes next.</summary>
    public Random Random { get; set; } = new(0);

    /// <summary>The number that every row's element bears: nobody may be given another.</summary>
    public static float Value(OutputKind kind, int row, int column) => (kind == OutputKind.Logits ? 1 : 100) + row + (column / 16f);

    public static Teacher Honest()
    {
        string space = new LabelSpace(s_labels).Hash;
        Teacher teacher = new() { Name = "bag", Kind = "bag", Parameters = 1, LabelSpace = space, Tokenizer = new string('7', 64), MaxLength = 16, Labels = { s_labels }, Accuracy = 0.5, Store = "none" };
        teacher.Outputs.Add(new V1.SoftTargetSet { TeacherFingerprint = new string('1', 64), Kind = OutputKind.Logits, Element = V1.ElementType.Float32, Width = Classes, LabelSpace = space });
        teacher.Outputs.Add(new V1.SoftTargetSet { TeacherFingerprint = new string('2', 64), Kind = OutputKind.Embedding, Element = V1.ElementType.Float16, Width = Embedding, LabelSpace = space });
        return teacher;
    }

    public override Task<Teacher> Describe(DescribeTeacherRequest request, ServerCallContext context)
    {
        Teacher honest = Honest();
        if (Random.Next(4) > 0)
        {
            return Task.FromResult(honest);
        }

        // Its fields as any number or text, or its bytes damaged as far as they can still be read.
        try
        {
            byte[] bytes = Random.Next(2) == 0
                ? [.. honest.ToByteArray(), .. new RandomMessage(Random, ["bag", "a", "", new string('1', 64), honest.LabelSpace]).Of(Teacher.Descriptor)]
                : new Mutator(Random).Mutate(honest.ToByteArray());
            return Task.FromResult(Teacher.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Unknown, e.Message));
        }
    }

    public override async Task Stream(IAsyncStreamReader<SoftTargetRequest> requestStream, IServerStreamWriter<SoftTargetChunk> responseStream, ServerCallContext context)
    {
        await foreach (SoftTargetRequest request in requestStream.ReadAllAsync())
        {
            if (request.Lengths.Count == 0 || request.Withdraw)
            {
                continue;
            }

            foreach (SoftTargetChunk chunk in Answer(request))
            {
                await responseStream.WriteAsync(chunk);
            }

            switch (Random.Next(12))
            {
                case 0: return;
                case 1: throw new RpcException(new Status((StatusCode)Random.Next(1, 17), new string('x', Random.Next(3000))));
                case 2: context.GetHttpContext().Abort(); break;
            }
        }
    }

    private List<SoftTargetChunk> Answer(SoftTargetRequest request)
    {
        SoftTargetReply reply = new() { Id = request.Id };
        reply.Rows.AddRange(request.Kinds.Select(k => ByteString.CopyFrom(Rows(k, request.Lengths.Count))));
        // Small ones, so that there are several.
        List<SoftTargetChunk> chunks = [.. TeacherMessages.ToChunks(reply).SelectMany(Split)];
        for (int n = Random.Next(3); n > 0 && chunks.Count > 0; n--)
        {
            Damage(chunks);
        }

        return chunks;
    }

    private IEnumerable<SoftTargetChunk> Split(SoftTargetChunk chunk)
    {
        int half = chunk.Rows.Length / 2;
        SoftTargetChunk first = chunk.Clone(), second = chunk.Clone();
        (first.Rows, first.Last) = (ByteString.CopyFrom(chunk.Rows.Span[..half]), false);
        (second.Rows, second.Offset) = (ByteString.CopyFrom(chunk.Rows.Span[half..]), chunk.Offset + half);
        return [first, second];
    }

    private void Damage(List<SoftTargetChunk> chunks)
    {
        int at = Random.Next(chunks.Count);
        SoftTargetChunk chunk = chunks[at];
        switch (Random.Next(16))
        {
            case 0: chunks.Insert(at, chunk.Clone()); break;
            case 1: chunks.RemoveAt(at); break;
            case 2: chunks.Reverse(); break;
            case 3: chunk.Offset = Odd(); break;
            case 4: chunk.KindIndex = (int)Odd(); break;
            case 5: chunk.Last = !chunk.Last; break;
            case 6: chunk.Rows = ByteString.CopyFrom(chunk.Rows.Span[..Random.Next(chunk.Rows.Length + 1)]); break;
            case 7: chunk.Rows = ByteString.CopyFrom([.. chunk.Rows.Span, .. new byte[Random.Next(1, 200)]]); break;
            case 8: chunk.Rows = ByteString.CopyFrom(new byte[Random.Next(6_000_000)]); break;
            case 9: chunk.Id = (ulong)Odd(); break;
            case 10: chunk.Error = new Error { Code = Random.Next(2) == 0 ? "" : "KD1320", What = new string('w', Random.Next(200)) }; chunk.RetryAfter = (int)Odd(); break;
            case 11: (chunk.Report, chunk.Queue) = (true, (int)Odd()); break;
            case 12: chunks.InsertRange(at, Enumerable.Range(0, 2000).Select(_ => new SoftTargetChunk { Id = chunk.Id, Offset = chunk.Offset, KindIndex = chunk.KindIndex })); break;
            case 13: chunks.AddRange(chunks.Select(c => c.Clone()).ToArray()); break;
            default: chunk.Rows = NotFinite(chunk); break;
        }
    }

    private ByteString NotFinite(SoftTargetChunk chunk)
    {
        byte[] bytes = chunk.Rows.ToByteArray();
        int size = chunk.KindIndex == 0 ? 4 : 2, at = (bytes.Length / size) > 0 ? Random.Next(bytes.Length / size) * size : 0;
        byte[] odd = size == 4
            ? BitConverter.GetBytes(Random.Next(3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity })
            : BitConverter.GetBytes(Random.Next(3) switch { 0 => Half.NaN, 1 => Half.PositiveInfinity, _ => Half.NegativeInfinity });
        if (bytes.Length >= at + size)
        {
            odd.CopyTo(bytes, at);
        }

        return ByteString.CopyFrom(bytes);
    }

    private long Odd() => Random.Next(4) switch { 0 => Random.Next(-3, 100), 1 => long.MaxValue - Random.Next(100), 2 => int.MinValue, _ => Random.NextInt64() };

    private static byte[] Rows(OutputKind kind, int rows)
    {
        int width = kind == OutputKind.Logits ? Classes : Embedding;
        float[] values = new float[rows * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Value(kind, i / width, i % width);
        }

        return RowCodec.Encode(Honest().Outputs.Single(o => o.Kind == kind).ToSet(), values);
    }
}
