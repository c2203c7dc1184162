using KdCluster.Learning.Objectives;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Weightings;

/// <summary>The reward against the objective itself: autograd takes the look-ahead step, the objective reads the loss after it.</summary>
public class LookAheadRewardTests : TensorScope
{
    [Theory]
    [InlineData("r1", 4, 0.5)]
    [InlineData("r2", 4, 0.5)]
    [InlineData("r2", 1, 1)]
    public void It_is_the_loss_after_one_gradient_step_on_the_logits(string reward, double temperature, double alpha)
    {
        var spec = new ObjectiveSpec { Temperature = temperature, Alpha = alpha };
        var state = WeightingCase.State(2);
        var weights = softmax(tensor(WeightingCase.Numbers(WeightingCase.Batch * WeightingCase.Teachers, 5, 0)).reshape(WeightingCase.Batch, WeightingCase.Teachers), -1);
        var own = new LookAheadReward(spec, reward != "r1", WeightingCase.Teachers, WeightingCase.Classes);
        own.Read(state.StudentLogits.data<float>().ToArray(), state.Targets.Logits);
        var rewards = new float[WeightingCase.Batch];
        own.Of(weights.contiguous().data<float>().ToArray(), state.Labels, rewards);

        var objective = ObjectiveRegistry.Create("distillation", spec);
        var teachers = tensor(state.Targets.Logits).reshape(WeightingCase.Teachers, WeightingCase.Batch, WeightingCase.Classes);
        for (int i = 0; i < WeightingCase.Batch; i++)
        {
            var label = tensor(new[] { (long)state.Labels[i] });
            var logits = state.StudentLogits.narrow(0, i, 1).clone().requires_grad_(true);
            var one = new ObjectiveInput(logits, label, teachers.narrow(1, i, 1), weights.narrow(0, i, 1));
            objective.Evaluate(one).GradientLoss.backward();
            var after = objective.Evaluate(one with { Logits = logits.detach() - logits.grad! }).Read();
            double wanted = -after.CrossEntropy - (reward == "r1" ? 0 : after.Distillation);
            Assert.Equal(wanted, rewards[i], 1e-4);
        }
    }
}
