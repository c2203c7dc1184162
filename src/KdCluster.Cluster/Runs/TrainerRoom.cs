namespace KdCluster.Cluster.Runs;

/// <summary>How many students a silo could take.</summary>
/// <param name="Silo">Orleans' address of it.</param>
/// <param name="Endpoint">Its gRPC address.</param>
/// <param name="Free">Its free trainer threads.</param>
internal sealed record TrainerRoom(string Silo, string Endpoint, int Free);
