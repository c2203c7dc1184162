using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Loops.TwoPlayer;

/// <summary>
/// (‖∇D(x̂)‖ − 1)², x̂ = u·z + (1−u)·s: WGAN-GP (Gulrajani et al., arXiv 1704.00028, equation 3), as the authors of arXiv 1903.04197 use it for the student's and the teacher's maps [V]. Of an instance with n positions
/// the norm is √n·‖∇D‖, the slope with respect to the root of the mean square over the positions, so that a long text is held as a short one; with one position it is the norm itself.
/// </summary>
internal static class GradientPenalty
{
    /// <summary>The penalty of each instance, differentiable by what the score depends on: [batch].</summary>
    /// <param name="score">D: [batch, positions, width] to [batch], each score of its own instance alone.</param>
    /// <param name="teacher">z: [batch, positions, width].</param>
    /// <param name="student">s: the same.</param>
    /// <param name="real">1 where a position is, 0 where padding is: [batch, positions].</param>
    /// <param name="u">0 to 1: [batch].</param>
    public static Tensor Of(Func<Tensor, Tensor> score, Tensor teacher, Tensor student, Tensor real, Tensor u)
    {
        Tensor between = student.detach().Plus(teacher.detach().sub(student.detach()).mul(u.view(-1, 1, 1))).requires_grad_(true);
        // Without retain_graph the graph is freed although it is needed again: create_graph does not imply it here.
        Tensor slope = autograd.grad([score(between).sum()], [between], retain_graph: true, create_graph: true)[0];
        Tensor square = slope.Squared().sum([1L, 2L]).mul(real.sum(1));
        // The root has no slope at 0.
        return square.AtLeast(1e-20).sqrt().Plus(-1).Squared();
    }
}
