using System.Collections.Concurrent;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Source;

/// <summary>A teacher whose outputs are a function of its name and the input, and which may be held back or made to fail.</summary>
internal sealed class FakeTeacher : ITeacherClient
{
    public const int Classes = 3;
    public const int EmbeddingWidth = 4;

    private readonly char _name;
    private readonly ISoftTargetStore? _store;

    public FakeTeacher(char name, ISoftTargetStore? store = null, string? labelSpace = null)
    {
        _name = name;
        _store = store;
        SoftTargetSet logits = Rows.Set(Classes, ElementType.Float32, name), embedding = Rows.Set(EmbeddingWidth, ElementType.Float32, name, OutputKind.Embedding);
        Description = new TeacherDescription($"teacher-{name}", "fake", 1, ["x", "y", "z"], labelSpace ?? logits.LabelSpace, "tok", 16, [logits, embedding], double.NaN);
    }

    public TeacherDescription Description { get; }

    /// <summary>That of the store it writes to; one of its own when it writes to none.</summary>
    public string StoreId => _store?.Id ?? $"store of {Description.Name}";

    /// <summary>First token of every input asked for, in order.</summary>
    public ConcurrentQueue<int> Asked { get; } = new();

    public ConcurrentQueue<TeacherRequest> Requests { get; } = new();

    public Func<TeacherRequest, Task> Before { get; set; } = _ => Task.CompletedTask;

    public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => Task.FromResult<byte[]>([]);

    public float Logit(int token, int c) => (token * 10) + c + (_name / 256f);

    public float Embedding(int token, int e) => token - (e * 0.5f);

    public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        foreach (int[] input in request.Inputs)
            Asked.Enqueue(input[0]);
        await Before(request).WaitAsync(cancellationToken);
        List<byte[]> answer = [];
        foreach (OutputKind kind in request.Kinds)
        {
            SoftTargetSet set = Description.Output(kind);
            float[] rows = [.. request.Inputs.SelectMany(i => Enumerable.Range(0, set.Width).Select(c => kind == OutputKind.Logits ? Logit(i[0], c) : Embedding(i[0], c)))];
            byte[] bytes = RowCodec.Encode(set, rows);
            answer.Add(bytes);
            if (_store is not null)
                await _store.PutAsync(set, request.Keys.ToArray(), bytes, cancellationToken);
        }

        return answer;
    }
}
