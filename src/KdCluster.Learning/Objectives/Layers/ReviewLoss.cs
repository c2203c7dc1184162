using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Knowledge review, Chen et al., arXiv 2104.09044: from the deepest layer up, the student's map is fused with what came from the deeper ones, and what comes out is compared with the teacher's: the mean of (o − t)² at the map's size,
/// and by ½, ¼ and ⅛ after averaging to 4×4, 2×2 and 1×1 pixels where the map is larger, divided by the sum of these factors; torchdistill's <c>HierarchicalContextLoss</c> [V]. The authors add the layers up; here it is their mean.
/// </summary>
internal sealed class ReviewLoss : ILayerLoss
{
    private static readonly long[] Sides = [4, 2, 1];

    public int FewestLayers => 2;

    public Module Adapter(AdapterSetup setup)
    {
        int middle = setup.Layers.Max(l => l.Teacher.Dimensions[0]);
        return new AdapterList<ReviewFusion>(setup.Layers.Select((l, i) => new ReviewFusion(l.Student, middle, l.Teacher.Dimensions[0], deepest: i == setup.Layers.Count - 1)));
    }

    public Tensor Evaluate(LayerInput input)
    {
        var fusions = (AdapterList<ReviewFusion>)input.Adapter!;
        var losses = new Tensor[fusions.Count];
        Tensor? deeper = null;
        for (int i = fusions.Count - 1; i >= 0; i--)
        {
            (Tensor answer, deeper) = fusions[i].call(input.Student[i], deeper);
            losses[i] = Compare(answer, fusions[i].Image(input.Teacher[i]));
        }

        return stack(losses).mean([0L]);
    }

    // [batch, channels, height, width], twice, to [batch].
    private static Tensor Compare(Tensor answer, Tensor teacher)
    {
        Tensor sum = Error(answer, teacher);
        double factor = 1, total = 1;
        foreach (long side in Sides.Where(s => s < answer.shape[2]))
        {
            factor /= 2;
            total += factor;
            sum = sum.Plus(Error(functional.adaptive_avg_pool2d(answer, [side, side]), functional.adaptive_avg_pool2d(teacher, [side, side])).Times(factor));
        }

        return sum.Over(total);
    }

    private static Tensor Error(Tensor a, Tensor b) => a.sub(b).Squared().mean([1L, 2L, 3L]);
}
