using Orleans.Concurrency;

namespace KdCluster.Grains;

/// <summary>
/// Owns one deployed teacher: which checkpoint, which old versions are still in use, how many replicas, and on which silos they are. Replicas hold the model. Key: the
/// teacher's name.
/// </summary>
[Alias("kd.ITeacherGrain")]
public interface ITeacherGrain : IGrainWithStringKey
{
    /// <summary>Deploys, or replaces what was deployed under this name. Answers when one replica has the model on its device; the others follow one by one.</summary>
    /// <returns>Where it serves, or what is wrong with the checkpoint (<c>KD12xx</c>); what was deployed before then stays.</returns>
    [Alias("Deploy"), ResponseTimeout("00:05:00")] Task<TeacherPlace> DeployAsync(TeacherDeployment deployment);

    /// <summary>Sees to it that the model is on a device, after a restart for instance, and says where.</summary>
    /// <returns>Where it serves, or why it cannot (<c>KD1308</c>: nothing is deployed).</returns>
    [Alias("Locate"), ResponseTimeout("00:05:00"), AlwaysInterleave] Task<TeacherPlace> LocateAsync();

    /// <summary>Begins to put right what is not as it should be: replicas lost with their silo, or on one that is being drained. Returns at once.</summary>
    [Alias("Keep"), AlwaysInterleave] Task KeepAsync();

    /// <summary>How many replicas there are to be, and where they are.</summary>
    [Alias("Places"), AlwaysInterleave] Task<TeacherScale> PlacesAsync();

    /// <summary>Changes how many replicas there are to be. Answers before they are there.</summary>
    /// <param name="replicas">Wanted now.</param>
    /// <param name="min">The fewest.</param>
    /// <param name="max">The most; when more than <paramref name="min"/>, the number follows the time that rows wait.</param>
    [Alias("Scale"), ResponseTimeout("00:05:00")] Task<TeacherScale> ScaleAsync(int replicas, int min, int max);

    /// <summary>A former version of the teacher; null when it is not remembered.</summary>
    /// <param name="fingerprints">Of its outputs, some or all.</param>
    /// <param name="element">Its encoding; null: any.</param>
    [Alias("Former"), AlwaysInterleave] Task<TeacherDeployment?> FormerAsync(string[] fingerprints, SoftTargets.ElementType? element);

    /// <summary>What is deployed; null when nothing is.</summary>
    [Alias("Get"), AlwaysInterleave] Task<TeacherDeployment?> GetAsync();

    /// <summary>Takes the model off its devices and forgets the deployment. Answers whether there was one.</summary>
    [Alias("Undeploy"), ResponseTimeout("00:05:00")] Task<bool> UndeployAsync();
}

/// <summary>Which checkpoint a teacher serves, and how.</summary>
/// <param name="Checkpoint">Folder of the checkpoint.</param>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; empty: that of the silo where it is placed.</param>
/// <param name="Element">Encoding of what it serves, as in <see cref="SoftTargets.ElementType"/>; of the logits alone where it keeps the largest.</param>
/// <param name="TopK">How many of the logits are kept where <paramref name="Element"/> is <see cref="SoftTargets.ElementType.TopK"/>, else 0.</param>
[GenerateSerializer, Immutable, Alias("kd.TeacherDeployment")]
public sealed record TeacherDeployment([property: Id(0)] string Checkpoint, [property: Id(1)] string Device, [property: Id(2)] SoftTargets.ElementType Element, [property: Id(3)] int TopK = 0)
{
    /// <summary>Whether a model of this project is computed by ONNX Runtime.</summary>
    [Id(4)]
    public bool Compile { get; init; }

    /// <summary>What the first replica found out, for those after it to keep to; null: this is the first.</summary>
    [Id(5)]
    public TeacherNumerics? Numerics { get; init; }

    /// <summary>What it is to be computed in; what that came to is in <see cref="Numerics"/>.</summary>
    [Id(6)]
    public Teachers.Precision Precision { get; init; }

    /// <summary>Which of the model's inputs and outputs is which; null: their names say it.</summary>
    [Id(8)]
    public TensorNames? Names { get; init; }
}
