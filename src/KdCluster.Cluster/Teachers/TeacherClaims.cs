using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers;

/// <summary>What another process says of its teacher, looked over before memory is taken by it or a row is kept under it.</summary>
internal static class TeacherClaims
{
    private const int Widest = 1 << 20, Largest = 1 << 29, Longest = 1 << 20, LongestName = 100, MostDimensions = 8;

    /// <exception cref="KdException"><c>KD1313</c>: no teacher of ours says such a thing.</exception>
    public static void Check(V1.Teacher teacher, string asked, string address)
    {
        if (Fault(teacher, asked) is { } fault)
        {
            throw new KdException("KD1313", $"a malformed reply: {fault}.", $"teacher {asked} at {address}", "Do both silos run the same version?");
        }
    }

    private static string? Fault(V1.Teacher teacher, string asked)
    {
        if (teacher.Name != asked)
        {
            return "it describes another teacher";
        }

        bool isOne = OutputNames.Answer(teacher.Labels) != OutputNames.Logits;
        if ((teacher.Labels.Count < 2 && !isOne) || teacher.Labels.Distinct(StringComparer.Ordinal).Count() != teacher.Labels.Count || LabelSpace.Of(teacher.Labels).Hash != teacher.LabelSpace)
        {
            return "its labels have not the hash that it names";
        }

        if (teacher.Inputs.Select(i => i.Name).Distinct(StringComparer.Ordinal).Count() != teacher.Inputs.Count || teacher.Inputs.Any(i => !Enum.IsDefined(i.Type) || i.Type == V1.TensorType.Unspecified || i.Shape.Any(s => s < TensorLayout.Varies)))
        {
            return "the tensors that it takes are none";
        }

        bool hasLength = teacher.Inputs.Count == 0 || teacher.Inputs.Any(i => i.Shape.Contains(TensorLayout.Varies));
        if (!Hexadecimal(teacher.Tokenizer) || teacher.MaxLength < (hasLength ? 1 : 0) || teacher.MaxLength > Longest)
        {
            return "its tokenizer or longest input is none";
        }

        V1.Output[] outputs = [.. teacher.Outputs.Select(Named)];
        return Fault(outputs, teacher) ?? (teacher.NamedOutputs.Count > 0 ? Fault(teacher.NamedOutputs, teacher) : null)
            ?? (teacher.Figures.Keys.Any(f => f.Length is 0 or > LongestName || f.Any(char.IsControl)) ? "a figure has no name" : null);
    }

    private static string? Fault(IReadOnlyCollection<V1.Output> outputs, V1.Teacher teacher) => outputs.Count == 0 || outputs.DistinctBy(o => o.Name).Count() != outputs.Count
        ? "it serves nothing, or one output twice"
        : outputs.Select(o => Fault(o, teacher)).FirstOrDefault(f => f is not null);

    private static string? Fault(V1.Output output, V1.Teacher teacher)
    {
        bool topK = output.Element == V1.ElementType.TopK, logits = output.Name is OutputNames.Logits or OutputNames.Score;
        return output.Name.Length is 0 or > LongestName || output.Name.Any(char.IsControl) || !Enum.IsDefined(output.Element) || output.Element == V1.ElementType.Unspecified ? "an output is of no kind that there is"
            : !Hexadecimal(output.TeacherFingerprint) ? "a fingerprint is none"
            : output.LabelSpace != teacher.LabelSpace ? "an output has another label space than the teacher"
            : !Fits(output.Shape, teacher.MaxLength, output.Name is OutputNames.Logits or OutputNames.Embedding ? Widest : Largest) || (logits && (output.Shape is not [var width] || width != teacher.Labels.Count)) ? $"an output has the shape [{string.Join(", ", output.Shape)}]"
            : (logits || output.Name == OutputNames.TokenLogits) && output.Name != OutputNames.Answer(teacher.Labels) ? $"its labels are {(teacher.Labels.Count == 1 ? teacher.Labels[0] : "classes")}, and an output is {output.Name}"
            : output.Name == OutputNames.TokenLogits && output.Shape is not [OutputShape.Length, > 1] ? $"an output has the shape [{string.Join(", ", output.Shape)}]"
            : (topK ? output.Name is not (OutputNames.Logits or OutputNames.TokenLogits) || output.TopK < 1 || output.TopK > output.Shape[^1] : output.TopK != 0) ? $"an output keeps the {output.TopK} largest of [{string.Join(", ", output.Shape)}]"
            : null;
    }

    // What the kinds of earlier versions are by name; an empty name is that of none.
    private static V1.Output Named(V1.SoftTargetSet set) => new()
    {
        Name = set.Kind switch { V1.OutputKind.Logits => OutputNames.Logits, V1.OutputKind.Embedding => OutputNames.Embedding, _ => "" },
        Shape = { set.Width },
        TeacherFingerprint = set.TeacherFingerprint,
        Element = set.Element,
        TopK = set.TopK,
        LabelSpace = set.LabelSpace,
    };

    private static bool Fits(IReadOnlyList<int> shape, int maxLength, int most)
    {
        // Memory is taken for an output only when it is asked for.
        double size = 1;
        foreach (int d in shape)
        {
            size *= d == OutputShape.Length ? maxLength : d > 0 ? d : double.PositiveInfinity;
        }

        return shape.Count is > 0 and <= MostDimensions && size <= most;
    }

    private static bool Hexadecimal(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
