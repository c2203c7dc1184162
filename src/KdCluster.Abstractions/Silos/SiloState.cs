using KdCluster.SoftTargets;

namespace KdCluster.Silos;

/// <summary>One silo as it stands: what it tells all others every second.</summary>
[GenerateSerializer, Immutable, Alias("kd.SiloState")]
public sealed record SiloState
{
    /// <summary>Orleans' address of it, parsable.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>Its gRPC address for other silos and clients.</summary>
    [Id(1)] public required string Endpoint { get; init; }

    /// <summary>What it does: teacher, trainer, gateway.</summary>
    [Id(2)] public string[] Roles { get; init; } = [];

    /// <summary>Its devices.</summary>
    [Id(3)] public string[] Devices { get; init; } = [];

    /// <summary>Memory for teachers' models, in bytes; 0 where it is not counted.</summary>
    [Id(4)] public long Memory { get; init; }

    /// <summary>What its teachers take of it, in bytes.</summary>
    [Id(5)] public long MemoryUsed { get; init; }

    /// <summary>Whether it is being drained: nothing more is placed on it.</summary>
    [Id(6)] public bool Draining { get; init; }

    /// <summary>The product's version.</summary>
    [Id(7)] public string Version { get; init; } = "";

    /// <summary>Names of the teachers on it.</summary>
    [Id(8)] public string[] Teachers { get; init; } = [];

    /// <summary>Students that train on it now.</summary>
    [Id(9)] public int Students { get; init; }

    /// <summary>How its teachers are doing.</summary>
    [Id(10)] public TeacherLoad[] Loads { get; init; } = [];

    /// <summary>What it does without, one line each.</summary>
    [Id(11)] public string[] Degraded { get; init; } = [];

    /// <summary>Threads inside one tensor operation, which students' bytes depend on; 0 where the silo did not tell.</summary>
    [Id(12)] public int Threads { get; init; }

    /// <summary>What its store has counted since it started, where that is a server that silos share; null otherwise.</summary>
    [Id(13)] public StoreCounts? Store { get; init; }

    /// <summary>Students that it trains at the same time at most.</summary>
    [Id(14)] public int Trainers { get; init; }
}

/// <summary>One teacher on one silo.</summary>
/// <param name="Name">The teacher.</param>
/// <param name="Device">Where its model is.</param>
/// <param name="QueuedRows">Rows taken on and not answered yet.</param>
/// <param name="RowsPerSecond">Rows computed per second, lately.</param>
/// <param name="RowsComputed">Rows computed since it was loaded.</param>
[GenerateSerializer, Immutable, Alias("kd.TeacherLoad")]
public sealed record TeacherLoad(
    [property: Id(0)] string Name, [property: Id(1)] string Device, [property: Id(2)] int QueuedRows, [property: Id(3)] double RowsPerSecond, [property: Id(4)] long RowsComputed);
