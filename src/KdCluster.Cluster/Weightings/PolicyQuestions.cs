using System.Text.Json;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Runs;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.V1;
using KdCluster.Weightings;

namespace KdCluster.Cluster.Weightings;

/// <summary>Asks policies about texts, and what they have learned.</summary>
internal sealed class PolicyQuestions(KdClusterOptions options, TeacherConnector connector, IGrainFactory grains, GrainRetry retry, TimeProvider time)
{
    /// <summary>What a student's policy has learned so far.</summary>
    /// <exception cref="KdException"><c>KD1351</c>: it has none.</exception>
    public Task<LearnedPolicy> LearnedAsync(StudentKey student, CancellationToken cancellationToken) => LearnedAsync(grains, retry, student, cancellationToken);

    /// <inheritdoc cref="LearnedAsync(StudentKey, CancellationToken)"/>
    public static async Task<LearnedPolicy> LearnedAsync(IGrainFactory grains, GrainRetry retry, StudentKey student, CancellationToken cancellationToken)
    {
        string key = student.ToString();
        PolicyDescription? policy = await retry.CallAsync(() => grains.GetGrain<IWeightingGrain>(key).DescribeAsync(), cancellationToken);
        return policy is null
            ? throw new KdException("KD1351", "the student has no policy: its weighting is a fixed rule, or has not begun, or it was trained by a version that kept no policies.", key, "See `kd weighting list`.")
            : Learned(key, policy);
    }

    public static LearnedPolicy Learned(string key, PolicyDescription policy) => new()
    {
        Kind = policy.Kind,
        Options = JsonSerializer.Serialize(PolicyJson.Read(policy.Setup).Weighting),
        Inputs = policy.Inputs,
        Arrays = policy.Learned,
        Origin = key,
    };

    /// <summary>Has the run's teachers answer a text, and the policy weigh them on it, for one class or for each.</summary>
    /// <exception cref="KdException">
    /// <c>KD1351</c>: there is no policy; <c>KD1352</c>: it looks at the student too; <c>KD1350</c>: the teachers are others now; <c>KD1106</c>: there is no such class; <c>KD1306</c>, <c>KD1308</c>: a teacher cannot be asked.
    /// </exception>
    public async Task<AskWeightingReply> AskAsync(RunStatus run, StudentStatus student, AskWeightingRequest request, CancellationToken cancellationToken)
    {
        StudentKey key = new(run.Id, student.Key);
        LearnedPolicy learned = await LearnedAsync(key, cancellationToken);
        if (WeightingRegistry.SeesStudent(learned.Kind))
        {
            throw new KdException(
                "KD1352", $"the weights of {learned.Kind} depend on what the student says of a text at that step of its training, and not on the teachers alone.", key.ToString(),
                "See what it gave the training rows by kd run weights, and its mean weights by kd weighting show.");
        }

        if (LabelSpace.Of(learned.Inputs.Labels).IsNextToken)
        {
            throw new KdException("KD1352", "a policy of language models sees how likely the teachers find a text of the run, token by token.", key.ToString(), "See its mean weights by kd weighting show.");
        }

        string file = RunFolder.Of(options, run.Id).Recipe;
        Recipe recipe = RecipeReader.Read(await File.ReadAllTextAsync(file, cancellationToken), file);
        string[] labels = learned.Inputs.Labels;
        int[] tried = request.Label.Length == 0 ? [.. Enumerable.Range(0, labels.Length)] : [Array.IndexOf(labels, request.Label)];
        if (tried[0] < 0)
        {
            throw new KdException("KD1106", $"there is no class '{request.Label}'.", "--label", $"There are: {string.Join(", ", labels)}.");
        }

        List<ITeacherClient> teachers = [];
        try
        {
            foreach (TeacherRef teacher in recipe.Teachers)
            {
                teachers.Add(await connector.ConnectAsync(teacher, run.Id, cancellationToken));
            }

            PolicyInputs now = PolicyGrains.InputsOf([.. teachers.Select(t => t.Description)], learned.Inputs.EmbeddingWidth > 0, teachers[0].Description.Labels);
            if (learned.Inputs.Differences(now) is { Count: > 0 } differences)
            {
                throw new KdException([.. differences.Select(d => new KdError("KD1350", d, key.ToString(), "Deploy the teachers that the run had."))]);
            }

            SoftTargetBatch answers = await AnswersAsync(teachers, request, now.EmbeddingWidth > 0, cancellationToken);
            // One instance per class: the same text, were that its class.
            float[] logits = [.. Enumerable.Range(0, teachers.Count).SelectMany(k => tried.SelectMany(_ => answers.Logits.AsSpan(k * labels.Length, labels.Length).ToArray()))];
            PolicyBatch batch = new(0, new int[tried.Length], tried, logits, [.. tried.SelectMany(_ => answers.Embedding)]);
            float[] weights = await retry.CallAsync(() => grains.GetGrain<IWeightingGrain>(key.ToString()).AskAsync(batch), cancellationToken)
                ?? throw new KdException("KD1351", "the student has no policy any more.", key.ToString());
            return Reply(teachers, labels, tried, answers.Logits, weights);
        }
        finally
        {
            foreach (IAsyncDisposable teacher in teachers.OfType<IAsyncDisposable>())
            {
                await teacher.DisposeAsync();
            }
        }
    }

    private async Task<SoftTargetBatch> AnswersAsync(List<ITeacherClient> teachers, AskWeightingRequest request, bool embeds, CancellationToken cancellationToken)
    {
        Dictionary<string, InstanceView[]> views = [];
        foreach (ITeacherClient teacher in teachers.DistinctBy(t => t.Description.Tokenizer))
        {
            string where = $"teacher {teacher.Description.Name}";
            Tokenizer tokenizer = InputEncoder.FromBytes(await teacher.TokenizerAsync(cancellationToken), where) as Tokenizer
                ?? throw new KdException("KD1310", "it takes images, and the question is a text.", where, "See what the policy does by kd weighting show, or by kd run weights for single images.");
            views[teacher.Description.Tokenizer] = [tokenizer.Encode(request.Text, request.HasPair ? request.Pair : null)];
        }

        using SoftTargetSource source = new(new NullStore(), teachers, [.. teachers.Select(t => views[t.Description.Tokenizer])], embeds ? 0 : null, 1, time);
        using ISoftTargetStream stream = source.Open([[0]], cancellationToken);
        return await Task.Run(stream.Take, cancellationToken);
    }

    private static AskWeightingReply Reply(List<ITeacherClient> teachers, string[] labels, int[] tried, float[] logits, float[] weights)
    {
        AskWeightingReply reply = new();
        Softmax[] answers = [.. Enumerable.Range(0, teachers.Count).Select(k => Softmax.Of(logits.AsSpan(k * labels.Length, labels.Length)))];
        reply.Teachers.AddRange(teachers.Select(t => t.Description.Name));
        reply.Opinions.AddRange(answers.Select(a => new TeacherOpinion { Label = labels[a.Best], Probability = 1 / a.Sum }));

        for (int i = 0; i < tried.Length; i++)
        {
            LabelWeights row = new() { Label = labels[tried[i]] };
            row.Weights.AddRange(weights.AsSpan(i * teachers.Count, teachers.Count).ToArray().Select(w => (double)w));
            row.Losses.AddRange(answers.Select((a, k) => a.LogSum - logits[(k * labels.Length) + tried[i]]));
            reply.Rows.Add(row);
        }

        return reply;
    }
}
