using System.Globalization;

namespace KdCluster.Learning.Data;

/// <summary>From a label as written to its class.</summary>
/// <remarks>A label is a class's name; or, when no name is a whole number itself, its 0-based number.</remarks>
internal sealed class LabelNumbers(LabelSpace labels)
{
    private readonly bool _takesNumbers = !labels.Names.Any(n => long.TryParse(n, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));

    /// <summary>The class; -1 when there is none.</summary>
    public int Of(string label)
    {
        int index = labels.IndexOf(label);
        if (index < 0 && _takesNumbers && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < labels.Count)
            index = number;
        return index;
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
}
