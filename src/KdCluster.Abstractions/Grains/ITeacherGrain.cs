using KdCluster.Runs;

namespace KdCluster.Grains;

/// <summary>Owns one deployed teacher: which checkpoint, which device. A device worker holds the model and computes. Key: the teacher's name.</summary>
[Alias("kd.ITeacherGrain")]
public interface ITeacherGrain : IGrainWithStringKey
{
    /// <summary>Deploys, or replaces what was deployed under this name. Answers when the model is on its device.</summary>
    /// <returns>What is wrong with the checkpoint (<c>KD12xx</c>); what was deployed before then stays. Empty: it serves.</returns>
    [Alias("Deploy")] Task<ErrorRecord[]> DeployAsync(TeacherDeployment deployment);

    /// <summary>Sees to it that the model is on its device, after a restart for instance.</summary>
    /// <returns>Why it cannot be (<c>KD1308</c>: nothing is deployed). Empty: it serves.</returns>
    [Alias("EnsureLoaded")] Task<ErrorRecord[]> EnsureLoadedAsync();

    /// <summary>What is deployed; null when nothing is.</summary>
    [Alias("Get")] Task<TeacherDeployment?> GetAsync();

    /// <summary>Takes the model off its device and forgets the deployment. Answers whether there was one.</summary>
    [Alias("Undeploy")] Task<bool> UndeployAsync();
}

/// <summary>Which checkpoint a teacher serves, and how.</summary>
/// <param name="Checkpoint">Folder of the checkpoint.</param>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Element">Encoding of what it serves, as in <see cref="SoftTargets.ElementType"/>.</param>
[GenerateSerializer, Immutable, Alias("kd.TeacherDeployment")]
public sealed record TeacherDeployment([property: Id(0)] string Checkpoint, [property: Id(1)] string Device, [property: Id(2)] SoftTargets.ElementType Element);
