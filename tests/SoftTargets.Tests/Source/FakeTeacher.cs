using System.Collections.Concurrent;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Source;

/// <summary>A teacher whose outputs are a function of its name and the input, and which may be held back or made to fail.</summary>
internal sealed class FakeTeacher : ITeacherClient
{
    public const int Classes = 3;
    public const int EmbeddingWidth = 4;

    /// <summary>Width of the states of layer 1.</summary>
    public const int StateWidth = 2;

    private readonly char _name;
    private readonly ISoftTargetStore? _store;

    public FakeTeacher(char name, ISoftTargetStore? store = null, string? labelSpace = null)
    {
        _name = name;
        _store = store;
        SoftTargetSet logits = Rows.Set(Classes, ElementType.Float32, name), embedding = Rows.Set(EmbeddingWidth, ElementType.Float32, name, OutputNames.Embedding);
        Description = new TeacherDescription($"teacher-{name}", "fake", 1, ["x", "y", "z"], labelSpace ?? logits.LabelSpace, "tok", 16,
            [
                TeacherOutput.Of(logits), TeacherOutput.Of(embedding),
                new TeacherOutput(new string(name, 64), OutputNames.Hidden(1), ElementType.Float32, new OutputShape(OutputShape.Length, StateWidth), 0, logits.LabelSpace),
            ],
            double.NaN);
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

    /// <summary>What it says of an input.</summary>
    public float[] Row(string output, int[] input) => output switch
    {
        OutputNames.Logits => [.. Enumerable.Range(0, Classes).Select(c => Logit(input[0], c))],
        OutputNames.Embedding => [.. Enumerable.Range(0, EmbeddingWidth).Select(e => Embedding(input[0], e))],
        _ => [.. input.SelectMany(token => Enumerable.Range(0, StateWidth).Select(w => token + (w / 4f) + (_name / 256f)))],
    };

    // Of an image its first pixel.
    private static int[] Tokens(InstanceView view) => view.IsText ? view.Ids : [view.Tensors[0].Bytes.Span[0]];

    public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        foreach (InstanceView input in request.Inputs)
            Asked.Enqueue(Tokens(input)[0]);
        await Before(request).WaitAsync(cancellationToken);
        List<byte[]> answer = [];
        foreach (string output in request.Outputs)
        {
            TeacherOutput what = Description.Output(output);
            RowLayout layout = new(what, [.. request.Inputs.Select(i => i.Length)]);
            byte[] bytes = [.. request.Inputs.SelectMany(i => RowCodec.Encode(what.Set(i.Length), Row(output, Tokens(i))))];
            answer.Add(bytes);
            if (_store is not null)
                await layout.PutAsync(_store, request.Keys.ToArray(), bytes, cancellationToken);
        }

        return answer;
    }
}
