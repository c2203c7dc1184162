namespace KdCluster.Cluster.Teachers;

internal static class TeacherErrors
{
    public static KdError Unknown(string name) =>
        new("KD1308", "no teacher is deployed under this name.", $"teacher {name}", "See `kd teacher list`; deploy one with `kd teacher deploy`.");
}
