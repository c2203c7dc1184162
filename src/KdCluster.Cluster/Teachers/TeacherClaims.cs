using KdCluster.Learning.Data;

namespace KdCluster.Cluster.Teachers;

/// <summary>What another process says of its teacher, looked over before memory is taken by it or a row is kept under it.</summary>
internal static class TeacherClaims
{
    private const int Widest = 1 << 20, Longest = 1 << 20;

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

        if (teacher.Labels.Count < 2 || teacher.Labels.Distinct(StringComparer.Ordinal).Count() != teacher.Labels.Count || new LabelSpace(teacher.Labels).Hash != teacher.LabelSpace)
        {
            return "its labels have not the hash that it names";
        }

        if (!Hexadecimal(teacher.Tokenizer) || teacher.MaxLength is < 1 or > Longest)
        {
            return "its tokenizer or longest input is none";
        }

        if (teacher.Outputs.Count == 0 || teacher.Outputs.Select(o => o.Kind).Distinct().Count() != teacher.Outputs.Count)
        {
            return "it serves nothing, or one kind twice";
        }

        return teacher.Outputs.Select(o => Fault(o, teacher)).FirstOrDefault(f => f is not null);
    }

    private static string? Fault(V1.SoftTargetSet output, V1.Teacher teacher)
    {
        bool topK = output.Element == V1.ElementType.TopK;
        return !Enum.IsDefined(output.Kind) || output.Kind == V1.OutputKind.Unspecified || !Enum.IsDefined(output.Element) || output.Element == V1.ElementType.Unspecified ? "an output is of no kind that there is"
            : !Hexadecimal(output.TeacherFingerprint) ? "a fingerprint is none"
            : output.LabelSpace != teacher.LabelSpace ? "an output has another label space than the teacher"
            : output.Width is < 1 or > Widest || (output.Kind == V1.OutputKind.Logits && output.Width != teacher.Labels.Count) ? $"an output is {output.Width} wide"
            : (topK ? output.TopK < 1 || output.TopK > output.Width : output.TopK != 0) ? $"an output keeps the {output.TopK} largest of {output.Width}"
            : null;
    }

    private static bool Hexadecimal(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
