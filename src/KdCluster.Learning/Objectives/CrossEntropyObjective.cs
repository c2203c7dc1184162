using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives;

/// <summary>L = −log q_y: labels alone. How teachers are trained, and the student that learns without them.</summary>
internal sealed class CrossEntropyObjective : IObjective
{
    public const string ObjectiveName = "cross-entropy";

    public string Name => ObjectiveName;

    public bool NeedsTeachers => false;

    public ObjectiveValue Evaluate(ObjectiveInput input)
    {
        var loss = input.Shares is { } shares ? cross_entropy(input.Logits, input.Labels, reduction: TorchSharp.torch.nn.Reduction.None).mul(shares).sum() : cross_entropy(input.Logits, input.Labels);
        return new ObjectiveValue(loss, () =>
        {
            double value = loss.item<float>();
            return new ObjectiveParts(value, value, 0);
        });
    }
}
