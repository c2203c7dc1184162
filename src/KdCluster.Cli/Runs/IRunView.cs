using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Shows runs while they continue. Used by one thread at a time.</summary>
internal interface IRunView
{
    /// <summary>Shows them as they stand now.</summary>
    void Show(IReadOnlyList<Run> runs);

    /// <summary>Leaves the last picture.</summary>
    void Close();
}
