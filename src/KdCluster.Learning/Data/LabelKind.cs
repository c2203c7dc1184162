namespace KdCluster.Learning.Data;

/// <summary>What a file has for a label.</summary>
internal enum LabelKind
{
    /// <summary>The name of a class.</summary>
    Class,

    /// <summary>A number.</summary>
    Score,

    /// <summary>Nothing: a column of that name is not looked at.</summary>
    None,
}
