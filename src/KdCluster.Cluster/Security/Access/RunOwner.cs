using KdCluster.Runs;

namespace KdCluster.Cluster.Security;

/// <summary>Who may change a run: its owner, and operators. Everyone who may read runs may read all of them.</summary>
internal static class RunOwner
{
    /// <exception cref="KdException"><c>KD1811</c>: it is another's.</exception>
    public static void Check(RunStatus run, Caller caller)
    {
        if (caller.Role < Role.Operator && caller.Id != run.Owner)
        {
            string owner = run.Owner.Length > 0 ? $"of token {run.Owner}" : "of nobody in particular: it was started without a token";
            throw new KdException("KD1811", $"the run is {owner}, and token {caller.Id} may change only its own.", $"run {run.Id}", "Use that token, or one with the role operator. For a new run, use another id.");
        }
    }
}
