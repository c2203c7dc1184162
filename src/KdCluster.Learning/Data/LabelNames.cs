using System.Globalization;
using System.Text;

namespace KdCluster.Learning.Data;

/// <summary>What can be told of a class by its name.</summary>
internal static class LabelNames
{
    private const int Shown = 5;
    private const string Quotes = "\"'`\u00AB\u00BB\u2018\u2019\u201C\u201D";

    /// <summary>The name without what is easily overlooked: invisible characters, quotes around it, case, and <c>.0</c>.</summary>
    public static string Essence(string name)
    {
        var visible = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
                visible.Append(visible.Length > 0 && visible[^1] != ' ' ? " " : "");
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
                visible.Append(rune.ToString());
        }
        string bare = visible.ToString().Trim().Trim([.. Quotes]).Trim();
        return WithoutZeros(bare) ?? bare.ToLowerInvariant();
    }

    /// <summary><c>2</c> for <c>2</c>, <c>2.</c> and <c>2.0</c>; <c>2.5</c> for <c>2.50</c>; null when it is no plain decimal number.</summary>
    public static string? WithoutZeros(string name)
    {
        ReadOnlySpan<char> digits = name.AsSpan(name.StartsWith('-') ? 1 : 0);
        int point = digits.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? digits : digits[..point], fraction = point < 0 ? "" : digits[(point + 1)..];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
            return null;
        fraction = fraction.TrimEnd('0');
        return fraction.IsEmpty ? name[..(name.Length - digits.Length + whole.Length)] : $"{name[..(name.Length - digits.Length + whole.Length)]}.{fraction}";
    }

    /// <summary>Whether a reader would take the name for a number, however it is written.</summary>
    public static bool LooksLikeNumber(string name)
    {
        string essence = Essence(name);
        return essence.EnumerateRunes().Any(Rune.IsNumber)
            && (double.TryParse(essence, NumberStyles.Any, CultureInfo.InvariantCulture, out _) || essence.EnumerateRunes().All(r => Rune.IsNumber(r) || "+-.,\u2212 %".Contains(r.ToString(), StringComparison.Ordinal)));
    }

    /// <summary>The one whole number in a name such as <c>class 3</c>; 1 and 0 for true and false; null when there is none, or several.</summary>
    public static int? NumberIn(string name)
    {
        string essence = Essence(name);
        if (essence is "true" or "false")
            return essence == "true" ? 1 : 0;
        int begin = essence.AsSpan().IndexOfAnyInRange('0', '9');
        if (begin < 0)
            return null;
        int end = begin;
        while (end < essence.Length && char.IsAsciiDigit(essence[end]))
            end++;
        return !essence.AsSpan(end).ContainsAnyInRange('0', '9') && int.TryParse(essence.AsSpan(begin, end - begin), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>The name as it can be seen: what is invisible stands as its code.</summary>
    public static string Show(string name)
    {
        var shown = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            bool isSeen = rune.Value == ' '
                || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            shown.Append(isSeen ? rune.ToString() : FormattableString.Invariant($"\\u{rune.Value:X4}"));
        }
        return shown.ToString();
    }

    /// <summary>The first few, quoted.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(Shown).Select(n => $"'{Show(n)}'")) + (all.Length > Shown ? $" and {all.Length - Shown} more" : "");
    }
}
