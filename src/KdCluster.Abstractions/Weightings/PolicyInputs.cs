namespace KdCluster.Weightings;

/// <summary>What a policy reads, in the order in which it reads it: with other inputs, what it has learned means nothing.</summary>
/// <param name="Teachers">The teachers whose logits it reads, in the recipe's order.</param>
/// <param name="Embedding">Fingerprint of the teacher whose embedding it reads, for that output; empty where it reads none.</param>
/// <param name="EmbeddingWidth">Width of that embedding; 0 where it reads none.</param>
/// <param name="Labels">Label names in class order.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyInputs")]
public sealed record PolicyInputs(
    [property: Id(0)] PolicyTeacher[] Teachers, [property: Id(1)] string Embedding, [property: Id(2)] int EmbeddingWidth, [property: Id(3)] string[] Labels)
{
    /// <summary>What it sees of the student, for people: the same words are the same numbers. Empty: nothing.</summary>
    [Id(4)]
    public string Student { get; init; } = "";

    /// <summary>What differs between these inputs, of which a policy was learned, and others that it is to read: one sentence each; none: it fits.</summary>
    public IReadOnlyList<string> Differences(PolicyInputs others)
    {
        ArgumentNullException.ThrowIfNull(others);
        List<string> found = [];
        if (!Labels.SequenceEqual(others.Labels))
            found.Add($"it was learned on the classes {string.Join(", ", Labels)}, and here they are {string.Join(", ", others.Labels)}.");
        if (Teachers.Length != others.Teachers.Length)
            found.Add($"it weighs {Teachers.Length} teachers ({Names(Teachers)}), and here are {others.Teachers.Length} ({Names(others.Teachers)}).");
        else if (!Teachers.Select(t => t.Fingerprint).SequenceEqual(others.Teachers.Select(t => t.Fingerprint)))
            found.AddRange(Teachers.Zip(others.Teachers).Select((pair, k) => (pair, k)).Where(p => p.pair.First.Fingerprint != p.pair.Second.Fingerprint).Select(p => Other(p.k, p.pair.First, p.pair.Second, others)));
        if (EmbeddingWidth != others.EmbeddingWidth)
            found.Add($"it reads an embedding of {EmbeddingWidth} numbers, and here it has {others.EmbeddingWidth}.");
        else if (Embedding != others.Embedding)
            found.Add($"it reads the embedding of model {Short(Embedding)}, and here it is that of {Short(others.Embedding)}.");
        if (Student != others.Student)
            found.Add($"it sees of the student {Seen(Student)}, and here that is {Seen(others.Student)}.");
        return found;
    }

    private static string Seen(string student) => student.Length == 0 ? "nothing" : student;

    private string Other(int place, PolicyTeacher mine, PolicyTeacher theirs, PolicyInputs others)
    {
        bool moved = Array.Exists(others.Teachers, t => t.Fingerprint == mine.Fingerprint) && Array.Exists(Teachers, t => t.Fingerprint == theirs.Fingerprint);
        return $"its teacher {place + 1} is {mine.Name} ({Short(mine.Fingerprint)}), and here it is {theirs.Name} ({Short(theirs.Fingerprint)}){(moved ? ": the order differs" : "")}.";
    }

    private static string Names(PolicyTeacher[] teachers) => string.Join(", ", teachers.Select(t => t.Name));

    private static string Short(string fingerprint) => fingerprint.Length == 0 ? "none" : fingerprint[..Math.Min(12, fingerprint.Length)];
}

/// <summary>One teacher of a policy.</summary>
/// <param name="Name">The name that it was deployed under, for people.</param>
/// <param name="Fingerprint">Of the model, for its logits: 64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyTeacher")]
public sealed record PolicyTeacher([property: Id(0)] string Name, [property: Id(1)] string Fingerprint);
