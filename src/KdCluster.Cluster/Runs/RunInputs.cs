using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Runs;

/// <summary>The state of the data and teachers that a run began with, kept in its folder as <c>inputs.json</c>: it continues with no other, wherever and whenever it is resumed.</summary>
/// <param name="Splits">SHA-256 of each split's rows, by the recipe's key of the file that they come from.</param>
/// <param name="Teachers">SHA-256 of what each teacher is, by its name.</param>
/// <param name="Tokenizer">Hash of the student's encoder.</param>
internal sealed record RunInputs(IReadOnlyDictionary<string, string> Splits, IReadOnlyDictionary<string, string> Teachers, string Tokenizer)
{
    /// <summary>Fingerprint of the learned policy that it began with; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Policy { get; init; }

    /// <summary>Fingerprint of each folder that a student begins with; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Pretrained { get; init; }

    private const string Changed = "KD1225";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static RunInputs Of(Recipe recipe, TaskData data, IReadOnlyList<ITeacherClient> teachers, InputEncoder encoder, string? policy = null)
    {
        Dictionary<string, string> splits = new() { ["train"] = HashOf(data, DataSplit.Train), ["validation"] = HashOf(data, DataSplit.Validation) };
        foreach ((string name, DataSplit split) in ((string, DataSplit)[])[("test", DataSplit.Test), ("unlabelled", DataSplit.Unlabelled)])
        {
            if (data.Count(split) > 0)
            {
                splits[name] = HashOf(data, split);
            }
        }

        IReadOnlySet<string> embedded = Variants.Embedded(recipe);
        return new RunInputs(splits, teachers.ToDictionary(t => t.Description.Name, t => HashOf(t.Description, embedded.Contains(t.Description.Name))), encoder.Hash) { Policy = policy, Pretrained = StudentEncoders.Fingerprints(recipe) };
    }

    /// <summary>Keeps them where the run has none yet, else makes sure that they are the same.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <exception cref="KdException"><c>KD1225</c>, for everything that is not what the run began with.</exception>
    public void Hold(RunFolder folder, Recipe recipe)
    {
        if (Read(folder) is not { } began)
        {
            AtomicFile.Write(folder.Inputs, JsonSerializer.SerializeToUtf8Bytes(this, s_json));
            return;
        }

        List<KdError> errors = [];
        foreach (string split in began.Splits.Where(s => Splits.GetValueOrDefault(s.Key) != s.Value).Select(s => s.Key))
        {
            errors.Add(new KdError(Changed, $"the {split} rows are not those that the run began with.", FileOf(recipe.Data, split),
                "A run belongs to one state of its data: put the file back as it was and resume, or start a new run."));
        }

        foreach (string teacher in began.Teachers.Where(t => Teachers.GetValueOrDefault(t.Key) != t.Value).Select(t => t.Key))
        {
            errors.Add(new KdError(Changed, "another model answers to this name than when the run began.", $"teacher {teacher}",
                "Deploy the former checkpoint under this name again and resume, or start a new run."));
        }

        if (errors.Count == 0 && began.Tokenizer != Tokenizer)
        {
            errors.Add(new KdError(Changed, $"the student's tokenizer is {Tokenizer[..12]}, and was {began.Tokenizer[..12]} when the run began.", folder.Root, "Start a new run."));
        }

        foreach (string pretrained in (began.Pretrained ?? new Dictionary<string, string>()).Where(f => Pretrained?.GetValueOrDefault(f.Key) != f.Value).Select(f => f.Key))
        {
            errors.Add(new KdError(Changed, "the folder that students begin with holds another model than when the run began.", pretrained, "Put the folder back as it was and resume, or start a new run."));
        }

        if (began.Policy != Policy)
        {
            errors.Add(new KdError(Changed, "the learned policy in the run's folder is not the one that it began with.", folder.Policy, "Put the file back as it was and resume, or start a new run."));
        }

        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }

    /// <summary>Whether these are the training rows, with and without labels, that the run began with; true where it kept nothing of them.</summary>
    public static bool HasSameTrainingRows(RunFolder folder, TaskData data) => Read(folder) is not { } began
        || (began.Splits.GetValueOrDefault("train") == HashOf(data, DataSplit.Train)
            && began.Splits.GetValueOrDefault("unlabelled") == (data.Count(DataSplit.Unlabelled) == 0 ? null : HashOf(data, DataSplit.Unlabelled)));

    /// <summary>What a run began with; null where it has not begun, or began before this was kept.</summary>
    /// <exception cref="KdException"><c>KD1225</c>: the file is damaged, so that nobody can tell.</exception>
    private static RunInputs? Read(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.Inputs) ? JsonSerializer.Deserialize<RunInputs>(File.ReadAllBytes(folder.Inputs), s_json) : null;
        }
        catch (JsonException e)
        {
            throw new KdException(Changed, "what the run began with cannot be read any more.", folder.Inputs, "Start a new run.", e);
        }
    }

    private static string? FileOf(DataSpec data, string split) => split switch
    {
        "test" => data.Test,
        "unlabelled" => data.Unlabelled,
        "validation" => data.Validation ?? data.Train,
        _ => data.Train,
    } ?? data.BuiltIn;

    /// <summary>SHA-256 of the rows of a split: what a model reads and their labels, in their order.</summary>
    internal static string HashOf(TaskData data, DataSplit split) => HashOf(writer => data.WriteRows(split, writer));

    /// <summary>Of the outputs that are asked of it: one that is served besides changes no student.</summary>
    private static string HashOf(TeacherDescription teacher, bool embeds) => HashOf(writer =>
    {
        writer.Write(teacher.Tokenizer);
        foreach (string output in embeds ? [teacher.Answer, OutputNames.Embedding] : (string[])[teacher.Answer])
        {
            SoftTargetSet set = teacher.Output(output).Set();
            // In these words since the first version, so that a run of one is known again.
            writer.Write($"SoftTargetSet {{ Teacher = {set.Teacher}, Kind = {(output == OutputNames.Logits ? "Logits" : output == OutputNames.Embedding ? "Embedding" : output)}, Element = {set.Element}, Width = {set.Width}, TopK = {set.TopK}, LabelSpace = {set.LabelSpace}, RowBytes = {set.RowBytes} }}");
        }
    });

    // The writer puts each text's length before it, so that no two lists of texts give the same bytes.
    private static string HashOf(Action<BinaryWriter> write)
    {
        using SHA256 sha = SHA256.Create();
        using (BinaryWriter writer = new(new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)))
        {
            write(writer);
        }

        return Convert.ToHexStringLower(sha.Hash!);
    }
}
