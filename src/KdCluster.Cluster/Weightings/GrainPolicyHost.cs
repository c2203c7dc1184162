using System.Diagnostics;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Learning.Weightings;
using KdCluster.Weightings;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace KdCluster.Cluster.Weightings;

/// <summary>The policy of one student in its grain, which it holds on this silo: a call is then a message in memory, of which nothing is copied.</summary>
internal sealed class GrainPolicyHost(IWeightingGrain grain, PolicyInputs inputs, long attempt, SiloAddress silo, GrainRetry retry, ILogger log) : IPolicyHost
{
    private long _incarnation;

    public async Task<WeightStatistics> BeginAsync(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state, IReadOnlyDictionary<string, double[]>? learned)
    {
        PolicyOrder order = new()
        {
            Setup = PolicyJson.Write(setup),
            Inputs = inputs,
            Attempt = attempt,
            Silo = silo.ToParsableString(),
            State = state?.ToDictionary(),
            Learned = learned?.ToDictionary(),
        };
        // Where the grain is not active this places it here; where it is active elsewhere, it leaves that silo and is asked again.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        PolicyBegun begun = await retry.CallAsync(
            async () => await grain.BeginAsync(order) is { Start: not PolicyStart.Moving } answer ? answer : throw new TimeoutException("the policy is still on another silo."), CancellationToken.None);
        switch (begun.Start)
        {
            case PolicyStart.Superseded:
                throw new KdException("KD1504", "another silo has taken this student's policy over.", grain.GetPrimaryKeyString(), "Nothing is lost: follow the run, it goes on there.");
            case PolicyStart.Unfit:
                throw new InvalidDataException(begun.Why);
        }

        _incarnation = begun.Incarnation;
        return begun.Statistics!;
    }

    public Task<PolicyWeights> WeighAsync(PolicyBatch batch) => CallAsync(() => grain.WeighAsync(_incarnation, batch));

    public async Task<double> LearnAsync(PolicyFeedback feedback) => (await CallAsync(async () => await grain.LearnAsync(_incarnation, feedback) is { } reward ? new Reward(reward) : null)).Mean;

    public Task<PolicyState> StateAsync() => CallAsync(() => grain.StateAsync(_incarnation));

    public Task FreezeAsync() => CallAsync(async () => await grain.FreezeAsync(_incarnation) ? this : null);

    /// <summary>Lets the grain go; where it cannot be told, it goes with its idle time.</summary>
    public void End() => grain.EndAsync(_incarnation).LogFaults(log, $"ending the policy of {grain.GetPrimaryKeyString()}");

    private async Task<T> CallAsync<T>(Func<Task<T?>> call)
        where T : class
    {
        // Two calls a step would be two spans a step in the student's trace.
        Activity.Current = null;
        try
        {
            return await call() ?? throw new PolicyLostException($"the policy of {grain.GetPrimaryKeyString()} has to begin anew");
        }
        catch (Exception e) when (GrainRetry.Passes(e) && e is not KdException)
        {
            throw new PolicyLostException($"the policy of {grain.GetPrimaryKeyString()} did not answer ({e.Message})", e);
        }
    }

    private sealed record Reward(double Mean);
}
