using System.Diagnostics;
using OpenTelemetry;
using Orleans.Diagnostics;

namespace KdCluster.Cluster.Telemetry;

/// <summary>
/// Takes grain calls that belong to no trace out of what is sent: silos report to one another every second, and each report would be a trace of its own. A sampler could do
/// the same, but would take the place of the one that the environment names.
/// </summary>
internal sealed class GrainRoots : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.ParentSpanId == default && data.Source.Name == ActivitySources.ApplicationGrainActivitySourceName)
        {
            // Children do as their parent does.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
