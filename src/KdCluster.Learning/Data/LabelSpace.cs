using KdCluster.SoftTargets;

namespace KdCluster.Learning.Data;

/// <summary>The classes, in the order of the logits; or, of a regression, the score alone; or, of a language model, the next token, whose classes are the vocabulary of its tokenizer.</summary>
public sealed class LabelSpace
{
    private readonly Dictionary<string, int> _indices;

    /// <summary>The label space of a regression: its only label is the score, and each row has a value of it.</summary>
    public static LabelSpace Score { get; } = new(OutputNames.Score);

    /// <summary>The label space of a language model: each token is labelled with the one after it. Which tokens there are is the tokenizer's.</summary>
    public static LabelSpace NextToken { get; } = new(OutputNames.TokenLogits);

    /// <summary>Takes the names in class order.</summary>
    /// <param name="names">Distinct, at least two.</param>
    /// <exception cref="KdException"><c>KD1105</c>: fewer than two classes; <c>KD1109</c>: a name appears twice.</exception>
    public LabelSpace(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count < 2)
            throw new KdException("KD1105", $"{names.Count} class(es) cannot be distinguished.", remedy: "Give rows of at least two labels.");
        Names = [.. names];
        _indices = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
        {
            if (!_indices.TryAdd(names[i], i))
                throw new KdException("KD1109", $"the label '{names[i]}' is given twice.", remedy: "Name each class once.");
        }
        Hash = ComputeHash(Names);
    }

    private LabelSpace(string only)
    {
        Names = [only];
        _indices = new Dictionary<string, int>(StringComparer.Ordinal) { [only] = 0 };
        Hash = ComputeHash(Names);
    }

    /// <summary>The label space that has these names: classes, <see cref="Score"/> or <see cref="NextToken"/>.</summary>
    /// <exception cref="KdException">As of the constructor.</exception>
    public static LabelSpace Of(IReadOnlyList<string> names) => names switch
    {
        [OutputNames.Score] => Score,
        [OutputNames.TokenLogits] => NextToken,
        _ => new LabelSpace(names),
    };

    /// <summary>Names in class order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of classes; 1: it is a score, or the next token.</summary>
    public int Count => Names.Count;

    /// <summary>Whether it is a regression's.</summary>
    public bool IsScore => ReferenceEquals(this, Score);

    /// <summary>Whether it is a language model's.</summary>
    public bool IsNextToken => ReferenceEquals(this, NextToken);

    /// <summary>Whether it has classes of its own.</summary>
    public bool HasClasses => Count > 1;

    /// <summary>SHA-256 over the ordered names, each with its length so that no two lists share it: 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>The class of a name; -1 when there is none.</summary>
    public int IndexOf(string name) => _indices.GetValueOrDefault(name, -1);

    private static string ComputeHash(IReadOnlyList<string> names)
    {
        using ContentHash hash = new();
        hash.Add(names);
        return hash.End();
    }
}
