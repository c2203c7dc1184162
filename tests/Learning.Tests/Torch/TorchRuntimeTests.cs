using KdCluster.Learning.Torch;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Torch;

public sealed class TorchRuntimeTests : TensorScope
{
    [Fact]
    public void Devices_are_found_by_name_and_absent_ones_refused()
    {
        Assert.Equal(DeviceType.CPU, TorchRuntime.ParseDevice("cpu").type);
        foreach (string name in (string[])["cuda:99", "gpu", "cuda:", "cuda:-1", "CPU", ""])
            Assert.Equal("KD1206", Assert.Throws<KdException>(() => TorchRuntime.ParseDevice(name)).Code);
    }

    [Fact]
    public void Seeded_code_draws_the_same_numbers_each_time()
    {
        float[] Draw(long seed) => TorchRuntime.WithSeed(seed, () =>
        {
            using torch.Tensor drawn = torch.randn(8);
            return drawn.data<float>().ToArray();
        });
        float[] first = Draw(5);
        Assert.Equal(first, Draw(5));
        Assert.NotEqual(first, Draw(6));
    }

    [Fact]
    public void It_says_what_it_runs_on()
    {
        Assert.Matches(@"^\d+\.\d+", TorchRuntime.Version);
        Assert.Contains($"libtorch {TorchRuntime.Version}", TorchRuntime.Describe(), StringComparison.Ordinal);
        Assert.Contains("CUDA device", TorchRuntime.Describe(), StringComparison.Ordinal);
    }
}
