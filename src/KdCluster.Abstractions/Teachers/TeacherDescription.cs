using KdCluster.SoftTargets;

namespace KdCluster.Teachers;

/// <summary>What a deployed teacher is and gives; enough for a student to check that they fit.</summary>
/// <param name="Name">The name it was deployed under; never part of a key.</param>
/// <param name="Kind">The architecture, as in <see cref="Recipes.ModelSpec.Kind"/>.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Labels">Label names in class order.</param>
/// <param name="LabelSpace">Hash of the ordered label names: 64 hexadecimal digits.</param>
/// <param name="Tokenizer">Hash of the tokenizer: 64 hexadecimal digits. Requests made with another are refused (<c>KD1304</c>).</param>
/// <param name="MaxLength">Longest input in tokens.</param>
/// <param name="Outputs">The sets it serves, one per output kind.</param>
/// <param name="Accuracy">Accuracy on its validation rows when it was trained, 0 to 1; NaN when unknown.</param>
public sealed record TeacherDescription(
    string Name, string Kind, long Parameters, IReadOnlyList<string> Labels, string LabelSpace, string Tokenizer, int MaxLength,
    IReadOnlyList<SoftTargetSet> Outputs, double Accuracy)
{
    /// <summary>The set of one output kind.</summary>
    /// <exception cref="KdException"><c>KD1305</c>: the teacher does not serve it.</exception>
    public SoftTargetSet Output(OutputKind kind) => Outputs.FirstOrDefault(o => o.Kind == kind)
        ?? throw new KdException([NotServed(kind)]);

    /// <summary>What is said where it does not serve an output: <c>KD1305</c>.</summary>
    public KdError NotServed(OutputKind kind) => new(
        "KD1305", $"the teacher does not serve {kind.ToString().ToLowerInvariant()}.", $"teacher {Name}", "Deploy it with that output, or choose a weighting that does not need it.");
}
