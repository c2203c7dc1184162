namespace KdCluster.Weightings;

/// <summary>What a policy sees of one batch: plain arrays, so that it computes on any host. Nobody changes an array that is in it.</summary>
/// <param name="Tick">Number of the batch in the whole training, counted from 0: draws are a function of it.</param>
/// <param name="Rows">Row numbers in the training data: [batch].</param>
/// <param name="Labels">Class numbers: [batch].</param>
/// <param name="TeacherLogits">Raw logits, [teachers, batch, classes] flattened.</param>
/// <param name="Embedding">The instance embedding R(x), [batch, embedding width] flattened; empty for a policy that does not see it.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyBatch")]
public sealed record PolicyBatch(
    [property: Id(0)] long Tick, [property: Id(1)] int[] Rows, [property: Id(2)] int[] Labels, [property: Id(3)] float[] TeacherLogits, [property: Id(4)] float[] Embedding)
{
    /// <summary>The student's logits on the batch, [batch, classes] flattened; empty for a policy that does not see the student.</summary>
    [Id(5)]
    public float[] StudentLogits { get; init; } = [];

    /// <summary>Cosine of the student's projected embedding and each teacher's, [batch, teachers] flattened; empty where the objective compares no embeddings, or the policy does not see the student.</summary>
    [Id(6)]
    public float[] Cosines { get; init; } = [];
}

/// <summary>What a policy says of a batch.</summary>
/// <param name="Weights">What the student learns from; rows sum to 1: [batch, teachers] flattened.</param>
/// <param name="Expected">What the weights are on average over the policy's draws; the same array where nothing is drawn: [batch, teachers] flattened.</param>
/// <param name="Statistics">Of all weights given so far, these included.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyWeights")]
public sealed record PolicyWeights([property: Id(0)] float[] Weights, [property: Id(1)] float[] Expected, [property: Id(2)] WeightStatistics Statistics);

/// <summary>What a policy hears of the batch that it weighed last.</summary>
/// <param name="StudentLogits">The student's logits on the batch, [batch, classes] flattened.</param>
/// <param name="ValidationAccuracy">The student's newest validation accuracy, 0 to 1; 0 before the first validation.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyFeedback")]
public sealed record PolicyFeedback([property: Id(0)] float[] StudentLogits, [property: Id(1)] double ValidationAccuracy);

/// <summary>All of a policy: what a resume checkpoint keeps, and what its weights were so far.</summary>
/// <param name="Arrays">By name, as in the checkpoint without the prefix <c>weighting.</c></param>
/// <param name="Statistics">Of all weights given so far.</param>
[GenerateSerializer, Immutable, Alias("kd.PolicyState")]
public sealed record PolicyState([property: Id(0)] Dictionary<string, double[]> Arrays, [property: Id(1)] WeightStatistics Statistics);
