using System.Globalization;
using System.Text;
using System.Text.Json;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>
/// What makes a teacher of a model elsewhere: its labels, tokenizer and identity, from the server's metadata where it says them, else from the recipe.
/// All that is missing is said at once.
/// </summary>
internal sealed class InferenceFacts
{
    private const string TokenizerJsonProperty = "kdcluster.tokenizer_json";
    private readonly TeacherRef _teacher;
    private readonly ModelMetadataResponse _metadata;
    private readonly string _where;
    private readonly List<KdError> _errors = [];

    private InferenceFacts(TeacherRef teacher, ModelMetadataResponse metadata) =>
        (_teacher, _metadata, _where) = (teacher, metadata, $"teacher {teacher.Name}, model {metadata.Name} at {teacher.Endpoint}");

    /// <summary>What the teacher is.</summary>
    public TeacherDescription Description { get; private set; } = null!;

    /// <summary>Its tokenizer's file.</summary>
    public byte[] TokenizerFile { get; private set; } = [];

    /// <summary>What makes its inputs.</summary>
    public InputEncoder Encoder { get; private set; } = null!;

    /// <summary>What is sent where a row has ended.</summary>
    public int Padding { get; private set; }

    /// <summary>The version that is asked; empty when the server has none.</summary>
    public string Version { get; private set; } = "";

    /// <summary>What is sent and what is read.</summary>
    public InferencePlan Plan { get; private set; } = null!;

    /// <exception cref="KdException"><c>KD1343</c>: facts are missing or contradict each other; <c>KD1207</c>, <c>KD1304</c>: the tokenizer.</exception>
    public static InferenceFacts Of(TeacherRef teacher, ModelMetadataResponse metadata)
    {
        InferenceFacts facts = new(teacher, metadata);
        facts.Gather();
        return facts;
    }

    private void Gather()
    {
        InferencePlan? plan = InferencePlan.Of(_metadata, Wrong);
        IReadOnlyList<string>? labels = plan is { IsScore: true } ? LabelSpace.Score.Names : Labels();
        Tokenizer? tokenizer = ReadTokenizer(plan?.FixedLength ?? 0);
        Version = PickVersion();
        string? identity = Identity();
        if (plan is { LogitsWidth: > 0 } && labels is not null && plan.LogitsWidth != labels.Count)
        {
            Wrong($"its output {plan.Logits} has {plan.LogitsWidth} classes, but there are {labels.Count} labels", "Give the labels of this model, in the order of its outputs.");
        }

        if (plan is { FixedLength: > 0 } && tokenizer is not null && tokenizer.MaxLength > plan.FixedLength)
        {
            Wrong($"it takes {plan.FixedLength} tokens, and its tokenizer gives up to {tokenizer.MaxLength}", "Give a tokenizer whose longest output fits.");
        }

        if (plan is { TellsEnds: false } && tokenizer is not null && tokenizer.Padding >= tokenizer.Vocabulary)
        {
            Wrong(
                $"it has neither {InferenceNames.AttentionMask} nor {InferenceNames.Lengths}, and its tokenizer has no token of padding: nothing would tell it where a text ends",
                $"Serve it with an input {InferenceNames.AttentionMask}, or state in the tokenizer which token it takes for padding.");
        }

        if (_errors.Count > 0)
        {
            throw new KdException(_errors);
        }

        (Plan, TokenizerFile, Encoder) = (plan!, tokenizer!.ToBytes(), tokenizer);
        // One without padding is asked with a token, which no mask lets through.
        Padding = tokenizer.Padding < tokenizer.Vocabulary ? tokenizer.Padding : 0;
        string labelSpace = LabelSpace.Of(labels!).Hash;
        TeacherOutput Output(string output, string tensor, int width) =>
            new(Fingerprint(identity!, tokenizer, labelSpace, output, tensor), output, ElementType.Float32, new OutputShape(width), 0, labelSpace);
        List<TeacherOutput> outputs = [Output(OutputNames.Answer(labels!.Count), plan!.Logits, labels.Count)];
        if (plan.Embedding is { } embedding)
        {
            outputs.Add(Output(OutputNames.Embedding, embedding, plan.EmbeddingWidth));
        }

        Description = new TeacherDescription(
            _teacher.Name, Property(InferenceNames.KindProperty) ?? (_metadata.Platform.Length > 0 ? _metadata.Platform : "inference"),
            long.TryParse(Property(InferenceNames.ParametersProperty), CultureInfo.InvariantCulture, out long parameters) ? parameters : 0,
            labels, labelSpace, tokenizer.Hash, tokenizer.MaxLength, outputs,
            double.TryParse(Property(InferenceNames.AccuracyProperty), CultureInfo.InvariantCulture, out double accuracy) ? accuracy : double.NaN);
    }

