using KdCluster.Learning.Objectives;
using KdCluster.Learning.Objectives.Layers;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

public class ContrastBankTests : TensorScope
{
    [Fact]
    public void A_memory_is_made_without_a_copy()
    {
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using ContrastBank bank = new(4, 5, 3, 100);
        // Two maps of a weight and a bias each, two memories and the sizes.
        Assert.Equal(7, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before);
        Assert.InRange(bank.Students.abs().max().item<float>(), 0.9f, 1);
        Assert.InRange(bank.Teachers.min().item<float>(), -1, -0.9f);
    }

    /// <summary>The least temperature that a recipe may give, where every score is the largest, 1.</summary>
    [Theory]
    [InlineData(0.015, true)]
    [InlineData(0.011, false)]
    public void From_the_least_temperature_on_the_loss_is_finite(double temperature, bool finite)
    {
        const int Rows = 60_000, Batch = 4;
        using ContrastBank bank = new(2, 2, 3, Rows);
        Tensor student = ones(Batch, 2), teacher = ones(Batch, 2);
        (Tensor u, Tensor v) = bank.Embed(student, teacher);
        using (no_grad())
        {
            bank.Teachers.copy_(u[0]);
            bank.Students.copy_(v[0]);
        }

        Tensor losses = new ContrastiveRepresentationLoss(100, temperature, 0.5, 3).Evaluate(new LayerInput([student], [teacher], ones(Batch, 1)) { Rows = [0, 1, 2, 3], Adapter = bank });
        Assert.Equal(finite, losses.isfinite().all().item<bool>());
    }
}
