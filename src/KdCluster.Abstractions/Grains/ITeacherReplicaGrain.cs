namespace KdCluster.Grains;

/// <summary>Holds one replica of a teacher on the silo where it is placed, and never moves: a replica that must leave is replaced. Key: <c>name/number</c>.</summary>
[Alias("kd.ITeacherReplicaGrain")]
public interface ITeacherReplicaGrain : IGrainWithStringKey
{
    /// <summary>Puts a version of the teacher on the silo's device; the one before serves on for those who began with it.</summary>
    /// <returns>Where it serves, or what is wrong with the checkpoint (<c>KD12xx</c>); or it answers otherwise here than the first replica (<c>KD1325</c>), and does not serve.</returns>
    [Alias("Load"), ResponseTimeout("00:05:00")] Task<TeacherPlace> LoadAsync(TeacherDeployment deployment);

    /// <summary>Where it serves; no endpoint when it does not.</summary>
    [Alias("Check")] Task<TeacherPlace> CheckAsync();

    /// <summary>Takes the teacher off the device, if this is still the silo that is meant.</summary>
    /// <param name="from">The silo on which the replica was placed.</param>
    [Alias("Unload"), ResponseTimeout("00:01:00")] Task UnloadAsync(string from);
}
