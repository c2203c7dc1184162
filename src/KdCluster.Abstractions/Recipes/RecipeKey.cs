using System.Text.RegularExpressions;

namespace KdCluster.Recipes;

/// <summary>All that is known of one key: the reader, the schema and the documentation are made of it. Its default is the record's own.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Type">What its value is.</param>
/// <param name="Doc">One or two sentences for the person who writes it.</param>
internal sealed record RecipeKey(string Name, RecipeKeyType Type, string Doc)
{
    public bool Required { get; init; }

    /// <summary>Smallest value; of a list, of each item.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value; of a list, of each item.</summary>
    public double? Max { get; init; }

    /// <summary>Whether <see cref="Min"/> itself is too small.</summary>
    public bool AboveMin { get; init; }

    /// <summary>Whether <see cref="Max"/> itself is too large.</summary>
    public bool BelowMax { get; init; }

    /// <summary>The only values; of a list, of each item.</summary>
    public string[]? Choices { get; init; }

    /// <summary>What a text looks like; of named sections, a name.</summary>
    public string? Pattern { get; init; }

    /// <summary>What <see cref="Pattern"/> says, in words.</summary>
    public string? Form { get; init; }

    /// <summary>Fewest items of a list.</summary>
    public int MinItems { get; init; }

    public RecipeCondition? Only { get; init; }

    /// <summary>Of named sections that hold named sections again: those.</summary>
    public RecipeKey? Inner { get; init; }

    /// <summary>The keys of a section, or of each section of a list.</summary>
    public RecipeKey[] Keys { get; init; } = [];

    /// <summary>The range in words, or null.</summary>
    public string? Range => (Min, Max) switch
    {
        (null, null) => null,
        ({ } min, null) => $"{(AboveMin ? "above" : "at least")} {min:R}",
        (null, { } max) => $"{(BelowMax ? "below" : "at most")} {max:R}",
        ({ } min, { } max) => $"{(AboveMin ? "above " : "")}{min:R} to {(BelowMax ? "below " : "")}{max:R}",
    };

    public bool InRange(double value) =>
        double.IsFinite(value)
        && !(value < Min || (AboveMin && value <= Min))
        && !(value > Max || (BelowMax && value >= Max));

    public bool Fits(string value) => Pattern is null || Regex.IsMatch(value, Pattern, RegexOptions.CultureInvariant);

    /// <summary>The type in words.</summary>
    public string TypeWords => Type switch
    {
        RecipeKeyType.Text => "a text",
        RecipeKeyType.Whole => "a whole number",
        RecipeKeyType.Number => "a number",
        RecipeKeyType.Flag => "true or false",
        RecipeKeyType.Texts => "a list of texts",
        RecipeKeyType.Wholes => "a list of whole numbers",
        RecipeKeyType.Numbers => "a list of numbers",
        RecipeKeyType.Column => "a column name or a position",
        RecipeKeyType.Scheduled => "a number or a schedule",
        RecipeKeyType.Section => "a section { … }",
        RecipeKeyType.Sections => "a list of sections [{ … }]",
        RecipeKeyType.Named => "named sections { name: { … } }",
        _ => throw new InvalidOperationException($"{Type} has no words"),
    };
}
