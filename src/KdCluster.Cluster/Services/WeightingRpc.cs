using Google.Protobuf;
using Grpc.Core;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Weightings;
using KdCluster.Grains;
using KdCluster.Learning.Weightings;
using KdCluster.Runs;
using KdCluster.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

/// <summary>The weighting service of one silo: asks the policies' grains, which it does not move.</summary>
internal sealed class WeightingRpc(IGrainFactory grains, GrainRetry retry, RunFinder runs, PolicyQuestions questions, InstanceWeightsReader instances, ILogger<WeightingRpc> log) : WeightingService.WeightingServiceBase
{
    [Authorize(nameof(Role.Observer))]
    public override Task<ListWeightingsReply> List(ListWeightingsRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        ListWeightingsReply reply = new();
        await foreach (KdCluster.Runs.RunStatus run in runs.AllAsync(context.CancellationToken))
        {
            foreach (StudentStatus student in run.Students.Where(s => s.Variant != Variants.Alone && !(s.Done && s.Weights.Length == 0)))
            {
                reply.Weightings.Add(await DescribeAsync(run, student, context.CancellationToken));
            }
        }

        return reply;
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<Weighting> Get(WeightingId request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (KdCluster.Runs.RunStatus run, StudentStatus student) = await FindAsync(request, context);
        return await DescribeAsync(run, student, context.CancellationToken);
    });

    [Authorize(nameof(Role.Client))]
    public override Task<AskWeightingReply> Ask(AskWeightingRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (KdCluster.Runs.RunStatus run, StudentStatus student) = await FindAsync(request.Id ?? new WeightingId(), context);
        return await questions.AskAsync(run, student, request, context.CancellationToken);
    });

    [Authorize(nameof(Role.Observer))]
    public override Task<ExportedWeighting> Export(WeightingId request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (KdCluster.Runs.RunStatus run, StudentStatus student) = await FindAsync(request, context);
        LearnedPolicy learned = await questions.LearnedAsync(new StudentKey(run.Id, student.Key), context.CancellationToken);
        using MemoryStream file = new();
        learned.Write(file);
        return new ExportedWeighting { File = ByteString.CopyFrom(file.ToArray()), Fingerprint = learned.Fingerprint };
    });

    [Authorize(nameof(Role.Client))]
    public override Task<InstanceWeightsReply> Instances(InstanceWeightsRequest request, ServerCallContext context) => ErrorMapping.CallAsync(log, context, async () =>
    {
        (KdCluster.Runs.RunStatus run, StudentStatus student) = await FindAsync(request.Id ?? new WeightingId(), context);
        return await instances.ReadAsync(run, student, request, context.CancellationToken);
    });

    private async Task<(KdCluster.Runs.RunStatus Run, StudentStatus Student)> FindAsync(WeightingId id, ServerCallContext context)
    {
        KdCluster.Runs.RunStatus run = await runs.FindAsync(id.Run, context.CancellationToken);
        return (run, RunFinder.StudentOf(run, id.Variant, id.HasSeed ? id.Seed : null));
    }

    private async Task<Weighting> DescribeAsync(KdCluster.Runs.RunStatus run, StudentStatus student, CancellationToken cancellationToken)
    {
        Weighting message = new() { Run = run.Id, Variant = student.Variant, Seed = student.Seed, Stage = student.Stage, Entropy = double.NaN };
        string key = new StudentKey(run.Id, student.Key).ToString();
        PolicyDescription? policy = Variants.MayHavePolicy(student.Variant) ? await retry.CallAsync(() => grains.GetGrain<IWeightingGrain>(key).DescribeAsync(), cancellationToken) : null;
        if (policy is null)
        {
            message.Teachers.AddRange(run.Teachers);
            message.MeanWeights.AddRange(student.Weights);
            message.Spreads.AddRange(student.Spreads);
            return message;
        }

        LearnedPolicy learned = PolicyQuestions.Learned(key, policy);
        message.Teachers.AddRange(policy.Inputs.Teachers.Select(t => t.Name));
        message.MeanWeights.AddRange(policy.Statistics.MeanWeight);
        message.Spreads.AddRange(policy.Statistics.Spread);
        message.SelectedShares.AddRange(policy.Statistics.SelectedShare);
        (message.Entropy, message.Instances) = (policy.Statistics.Entropy, policy.Statistics.Instances);
        (message.Fingerprint, message.Silo, message.Options, message.EmbeddingWidth) = (learned.Fingerprint, policy.Silo, learned.Options, policy.Inputs.EmbeddingWidth);
        message.Labels.AddRange(policy.Inputs.Labels);
        message.TeacherFingerprints.AddRange(policy.Inputs.Teachers.Select(t => t.Fingerprint));
        return message;
    }
}
