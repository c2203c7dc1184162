using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Weightings;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Weightings;

/// <summary>The policies' grains, for the students that train on this silo.</summary>
internal sealed class PolicyGrains(IGrainFactory grains, ILocalSiloDetails silo, GrainRetry retry, ILogger<PolicyGrains> log)
{
    /// <summary>The policies of one student.</summary>
    public StudentPolicies Of(StudentOrder order, RunContext context) => new(
        order.Key, context.Labels.Names, (key, inputs) => new GrainPolicyHost(grains.GetGrain<IWeightingGrain>(key), inputs, order.Student.Attempt, silo.SiloAddress, retry, log));

    /// <summary>What a policy reads.</summary>
    /// <param name="teachers">In the order in which they are weighted.</param>
    /// <param name="embeds">Whether the embedding of the first one that gives one is read.</param>
    /// <param name="labels">In class order.</param>
    /// <param name="student">What it sees of the student.</param>
    public static PolicyInputs InputsOf(IReadOnlyList<TeacherDescription> teachers, bool embeds, IReadOnlyList<string> labels, string student = "")
    {
        TeacherOutput? embedding = embeds ? teachers.Select(t => t.Find(OutputNames.Embedding)).FirstOrDefault(o => o is not null) : null;
        // A teacher that the run itself makes, such as an earlier stage's student, may have no fingerprint.
        return new PolicyInputs(
            [.. teachers.Select(t => new PolicyTeacher(t.Name, t.Find(t.Answer == OutputNames.TokenLogits ? t.Answer : OutputNames.Logits)?.Teacher ?? ""))], embedding?.Teacher ?? "", embedding?.Set().Width ?? 0, [.. labels])
        { Student = student };
    }
}
