namespace KdCluster.SoftTargets;

/// <summary>One output of a teacher. Rows of instances of one length have one size: where the shape varies with the length, the output is a family of <see cref="SoftTargetSet"/>s.</summary>
/// <param name="Teacher">The teacher's fingerprint for this output: 64 hexadecimal digits.</param>
/// <param name="Output">The output's name.</param>
/// <param name="Element">Encoding of a row.</param>
/// <param name="Shape">Of one instance.</param>
/// <param name="TopK">k when <paramref name="Element"/> is <see cref="ElementType.TopK"/>, else 0.</param>
/// <param name="LabelSpace">Hash of the ordered label names: 64 hexadecimal digits.</param>
public sealed record TeacherOutput(string Teacher, string Output, ElementType Element, OutputShape Shape, int TopK, string LabelSpace)
{
    /// <summary>The set of instances of a length.</summary>
    /// <param name="length">Tokens of the instance; without meaning where the shape does not vary.</param>
    public SoftTargetSet Set(int length = 1) => new(Teacher, Output, Element, checked((int)Shape.Size(length)), TopK, LabelSpace) { Positions = TopK > 0 && Shape.Varies ? length : 0 };

    /// <summary>An output whose rows are all of one size.</summary>
    public static TeacherOutput Of(SoftTargetSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new(set.Teacher, set.Output, set.Element, new OutputShape(set.Width), set.TopK, set.LabelSpace);
    }
}
