using System.Globalization;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Transforms;

/// <summary>What a step of <c>data.transform</c> came to in one split.</summary>
/// <param name="Step">The step.</param>
/// <param name="Split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Rows">Rows of the split before it.</param>
/// <param name="Selected">Rows that it selected.</param>
/// <param name="Changed">Rows that are gone or have another label than before; with labels fewer than selected, since the new one may be the row's own.</param>
public sealed record AppliedTransform(TransformStep Step, string Split, int Rows, int Selected, int Changed)
{
    /// <summary>A step in words: "30 % of labels drawn at random, seed 7".</summary>
    public static string Describe(TransformStep step)
    {
        (string what, string done) = step.Kind switch
        {
            "keep-rows" => ("rows", "kept"),
            "drop-rows" => ("rows", "left out"),
            "set-labels" => ("labels", $"set to {step.Label}"),
            _ => ("labels", "drawn at random"),
        };
        string only = step.Kind == "keep-rows" ? "only " : "";
        string share = step.Share < 1 ? string.Create(CultureInfo.InvariantCulture, $"{100 * step.Share:0.##} % of ") : step.Classes is null && step.Except is null ? "all " : "";
        string classes = step.Classes is { } named ? $" of {string.Join(", ", named)}" : step.Except is { } except ? $" of all classes but {string.Join(", ", except)}" : "";
        bool draws = step.Kind == "random-labels" || step.Share < 1;
        string seed = draws ? string.Create(CultureInfo.InvariantCulture, $", seed {step.Seed}") : "";
        string splits = step.Splits is ["train"] ? "" : $" ({string.Join(" and ", step.Splits)} rows)";
        return $"{only}{share}{what}{classes} {done}{seed}{splits}";
    }

    /// <summary>The step and its counts: "30 % of labels drawn at random, seed 7: 301 of 1,000 train rows, 226 of them with another label".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Describe(Step)}: {Selected:N0} of {Rows:N0} {Split} rows{(Step.Kind is "random-labels" or "set-labels" ? $", {Changed:N0} of them with another label" : "")}");
}
