using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>
/// Which tensors of a model elsewhere are sent and which are read. The ids are <c>input_ids</c>, or the only integer input; <c>attention_mask</c>,
/// <c>token_type_ids</c> and <c>lengths</c> are filled where the model has them. The logits are <c>logits</c>, or the only output of numbers; of a regression <c>score</c>.
/// </summary>
internal sealed class InferencePlan
{
    // What a server says of its sizes is what memory is taken by: no model that can be a teacher is beyond these.
    private const int Longest = 1 << 16, Widest = 1 << 20;
    private static readonly string[] s_integers = ["INT32", "INT64"];
    private static readonly string[] s_numbers = ["FP16", "FP32", "FP64"];

    private readonly List<ModelMetadataResponse.Types.TensorMetadata> _inputs = [];
    private string _ids = InferenceNames.InputIds;

    // Of one of our own teachers, which looks at them only where a text has some.
    private ModelMetadataResponse.Types.TensorMetadata? _someTypes;

    private InferencePlan()
    {
    }

    /// <summary>The tensor of the logits, or of the score.</summary>
    public string Logits { get; private set; } = "";

    /// <summary>Whether that is a score.</summary>
    public bool IsScore { get; private set; }

    /// <summary>Classes, as the model says; 0 when it does not.</summary>
    public int LogitsWidth { get; private set; }

    /// <summary>The tensor of the embedding; null when there is none of known width.</summary>
    public string? Embedding { get; private set; }

    public int EmbeddingWidth { get; private set; }

    /// <summary>Tokens that every row must have; 0: as many as there are.</summary>
    public int FixedLength { get; private set; }

    /// <summary>Whether the model is told where a row ends, by a mask or its length.</summary>
    public bool TellsEnds => _inputs.Exists(i => i.Name is InferenceNames.AttentionMask or InferenceNames.Lengths);

    /// <summary>What is sent, in one line: it may change the answers.</summary>
    public string Signature => $"{string.Join(' ', _inputs.Select(i => $"{i.Name}:{i.Datatype}"))} length={FixedLength}";

    /// <summary>Null when the model cannot be asked; why is told.</summary>
    public static InferencePlan? Of(ModelMetadataResponse metadata, Action<string, string> wrong)
    {
        InferencePlan plan = new();
        bool inputs = plan.ReadInputs(metadata, wrong), outputs = plan.ReadOutputs(metadata, wrong);
        return inputs && outputs ? plan : null;
    }

    /// <summary>The name of an output's tensor.</summary>
    public string Output(string output) => output == OutputNames.Embedding ? Embedding! : Logits;

    /// <summary>The padded length of a row: depends only on its length, so that the row is the same for every caller.</summary>
    public int PaddedLength(int length, int maxLength) => FixedLength > 0 ? FixedLength : LengthBuckets.Of(length, maxLength);

    /// <summary>A request's tensors.</summary>
    /// <param name="request">Filled.</param>
    /// <param name="rows">Texts. Token types are left out where the model has no input for them.</param>
    /// <param name="length">The padded length.</param>
    /// <param name="padding">Id of padding.</param>
    public void Fill(ModelInferRequest request, IReadOnlyList<InstanceView> rows, int length, int padding)
    {
        foreach (ModelMetadataResponse.Types.TensorMetadata input in _someTypes is { } types && rows.Any(r => r.Types is not null) ? _inputs.Append(types) : _inputs)
        {
            bool lengths = input.Name == InferenceNames.Lengths;
            ModelInferRequest.Types.InferInputTensor tensor = new() { Name = input.Name, Datatype = input.Datatype, Shape = { rows.Count } };
            if (!lengths || input.Shape.Count == 2)
            {
                tensor.Shape.Add(lengths ? 1 : length);
            }

            int[] values = new int[rows.Count * (lengths ? 1 : length)];
            Array.Fill(values, input.Name == _ids ? padding : 0);
            for (int i = 0; i < rows.Count; i++)
            {
                switch (input.Name)
                {
                    case var name when name == _ids: rows[i].Ids.CopyTo(values, i * length); break;
                    case InferenceNames.TokenTypeIds: rows[i].Types?.CopyTo(values, i * length); break;
                    case InferenceNames.AttentionMask: Array.Fill(values, 1, i * length, rows[i].Length); break;
                    case InferenceNames.Lengths: values[i] = rows[i].Length; break;
                }
            }

            request.Inputs.Add(tensor);
            request.RawInputContents.Add(RawNumbers.Integers(values, wide: input.Datatype == "INT64"));
        }
    }

