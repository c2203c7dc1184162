using KdCluster.SoftTargets;

namespace KdCluster.Learning.Objectives;

/// <summary>What a loss must know to make networks and memory of its own, for one teacher.</summary>
/// <param name="Layers">The shapes of the layers that are compared, in pairs.</param>
/// <param name="Rows">Training rows.</param>
internal sealed record AdapterSetup(IReadOnlyList<(OutputShape Student, OutputShape Teacher)> Layers, int Rows)
{
    /// <summary>The width of an output: of maps the channels, of all else the last dimension.</summary>
    public static int Channels(OutputShape shape) => shape.Dimensions[shape.Dimensions.Count == 3 && !shape.Varies ? 0 : ^1];
}
