namespace KdCluster.Learning.Data;

/// <summary>The parts of a data set.</summary>
public enum DataSplit
{
    /// <summary>Rows to learn from.</summary>
    Train,

    /// <summary>Rows to choose with.</summary>
    Validation,

    /// <summary>Rows to report on.</summary>
    Test,

    /// <summary>Rows without a label, of which only teachers tell something.</summary>
    Unlabelled,
}
