using System.Globalization;

namespace KdCluster.Learning.Data;

/// <summary>From a label as written to its class.</summary>
/// <remarks>
/// A label is a class's name, or the same number in another notation (<c>2</c> for <c>2.0</c>). Where no name looks like a number, numbers are
/// 0-based positions; only where the files have a 0, since what begins at 1 would be off by one, and where numbers inside the names do not
/// contradict it.
/// </remarks>
internal sealed class LabelNumbers
{
    private readonly LabelSpace _labels;
    private readonly Dictionary<string, int> _sameNumber;
    private readonly Dictionary<string, int> _positions;

    /// <param name="labels">The classes.</param>
    /// <param name="written">The labels in all files, as written.</param>
    public LabelNumbers(LabelSpace labels, IEnumerable<string> written)
    {
        _labels = labels;
        ILookup<string?, string> byNumber = labels.Names.ToLookup(LabelNames.WithoutZeros);
        string[] others = [.. written.Distinct(StringComparer.Ordinal).Where(l => labels.IndexOf(l) < 0)];
        _sameNumber = others.Where(l => LabelNames.WithoutZeros(l) is { } number && byNumber[number].Count() == 1)
            .ToDictionary(l => l, l => labels.IndexOf(byNumber[LabelNames.WithoutZeros(l)].Single()), StringComparer.Ordinal);
        (string Label, int Position)[] numbers = [.. others.Select(l => (l, int.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)).Where(n => n.Item2 >= 0)];
        _positions = ArePositions([.. numbers.Select(n => n.Position)])
            ? numbers.Where(n => n.Position < labels.Count).ToDictionary(n => n.Label, n => n.Position, StringComparer.Ordinal)
            : [];
    }

    /// <summary>The class; -1 when there is none.</summary>
    public int Of(string label)
    {
        int index = _labels.IndexOf(label);
        return index >= 0 || _sameNumber.TryGetValue(label, out index) || _positions.TryGetValue(label, out index) ? index : -1;
    }

    /// <summary>What was guessed of a file's labels.</summary>
    public IEnumerable<string> Guesses(string file, IEnumerable<string> written)
    {
        if (Describe(_sameNumber) is { } same)
            yield return $"{file}: {same}, the same number in another notation.";
        if (Describe(_positions) is { } positions)
            yield return $"{file}: {positions}, by position in the list of classes.";

        string? Describe(Dictionary<string, int> guesses)
        {
            const int shown = 3;
            var found = written.Where(guesses.ContainsKey).CountBy(l => l).OrderBy(l => guesses[l.Key]).ThenBy(l => l.Key, StringComparer.Ordinal).ToList();
            string each = string.Join(", ", found.Take(shown).Select(f => $"'{f.Key}' as '{LabelNames.Show(_labels.Names[guesses[f.Key]])}'"));
            return found.Count == 0 ? null : $"{found.Sum(f => f.Value)} label(s) are taken for classes that are named otherwise ({each}{(found.Count > shown ? ", ..." : "")})";
        }
    }

    /// <summary>Why a label has no class, where that can be told: words to follow it; else empty.</summary>
    public string WhyUnknown(string label)
    {
        string essence = LabelNames.Essence(label);
        if (_labels.Names.FirstOrDefault(n => LabelNames.Essence(n) == essence) is { } near)
            return $", which differs from '{LabelNames.Show(near)}' only in invisible characters, quotes, case or zeros";
        if (label == "-1")
            return ", which often marks rows without a label";
        return int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !_labels.Names.Any(LabelNames.LooksLikeNumber)
            ? $", which is no position either: these are 0 to {_labels.Count - 1}, and the files must show that they begin at 0"
            : "";
    }

    /// <summary>The distinct names, sorted: by value when all are whole numbers, else ordinally.</summary>
    public static IReadOnlyList<string> Sorted(IEnumerable<string> names)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal)];
        bool areNumbers = distinct.All(n => long.TryParse(n, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return areNumbers
            ? [.. distinct.OrderBy(n => long.Parse(n, CultureInfo.InvariantCulture)).ThenBy(n => n, StringComparer.Ordinal)]
            : [.. distinct.Order(StringComparer.Ordinal)];
    }

    private bool ArePositions(IReadOnlyCollection<int> numbers)
    {
        if (!numbers.Contains(0) || _labels.Names.Any(LabelNames.LooksLikeNumber))
            return false;
        // "class 10" sorts before "class 2"; names that count from 1, as "1 star", stand at 0-based positions.
        int?[] inNames = [.. _labels.Names.Select(LabelNames.NumberIn)];
        return !inNames.Contains(0) || inNames.Index().All(n => n.Item is null || n.Item == n.Index);
    }
}
