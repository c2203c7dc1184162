using KdCluster.Instances;

namespace KdCluster.Learning.Text;

/// <summary>Where the special tokens stand around a text or a pair, and the token type of each part.</summary>
/// <param name="Parts">In their order.</param>
internal sealed record TokenTemplate(IReadOnlyList<TokenTemplate.Part> Parts)
{
    /// <summary>Special tokens, or the tokens of the first or second text.</summary>
    /// <param name="Text">0 or 1; null: special tokens.</param>
    /// <param name="Ids">The special tokens.</param>
    /// <param name="Type">Token type of all of them.</param>
    public sealed record Part(int? Text, int[] Ids, int Type);

    /// <summary>Number of special tokens.</summary>
    public int Specials { get; } = Parts.Sum(p => p.Ids.Length);

    /// <summary>The largest token type.</summary>
    public int LargestType { get; } = Parts.Select(p => p.Type).DefaultIfEmpty().Max();

    /// <summary>Whether each of some texts is in it once.</summary>
    public bool Holds(int texts) => Parts.Select(p => p.Text).OfType<int>().Order().SequenceEqual(Enumerable.Range(0, texts));

    /// <summary>Puts a view together. Special tokens are never cut.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Those of the second one; null: there is none.</param>
    /// <param name="maxLength">Most tokens of the view.</param>
    public InstanceView View(int[] first, int[]? second, int maxLength)
    {
        (int one, int two) = Lengths(first.Length, second?.Length ?? 0, maxLength - Specials);
        var ids = new int[Specials + one + two];
        var types = new int[ids.Length];
        int at = 0;
        foreach (Part part in Parts)
        {
            ReadOnlySpan<int> tokens = part.Text switch { null => part.Ids, 0 => first.AsSpan(0, one), _ => second.AsSpan(0, two) };
            tokens.CopyTo(ids.AsSpan(at));
            Array.Fill(types, part.Type, at, tokens.Length);
            at += tokens.Length;
        }

        return new InstanceView(ids, types);
    }

    /// <summary>How much of each text stays: the longer one is cut first, and where both are longer than half, each keeps half; of an odd number the longer one, or the second of two equal ones, keeps one more (as transformers' fast tokenizers do it).</summary>
    private static (int First, int Second) Lengths(int first, int second, int room)
    {
        (int shorter, int longer) = (Math.Min(first, second), Math.Max(first, second));
        longer = Math.Min(longer, Math.Max(shorter, room - shorter));
        if (shorter + longer > room)
            (shorter, longer) = (room / 2, room - (room / 2));
        return first > second ? (longer, shorter) : (shorter, longer);
    }
}
