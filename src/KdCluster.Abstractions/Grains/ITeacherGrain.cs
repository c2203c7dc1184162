namespace KdCluster.Grains;

/// <summary>Owns one deployed teacher: which checkpoint, which device. A device worker holds the model and computes. Key: the teacher's name.</summary>
[Alias("kd.ITeacherGrain")]
public interface ITeacherGrain : IGrainWithStringKey
{
    /// <summary>Deploys, or replaces what was deployed under this name. Answers when the model is on its device.</summary>
    /// <returns>Where it serves, or what is wrong with the checkpoint (<c>KD12xx</c>); what was deployed before then stays.</returns>
    [Alias("Deploy"), ResponseTimeout("00:05:00")] Task<TeacherPlace> DeployAsync(TeacherDeployment deployment);

    /// <summary>Sees to it that the model is on a device, after a restart for instance, and says where.</summary>
    /// <returns>Where it serves, or why it cannot (<c>KD1308</c>: nothing is deployed).</returns>
    [Alias("Locate"), ResponseTimeout("00:05:00")] Task<TeacherPlace> LocateAsync();

    /// <summary>Begins to put the model on a device when it is on none; on a silo that is being emptied, lets go of it. Returns at once.</summary>
    [Alias("Keep")] Task KeepAsync();

    /// <summary>What is deployed; null when nothing is.</summary>
    [Alias("Get")] Task<TeacherDeployment?> GetAsync();

    /// <summary>Takes the model off its device and forgets the deployment. Answers whether there was one.</summary>
    [Alias("Undeploy")] Task<bool> UndeployAsync();
}

/// <summary>Which checkpoint a teacher serves, and how.</summary>
/// <param name="Checkpoint">Folder of the checkpoint.</param>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; empty: that of the silo where it is placed.</param>
/// <param name="Element">Encoding of what it serves, as in <see cref="SoftTargets.ElementType"/>.</param>
[GenerateSerializer, Immutable, Alias("kd.TeacherDeployment")]
public sealed record TeacherDeployment([property: Id(0)] string Checkpoint, [property: Id(1)] string Device, [property: Id(2)] SoftTargets.ElementType Element);
