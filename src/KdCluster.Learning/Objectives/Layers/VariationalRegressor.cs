using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>The mean of a teacher's layer, as a network of three linear maps guesses it from the student's, and the variance of each channel, which begins at 5: as in the code of RepDistiller, whose maps are convolutions of 1×1.</summary>
internal sealed class VariationalRegressor : Module<Tensor, (Tensor Mean, Tensor Variance)>
{
    private const double Least = 1e-5, First = 5;
    private const string Scale = "scale";

    private readonly Linear[] _maps;

    public VariationalRegressor(int student, int teacher)
        : base(nameof(VariationalRegressor))
    {
        _maps = [Linear(student, teacher), Linear(teacher, teacher), Linear(teacher, teacher)];
        for (int i = 0; i < _maps.Length; i++)
            register_module(FormattableString.Invariant($"map{i + 1}"), _maps[i]);
        register_parameter(Scale, new Parameter(ones(teacher).Times(Math.Log(Math.Exp(First - Least) - 1))));
    }

    /// <param name="states">[…, student's width].</param>
    /// <returns>[…, teacher's width] and [teacher's width].</returns>
    public override (Tensor Mean, Tensor Variance) forward(Tensor states)
    {
        using var scope = NewDisposeScope();
        Tensor mean = _maps[2].call(functional.relu(_maps[1].call(functional.relu(_maps[0].call(states)))));
        // log(1 + e^x) = −log σ(−x)
        Tensor variance = functional.logsigmoid(get_parameter(Scale)!.neg()).neg().Plus(Least);
        return (mean.MoveToOuterDisposeScope(), variance.MoveToOuterDisposeScope());
    }
}
