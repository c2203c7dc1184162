using KdCluster.Cluster.Runs;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Weightings;

namespace KdCluster.Cluster.Weightings;

/// <summary>The policies of one student: one for each of its stages whose weighting is a policy. That of the last stage has the student's own key. Disposed, their grains are let go.</summary>
internal sealed class StudentPolicies(StudentKey student, IReadOnlyList<string> labels, Func<string, PolicyInputs, GrainPolicyHost> host) : IDisposable
{
    private readonly List<GrainPolicyHost> _hosts = [];

    /// <summary>Whether the student has had one.</summary>
    public bool Any => _hosts.Count > 0;

    /// <summary>Where the policy of a stage is; null: its weighting is none.</summary>
    /// <param name="weighting">The weighting.</param>
    /// <param name="objective">The loss that it serves.</param>
    /// <param name="stage">The stage's name; null: the last one.</param>
    /// <param name="targets">What the policy reads.</param>
    public GrainPolicyHost? HostOf(WeightingSpec weighting, ObjectiveSpec objective, string? stage, ISoftTargetSource targets)
    {
        if (!WeightingRegistry.IsPolicy(weighting.Kind))
        {
            return null;
        }

        GrainPolicyHost made = host(stage is null ? student.ToString() : $"{student}/{stage}", PolicyGrains.InputsOf(targets.Teachers, targets.EmbeddingWidth > 0, labels, WeightingRegistry.StudentInputs(weighting, objective)));
        _hosts.Add(made);
        return made;
    }

    public void Dispose() => _hosts.ForEach(h => h.End());
}
