using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class HeldScalarTests : TensorScope
{
    [Fact]
    public void A_collection_in_the_middle_of_a_call_changes_no_number()
    {
        using var dropout = new SeededDropout(0.5) { Random = new Generator(1) };
        using var ended = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using Tensor input = ones(8);
            for (int i = 0; i < 20_000; i++)
            {
                using var scope = NewDisposeScope();
                float[] kept = dropout.call(input).data<float>().ToArray();
                Assert.All(kept, x => Assert.True(x is 0 or 2, $"{x}"));
                Assert.Equal(7, input.Times(7).Minus(1).PlusInPlace(2).OverInPlace(8).TimesInPlace(7)[0].item<float>());
            }
        }
        finally
        {
            ended.Cancel();
            collector.Join();
            dropout.Random.Dispose();
        }
    }
}
