using KdCluster.V1;

namespace KdCluster.Chaos;

/// <summary>Something that is done to a cluster while a run continues.</summary>
/// <param name="Name">For the table and <c>--only</c>.</param>
/// <param name="Limit">How long a run may stand still because of it, seconds; null where no figure is set.</param>
/// <param name="Asking">Whether it is of use only while the run still asks its teachers: before every row has been seen, and without a store that knows them.</param>
/// <param name="DoAsync">
/// Does it, given the run as it stands, and undoes what an operator or an orchestrator would. Answers which trainer silos it struck: their students may begin again, no others.
/// </param>
internal sealed record ChaosAct(string Name, double? Limit, bool Asking, Func<ChaosCluster, Run, CancellationToken, Task<IReadOnlyList<string>>> DoAsync);