    private string? Property(string name) => _metadata.Properties.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    private void Wrong(string what, string remedy) => _errors.Add(new KdError("KD1343", what + ".", _where, remedy));

    private IReadOnlyList<string>? Labels()
    {
        string[]? said = null;
        if (Property(InferenceNames.LabelsProperty) is { } json)
        {
            try
            {
                said = JsonSerializer.Deserialize<string[]>(json);
            }
            catch (JsonException)
            {
                Wrong($"its property {InferenceNames.LabelsProperty} is not a JSON list of texts", "Correct it at the server.");
                return null;
            }
        }

        if (said is not null && _teacher.Labels is { } given && !said.SequenceEqual(given))
        {
            Wrong($"it says that its labels are [{string.Join(", ", said)}], the recipe says [{string.Join(", ", given)}]", "Leave `labels` out of the recipe, or correct the server.");
        }

        if (said is not null && (said.Length < 2 || said.Contains(null!) || said.Distinct(StringComparer.Ordinal).Count() != said.Length))
        {
            Wrong($"its property {InferenceNames.LabelsProperty} does not name two or more classes, each once", "Correct it at the server.");
            return null;
        }

        IReadOnlyList<string>? labels = said ?? _teacher.Labels;
        if (labels is null)
        {
            Wrong("the server does not say the model's labels", "Give `labels` in the recipe, in the order of the model's outputs.");
        }

        return labels;
    }

    private Tokenizer? ReadTokenizer(int fixedLength)
    {
        Tokenizer tokenizer;
        int? positions = fixedLength > 0 ? fixedLength : null;
        if (Property(TokenizerJsonProperty) is { } json)
        {
            tokenizer = Tokenizer.FromBytes(Encoding.UTF8.GetBytes(json), _where, positions);
        }
        else if (_teacher.Tokenizer is { } path)
        {
            try
            {
                tokenizer = Tokenizer.FromFile(path, positions);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Wrong($"its tokenizer's file {path} cannot be read: {e.Message}", "Give a path that the silo can read.");
                return null;
            }
        }
        else
        {
            Wrong("the server does not say the model's tokenizer", "Give `tokenizer` in the recipe: the tokenizer.json or vocab.txt that it was trained with.");
            return null;
        }

        return Property(InferenceNames.TokenizerProperty) is { } hash && hash != tokenizer.Hash
            ? throw new KdException("KD1304", $"the model was trained with tokenizer {hash}, the one given is {tokenizer.Hash}.", _where, "Give the model's own tokenizer.json.")
            : tokenizer;
    }

    private string PickVersion()
    {
        if (_teacher.Version is { } wanted)
        {
            return wanted;
        }

        if (_metadata.Versions.Count > 1)
        {
            Wrong($"the server has the versions {string.Join(", ", _metadata.Versions)}", "Give `version` in the recipe.");
        }

        return _metadata.Versions.Count == 1 ? _metadata.Versions[0] : "";
    }

    /// <summary>What stands for the weights. A declared digest is taken at its word; without one it is where the model is and what it is called there, which is weaker.</summary>
    private string? Identity()
    {
        string? said = Property(InferenceNames.FingerprintProperty);
        if ((said ?? _teacher.Digest) is { } digest)
        {
            if (said is not null && _teacher.Digest is { } given && given != said)
            {
                Wrong($"it says that its digest is {said}, the recipe says {given}", "The server has another model than the recipe means: correct one of them.");
            }

            return $"digest\n{digest}";
        }

        if (Version.Length == 0 && _metadata.Versions.Count == 0)
        {
            Wrong("nothing tells one state of the model from another: the server has no versions", "Give `digest` in the recipe, and another whenever the model changes: kept soft targets hang on it.");
            return null;
        }

        return $"place\n{new Uri(InferenceTeacherClient.HttpAddress(_teacher.Endpoint!)).Authority}\n{_metadata.Name}\n{Version}";
    }

    private string Fingerprint(string identity, Tokenizer tokenizer, string labelSpace, string output, string tensor)
    {
        using ContentHash hash = new();
        hash.Add(["kdcluster-inference-teacher-1", identity, tokenizer.Hash, labelSpace, output == OutputNames.Logits ? "Logits" : output == OutputNames.Embedding ? "Embedding" : output, tensor, Plan.Signature]);
        return hash.End();
    }
}
