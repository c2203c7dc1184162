using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>‖P·s/‖P·s‖ − t/‖t‖‖² at the first token: patient distillation, Sun et al., arXiv 1908.09355, equation 7; TextBrewer's <c>pkd</c> [V].</summary>
internal sealed class PatientLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.Unit(s.select(1, 0)).sub(LayerMath.Unit(t.select(1, 0))).Squared().sum(-1));
}
