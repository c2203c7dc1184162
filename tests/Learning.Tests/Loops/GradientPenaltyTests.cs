using KdCluster.Learning.Loops.TwoPlayer;
using KdCluster.Learning.Torch;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Loops;

/// <summary>The critics' loss, against closed forms and finite differences.</summary>
public class GradientPenaltyTests : TensorScope
{
    private readonly Generator _draws = new(4);

    /// <summary>D(x) = w·x has the slope w everywhere: the penalty is (‖w‖ − 1)², its gradient 2·(‖w‖ − 1)·w/‖w‖.</summary>
    [Fact]
    public void Of_a_linear_critic_it_is_what_its_weights_say()
    {
        double[] w = [0.3, -2, 1.1];
        using Tensor weights = tensor(w).requires_grad_(true);
        Tensor teacher = rand(4, 1, 3, ScalarType.Float64, generator: _draws), student = rand(4, 1, 3, ScalarType.Float64, generator: _draws), u = rand(4, ScalarType.Float64, generator: _draws);
        Tensor penalty = GradientPenalty.Of(x => x.squeeze(1).matmul(weights), teacher, student, ones(4, 1, ScalarType.Float64), u);
        double norm = Math.Sqrt(w.Sum(v => v * v));
        Assert.All(penalty.data<double>(), p => Assert.Equal(Math.Pow(norm - 1, 2), p, 1e-12));
        penalty.mean().backward();
        for (int i = 0; i < 3; i++)
            Assert.Equal(2 * (norm - 1) * w[i] / norm, weights.grad![i].item<double>(), 1e-12);
    }

    /// <summary>D(x) = mean over n positions of w·x_t has the slope w/n at each of n positions: √n·‖∇D‖ = ‖w‖, whatever n and the padding.</summary>
    [Fact]
    public void The_number_of_positions_changes_nothing()
    {
        using Tensor weights = tensor([0.3f, -2, 1.1f]);
        Tensor real = tensor(new float[,] { { 1, 1, 1, 1 }, { 1, 1, 0, 0 }, { 1, 0, 0, 0 } });
        Tensor penalty = GradientPenalty.Of(
            x => x.matmul(weights).mul(real).sum(1).div(real.sum(1)), rand(3, 4, 3, generator: _draws), rand(3, 4, 3, generator: _draws), real, rand(3, generator: _draws));
        Assert.All(penalty.data<float>(), p => Assert.Equal(Math.Pow(Math.Sqrt(5.3) - 1, 2), p, 1e-5));
    }

    [Fact]
    public void Its_gradient_by_the_critics_weights_is_that_of_finite_differences()
    {
        using Critic critic = TorchRuntime.WithSeed(2, () => new Critic(3, 5));
        Tensor teacher = randn(6, 4, 3, generator: _draws), student = randn(6, 4, 3, generator: _draws), u = rand(6, generator: _draws);
        Tensor real = tensor(new float[,] { { 1, 1, 1, 1 }, { 1, 1, 0, 0 }, { 1, 0, 0, 0 }, { 1, 1, 1, 0 }, { 1, 1, 1, 1 }, { 1, 1, 0, 0 } });
        Penalty().backward();
        foreach (var (name, weight) in critic.Weights.Where(w => w.Weight.grad is not null))
        {
            float[] gradient = weight.grad!.data<float>().ToArray();
            for (int at = 0; at < gradient.Length; at += 3)
            {
                const double Step = 1e-3;
                double difference = (Moved(weight, at, Step) - Moved(weight, at, -Step)) / (2 * Step);
                Assert.True(Math.Abs(difference - gradient[at]) < 2e-2 * Math.Max(0.1, Math.Abs(gradient[at])), $"{name}[{at}]: {gradient[at]}, by differences {difference}");
            }
        }

        Assert.True(critic.Weights.Single(w => w.Name == "positions.weight").Weight.grad!.abs().max().item<float>() > 1e-3);

        Tensor Penalty() => GradientPenalty.Of(x => critic.Score(x, real, learns: true), teacher, student, real, u).mean();

        double Moved(Tensor weight, int at, double step)
        {
            var places = tensor(new long[] { at });
            using (no_grad())
                weight.view(-1).index_add_(0, places, tensor(new[] { (float)step }), 1);
            double value = Penalty().item<float>();
            using (no_grad())
                weight.view(-1).index_add_(0, places, tensor(new[] { (float)-step }), 1);
            return value;
        }
    }

    [Fact]
    public void Padding_changes_no_score()
    {
        using Critic critic = TorchRuntime.WithSeed(2, () => new Critic(3, 5));
        Tensor states = randn(2, 3, 3, generator: _draws), real = tensor(new float[,] { { 1, 1, 1 }, { 1, 1, 0 } });
        Tensor padded = cat([states, randn(2, 2, 3, generator: _draws)], 1), padding = cat([real, zeros(2, 2)], 1);
        Assert.True(critic.Score(states, real, learns: true).allclose(critic.Score(padded, padding, learns: true), atol: 1e-6));
        Assert.False(critic.Score(states, real, learns: true).allclose(critic.Score(padded, ones(2, 5), learns: true), atol: 1e-6));
    }
}
