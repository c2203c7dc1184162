using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Learning.Weightings;
using KdCluster.Weightings;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime;

namespace KdCluster.Cluster.Weightings;

/// <summary>
/// The policy of a student, computed here on the host. What it keeps is for people who ask. A training goes on from the student's checkpoint, so student and policy are never at different
/// batches. Each begin is written before it counts: of two activations, as after a silo was frozen, the storage refuses one. Random placement is the one that follows a placement hint, and
/// the trainer gives one.
/// </summary>
[RandomPlacement]
internal sealed class WeightingGrain(
    [PersistentState("weighting", GrainStorage.Name)] IPersistentState<WeightingRecord> state, ILocalSiloDetails silo, SelfEndpoint self, ILogger<WeightingGrain> log) : Grain, IWeightingGrain
{
    /// <summary>Longer than any validation, in which the policy is not called.</summary>
    private static readonly TimeSpan s_stay = TimeSpan.FromDays(1);

    private IPolicy? _policy;
    private long _incarnation;

    private WeightingRecord Kept => state.State;

    public async Task<PolicyBegun> BeginAsync(PolicyOrder order)
    {
        if (order.Silo != silo.SiloAddress.ToParsableString())
        {
            // To where the hint says, which came with this call. Deactivated alone, it would be made here again: callers still have this silo's address.
            (_policy, _incarnation) = (null, 0);
            this.MigrateOnIdle();
            return new PolicyBegun(PolicyStart.Moving, 0, null);
        }

        if (order.Attempt < Kept.Attempt)
        {
            return new PolicyBegun(PolicyStart.Superseded, 0, null);
        }

        IPolicy policy;
        try
        {
            policy = WeightingRegistry.CreatePolicy(PolicyJson.Read(order.Setup), order.State, order.Learned);
        }
        catch (InvalidDataException e)
        {
            return new PolicyBegun(PolicyStart.Unfit, 0, null, e.Message);
        }

        (Kept.Setup, Kept.Inputs, Kept.Attempt, Kept.Incarnation) = (order.Setup, order.Inputs, order.Attempt, Kept.Incarnation + 1);
        Keep(policy);
        await state.WriteStateAsync();
        (_policy, _incarnation) = (policy, Kept.Incarnation);
        DelayDeactivation(s_stay);
        return new PolicyBegun(PolicyStart.Begun, _incarnation, policy.Statistics);
    }

    public Task<PolicyWeights?> WeighAsync(long incarnation, PolicyBatch batch) => Task.FromResult(Begun(incarnation)?.Weigh(batch));

    public Task<double?> LearnAsync(long incarnation, PolicyFeedback feedback) => Task.FromResult(Begun(incarnation)?.Learn(feedback));

    public async Task<PolicyState?> StateAsync(long incarnation)
    {
        if (Begun(incarnation) is not { } policy)
        {
            return null;
        }

        Keep(policy);
        DelayDeactivation(s_stay);
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e) when (GrainRetry.Coded(e) is { } coded)
        {
            // The student's checkpoint has the same, and says so itself where there is no room.
            log.PolicyUnkept(this.GetPrimaryKeyString(), coded.Message);
        }

        return new PolicyState(policy.StateDict(), policy.Statistics);
    }

    public Task<bool> FreezeAsync(long incarnation)
    {
        Begun(incarnation)?.Freeze();
        return Task.FromResult(Begun(incarnation) is not null);
    }

    public Task EndAsync(long incarnation)
    {
        if (Begun(incarnation) is not null)
        {
            Leave();
        }

        return Task.CompletedTask;
    }

    public Task PublishAsync(WeightingSnapshot snapshot)
    {
        Kept.Snapshot = snapshot;
        return state.WriteStateAsync();
    }

    public Task<WeightingSnapshot?> GetAsync() => Task.FromResult(Kept.Snapshot);

    public Task<PolicyDescription?> DescribeAsync()
    {
        if (Current(out IPolicy? policy) is not { } setup)
        {
            RestIfEmpty();
            return Task.FromResult<PolicyDescription?>(null);
        }

        Dictionary<string, double[]> all = policy!.StateDict();
        return Task.FromResult<PolicyDescription?>(new PolicyDescription(
            setup.Weighting.Kind, Kept.Setup!, Kept.Inputs!, policy.Statistics, policy.Learned.ToDictionary(name => name, name => all[name]),
            _policy is null ? "" : self.Address));
    }

    public Task<float[]?> AskAsync(PolicyBatch batch)
    {
        if (Current(out IPolicy? policy) is not { } setup)
        {
            RestIfEmpty();
            return Task.FromResult<float[]?>(null);
        }

        if (policy == _policy)
        {
            // The one at work remembers the batch that it is to learn from.
            policy = WeightingRegistry.CreatePolicy(setup, policy!.StateDict());
        }

        return Task.FromResult<float[]?>(policy!.Expect(batch));
    }

    private IPolicy? Begun(long incarnation) => incarnation == _incarnation ? _policy : null;

    /// <summary>The policy at work, else the one that was kept.</summary>
    private WeightingSetup? Current(out IPolicy? policy)
    {
        policy = null;
        if (Kept is not { Setup: { } text, Inputs: not null, State: { } kept })
        {
            return null;
        }

        WeightingSetup setup = PolicyJson.Read(text);
        policy = _policy ?? WeightingRegistry.CreatePolicy(setup, PolicyJson.Unpack(kept));
        return setup;
    }

    private void Keep(IPolicy policy) => Kept.State = PolicyJson.Pack(policy.StateDict());

    private void Leave()
    {
        (_policy, _incarnation) = (null, 0);
        DeactivateOnIdle();
    }

    private void RestIfEmpty()
    {
        // Whoever asks for policies that there are not does not fill the memory with them.
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
        }
    }
}

/// <summary>What a weighting's grain keeps. A record of an earlier version has the snapshot alone.</summary>
[GenerateSerializer, Alias("kd.WeightingRecord")]
internal sealed class WeightingRecord
{
    /// <summary>Of a fixed rule, and of policies of before they lived in this grain.</summary>
    [Id(0)] public WeightingSnapshot? Snapshot { get; set; }

    /// <summary>Kind, options, sizes and seed; null: no policy has begun.</summary>
    [Id(1)] public string? Setup { get; set; }

    [Id(2)] public PolicyInputs? Inputs { get; set; }

    /// <summary>The policy at its last checkpoint: float64, little-endian.</summary>
    [Id(3)] public Dictionary<string, byte[]>? State { get; set; }

    /// <summary>The student's attempt that began it last.</summary>
    [Id(4)] public long Attempt { get; set; }

    /// <summary>Counts its begins.</summary>
    [Id(5)] public long Incarnation { get; set; }
}
