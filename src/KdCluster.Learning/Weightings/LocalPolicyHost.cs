using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>A policy in this process: for trainings outside a cluster.</summary>
internal sealed class LocalPolicyHost : IPolicyHost
{
    private IPolicy? _policy;

    private IPolicy Policy => _policy ?? throw new PolicyLostException("the policy has not begun");

    public Task<WeightStatistics> BeginAsync(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state, IReadOnlyDictionary<string, double[]>? learned)
    {
        _policy = WeightingRegistry.CreatePolicy(setup, state, learned);
        return Task.FromResult(_policy.Statistics);
    }

    public Task<PolicyWeights> WeighAsync(PolicyBatch batch) => Task.FromResult(Policy.Weigh(batch));

    public Task<double> LearnAsync(PolicyFeedback feedback) => Task.FromResult(Policy.Learn(feedback));

    public Task<PolicyState> StateAsync() => Task.FromResult(new PolicyState(Policy.StateDict(), Policy.Statistics));

    public Task FreezeAsync()
    {
        Policy.Freeze();
        return Task.CompletedTask;
    }
}
