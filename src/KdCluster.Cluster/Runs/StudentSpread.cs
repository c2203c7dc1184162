namespace KdCluster.Cluster.Runs;

/// <summary>Which student goes to which silo: each to the one with most free places, those given before it counted.</summary>
internal static class StudentSpread
{
    /// <param name="students">In the order in which they are trained.</param>
    /// <param name="rooms">Of silos with as many free places the first is taken.</param>
    /// <returns>The students that there is a place for.</returns>
    public static IEnumerable<(string Student, TrainerRoom Room)> Over(IEnumerable<string> students, IEnumerable<TrainerRoom> rooms)
    {
        List<TrainerRoom> left = [.. rooms];
        foreach (string student in students)
        {
            if (left.MaxBy(r => r.Free) is not { Free: > 0 } most)
            {
                yield break;
            }

            left[left.IndexOf(most)] = most with { Free = most.Free - 1 };
            yield return (student, most);
        }
    }
}
