using System.Collections.ObjectModel;
using KdCluster.Instances;
using KdCluster.SoftTargets;

namespace KdCluster.Teachers;

/// <summary>What a deployed teacher is and gives; enough for a student to check that they fit.</summary>
/// <param name="Name">The name it was deployed under; never part of a key.</param>
/// <param name="Kind">The architecture, as in <see cref="Recipes.ModelSpec.Kind"/>.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Labels">Label names in class order; of a regression <c>score</c> alone, of a language model <c>token-logits</c>.</param>
/// <param name="LabelSpace">Hash of the ordered label names: 64 hexadecimal digits.</param>
/// <param name="Tokenizer">Hash of what makes its inputs, a tokenizer or the form of images: 64 hexadecimal digits. Requests made with another are refused (<c>KD1304</c>).</param>
/// <param name="MaxLength">Longest input in tokens; 0 where inputs have no length.</param>
/// <param name="Outputs">What it serves, each name once.</param>
/// <param name="Accuracy">Accuracy on its validation rows when it was trained, 0 to 1; NaN when unknown, and of a regression.</param>
public sealed record TeacherDescription(
    string Name, string Kind, long Parameters, IReadOnlyList<string> Labels, string LabelSpace, string Tokenizer, int MaxLength,
    IReadOnlyList<TeacherOutput> Outputs, double Accuracy)
{
    private static readonly TensorLayout[] Texts = [TensorLayout.Ids];

    /// <summary>The tensors that it takes for one instance.</summary>
    public IReadOnlyList<TensorLayout> Inputs { get; init; } = Texts;

    /// <summary>Of a regression what it measured on its validation rows when it was trained, by the names of <see cref="Metrics.Metric"/>; empty: unknown, or a classifier.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>What its products are computed in.</summary>
    public Precision Precision { get; init; }

    /// <summary>Why, for people; empty where nothing was decided.</summary>
    public string PrecisionReason { get; init; } = "";

    /// <summary>The name of the output that answers what is asked of the data.</summary>
    public string Answer => OutputNames.Answer(Labels);

    /// <summary>One of its outputs.</summary>
    /// <exception cref="KdException"><c>KD1305</c>: the teacher does not serve it.</exception>
    public TeacherOutput Output(string name) => Find(name) ?? throw new KdException([NotServed(name)]);

    /// <summary>One of its outputs; null: it does not serve it.</summary>
    public TeacherOutput? Find(string name) => Outputs.FirstOrDefault(o => o.Output == name);

    /// <summary>What is said where it does not serve an output: <c>KD1305</c>.</summary>
    public KdError NotServed(string output) => new(
        "KD1305", $"the teacher does not serve {output}; it serves {string.Join(", ", Outputs.Select(o => o.Output))}.", $"teacher {Name}",
        "Deploy it with that output, or choose a weighting and terms that do not need it.");
}
