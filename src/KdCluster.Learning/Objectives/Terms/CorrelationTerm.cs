using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// T²·(inter·(1 − ρ_b) + intra·(1 − mean_c ρ_c)), ρ_b Pearson's correlation of p_k and q over the classes of instance b, ρ_c that over the batch's instances of class c: DIST, Huang et al., arXiv 2205.10536;
/// torchdistill's <c>DISTLoss</c> [V]. An instance's loss holds the batch's intra part: it depends on who is in the batch, as the method wants.
/// </summary>
internal sealed class CorrelationTerm(double temperature, double inter, double intra) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Separate;

    public Tensor Evaluate(TermInput input)
    {
        var q = softmax(input.Student.Over(temperature), -1).unsqueeze(0);
        var p = softmax(input.Teacher!.Over(temperature), -1);
        var rows = Distance(p, q, -1).Times(inter);                                            // [teachers, batch]
        var columns = Distance(p, q, 1).mean([-1L], keepdim: true).Times(intra);   // [teachers, 1]
        return rows.Plus(columns).Times(temperature * temperature);
    }

    // 1 − Pearson's correlation along a dimension; 1 where one side does not vary.
    private static Tensor Distance(Tensor p, Tensor q, long dimension)
    {
        var a = p.sub(p.mean([dimension], keepdim: true));
        var b = q.sub(q.mean([dimension], keepdim: true));
        return cosine_similarity(a, b, dimension).neg().PlusInPlace(1);
    }
}
