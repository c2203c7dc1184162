using KdCluster.Learning.Schedules;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Terms;

/// <summary>
/// Mean over the classes of ((s − Φ·z)/T)², z the mixed logits. With T = 1 and Φ rising to 1 it is the first stage of Annealing-KD (arXiv 2104.07163, equation 3 [V]); with Φ = 1, TextBrewer's
/// <c>mse</c> [V]. Logits are compared as they are: a number that a teacher adds to all classes is learned too.
/// </summary>
internal sealed class SquaredErrorTerm(double temperature, ScheduleSpec targetScale) : IObjectiveTerm
{
    public TeacherMix Mix => TeacherMix.Values;

    public Tensor Evaluate(TermInput input)
    {
        var target = input.Teacher!.Times(Schedule.ValueAt(targetScale, input.At));
        return input.Student.sub(target).Squared().mean([-1L]).Over(temperature * temperature);
    }
}