    private bool ReadInputs(ModelMetadataResponse metadata, Action<string, string> wrong)
    {
        var integers = metadata.Inputs.Where(i => s_integers.Contains(i.Datatype)).ToList();
        string[] known = [InferenceNames.AttentionMask, InferenceNames.TokenTypeIds, InferenceNames.Lengths];
        var ids = integers.Find(i => i.Name == InferenceNames.InputIds) ?? (integers.Count(i => !known.Contains(i.Name)) == 1 ? integers.Single(i => !known.Contains(i.Name)) : null);
        if (ids is not { Shape.Count: 2 })
        {
            wrong($"it takes no token ids: its inputs are {Shown(metadata.Inputs)}", "A teacher needs an input of INT32 or INT64, [batch, length], called input_ids or the only one of its kind.");
            return false;
        }

        if (ids.Shape[1] > Longest)
        {
            wrong($"its input {ids.Name} is {ids.Shape[1]} tokens long", $"A teacher takes at most {Longest}.");
            return false;
        }

        (_ids, FixedLength) = (ids.Name, (int)Math.Max(0, ids.Shape[1]));
        _inputs.Add(ids);
        // One of our own teachers offers its inputs in several forms: ids and mask are one of them.
        bool ours = metadata.Platform == InferenceNames.Platform;
        _inputs.AddRange(integers.Where(i => !ReferenceEquals(i, ids) && (ours ? i.Name == InferenceNames.AttentionMask : known.Contains(i.Name))));
        _someTypes = ours ? integers.Find(i => i.Name == InferenceNames.TokenTypeIds) : null;
        var unknown = ours ? [] : metadata.Inputs.Except(_inputs).ToList();
        if (unknown.Count > 0)
        {
            wrong($"it needs inputs that nobody can fill: {Shown(unknown)}", $"A teacher may have {_ids}, {string.Join(", ", known)} and no others.");
            return false;
        }

        return true;
    }

    private bool ReadOutputs(ModelMetadataResponse metadata, Action<string, string> wrong)
    {
        var numbers = metadata.Outputs.Where(o => s_numbers.Contains(o.Datatype) && o.Shape.Count == 2).ToList();
        var embedding = numbers.Find(o => o.Name == InferenceNames.Embedding && o.Shape[1] > 0);
        // A classifier may serve a score of its own beside its logits, such as how sure it is.
        var classes = numbers.Find(o => o.Name == InferenceNames.Logits);
        var score = classes is null ? numbers.Find(o => o.Name == InferenceNames.Score && o.Shape[1] == 1) : null;
        var logits = classes ?? score ?? (numbers.Count(o => !ReferenceEquals(o, embedding)) == 1 ? numbers.Single(o => !ReferenceEquals(o, embedding)) : null);
        if (logits is null)
        {
            wrong($"its outputs are {Shown(metadata.Outputs)}, and none can be told to be the logits", "A teacher needs an output of FP16, FP32 or FP64, [batch, classes], called logits or the only one of its kind; of a regression [batch, 1], called score.");
            return false;
        }

        if (numbers.Find(o => o.Shape[1] > Widest) is { } wide)
        {
            wrong($"its output {wide.Name} is {wide.Shape[1]} wide", $"A teacher's is at most {Widest}.");
            return false;
        }

        IsScore = score is not null;
        (Logits, LogitsWidth) = (logits.Name, (int)Math.Max(0, logits.Shape[1]));
        (Embedding, EmbeddingWidth) = (embedding?.Name, (int)(embedding?.Shape[1] ?? 0));
        return true;
    }

    private static string Shown(IEnumerable<ModelMetadataResponse.Types.TensorMetadata> tensors) =>
        string.Join(", ", tensors.Select(t => $"{t.Name} {t.Datatype} [{string.Join(',', t.Shape)}]"));
}
