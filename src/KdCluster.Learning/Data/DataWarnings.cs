using System.Globalization;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Data;

/// <summary>What in a data set is likely a mistake, though nothing forbids it.</summary>
internal static class DataWarnings
{
    private const double CutWorthTelling = 0.01;

    // Those of today's tokenizers: inside a text they are plain characters for tokenizers of words, whatever their writer meant.
    private static readonly string[] SpecialTokens = [.. WordTokenizer.SpecialTokens, "[MASK]", "</s>", "<s>", "<pad>", "<unk>", "<mask>", "<|endoftext|>"];

    public static IEnumerable<string> Of(DataProfile profile, TextData data, Tokenizer? tokenizer) =>
        [.. data.Labels.IsScore ? Constant(profile) : [.. Rows(profile), .. Names(data.Labels)], .. Cut(profile), .. Overlap(profile, "text"), .. LiteralTokens(data, tokenizer), .. BadRows(profile)];

    /// <summary>What can be told of any task's rows.</summary>
    /// <param name="profile">Their counts.</param>
    /// <param name="what">What a row's input is.</param>
    public static IEnumerable<string> OfRows(DataProfile profile, string what) => [.. Rows(profile), .. Overlap(profile, what), .. BadRows(profile)];

    private static IEnumerable<string> Rows(DataProfile profile)
    {
        string[] none = [.. profile.Classes.Where(c => c.Rows[0] == 0).Select(c => c.Name)], one = [.. profile.Classes.Where(c => c.Rows[0] == 1).Select(c => c.Name)];
        if (none.Length > 0)
            yield return $"{Classes(none)} without training rows, which nothing can learn: {LabelNames.List(none)}.";
        if (one.Length > 0)
            yield return $"{Classes(one)} with a single training row: {LabelNames.List(one)}.";
    }

    private static IEnumerable<string> Constant(DataProfile profile) => profile.Splits.Zip(profile.Scores!).Where(s => s.Second.Lowest == s.Second.Highest).Select(s => string.Create(
        CultureInfo.InvariantCulture, $"all rows of {s.First.Name} have the score {s.Second.Lowest}: Pearson and Spearman are undefined on them."));

    private static IEnumerable<string> Names(LabelSpace labels)
    {
        foreach (var same in labels.Names.GroupBy(LabelNames.Essence).Where(g => g.Count() > 1))
            yield return $"the classes {LabelNames.List(same)} differ only in invisible characters, quotes, case or '.0': are they one?";
        foreach ((string word, string number) in ((string, string)[])[("true", "1"), ("false", "0")])
        {
            ILookup<string, string> written = labels.Names.ToLookup(LabelNames.Essence);
            if (written.Contains(word) && written.Contains(number))
                yield return $"the classes {LabelNames.List(written[word].Concat(written[number]))} may be one, written in several ways.";
        }
        string[] numbers = [.. labels.Names.Where(LabelNames.LooksLikeNumber)];
        if (labels.IndexOf("-1") >= 0 && labels.IndexOf("0") >= 0)
            yield return "'-1' is a class: in many data sets it marks rows without a label.";
        if (numbers.Length > 0 && numbers.Length < labels.Count)
            yield return $"some classes are numbers, others are not: {LabelNames.List(numbers)} among {LabelNames.List(labels.Names.Except(numbers))}.";
    }

    private static IEnumerable<string> Cut(DataProfile profile) => profile.Splits.Any(s => s.CutShare >= CutWorthTelling)
        ? [FormattableString.Invariant($"texts longer than {profile.MaxLength} tokens are cut, and their ends not read: {Each(profile, s => $"{100 * s.CutShare:0.0} % of {s.Name}")}.")]
        : [];

    private static IEnumerable<string> Overlap(DataProfile profile, string what) => profile.Splits.Any(s => s.Overlap > 0)
        ? [$"rows whose {what} is in an earlier split too, so that scores flatter: {string.Join(", ", profile.Splits.Where(s => s.Overlap > 0).Select(s => $"{s.Overlap} of {s.Name}"))}."]
        : [];

    private static IEnumerable<string> LiteralTokens(TextData data, Tokenizer? tokenizer)
    {
        HashSet<string> found = [];
        int count = 0;
        foreach (TextRow row in data.Splits.Append(data.Unlabelled).OfType<TextSplit>().SelectMany(s => s.Rows).Where(r => r.Text.AsSpan().ContainsAny('[', '<') || r.Pair.AsSpan().ContainsAny('[', '<')))
        {
            string[] own = [.. SpecialTokens.Where(t => Has(row, t))];
            found.UnionWith(own);
            count += own.Length > 0 ? 1 : 0;
        }

        if (count > 0)
            yield return $"{count} row(s) hold {LabelNames.List(SpecialTokens.Where(found.Contains))} in their text, where {(tokenizer is null ? "it is plain characters" : "a tokenizer that has such a token reads it as that")}: to give two texts, name data.columns.pair.";

        static bool Has(TextRow row, string token) => row.Text.Contains(token, StringComparison.Ordinal) || row.Pair?.Contains(token, StringComparison.Ordinal) == true;
    }

    private static IEnumerable<string> BadRows(DataProfile profile)
    {
        const int shown = 3;
        int bad = profile.Splits.Sum(s => s.BadRows);
        return bad > 0 ? [$"{bad} bad row(s) skipped: {string.Join("; ", profile.BadRows.Take(shown))}{(bad > shown ? "; ..." : "")}."] : [];
    }

    private static string Classes(string[] names) => names.Length == 1 ? "a class" : $"{names.Length} classes";

    private static string Each(DataProfile profile, Func<SplitProfile, string> text) => string.Join(", ", profile.Splits.Select(text));
}
