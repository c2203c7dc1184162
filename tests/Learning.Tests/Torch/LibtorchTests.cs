using KdCluster.Learning.Torch;

namespace KdCluster.Tests.Torch;

public sealed class LibtorchTests
{
    // As libtorch 2.10 for CUDA writes it, shortened.
    private const string Config = """
        PyTorch built with:
          - GCC 13.3
          - Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build 20240605 for Intel(R) 64 architecture applications
          - CPU capability usage: AVX512
          - Build settings: BLAS_INFO=mkl, BUILD_TYPE=Release, CUDA_VERSION=12.8, CUDNN_VERSION=9.10.2, TORCH_VERSION=2.10.0, USE_CUDA=ON, USE_MKL=ON, 
        """;

    [Fact]
    public void What_libtorch_says_of_itself_is_read()
    {
        Assert.Equal(new LibtorchBuild("2.10.0", "mkl (2024.2)", "AVX512", "12.8"), LibtorchBuild.Parse(Config));
        Assert.Equal(new LibtorchBuild(null, null, null, null), LibtorchBuild.Parse("PyTorch"));
        TorchRuntime.Initialize();
        Assert.Matches(@"^2\.10\.\d+$", TorchRuntime.Build.Version);
        Assert.NotNull(TorchRuntime.Build.Blas);
        Assert.NotNull(TorchRuntime.Build.CpuCapability);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"), Assert.Single(LibtorchBuild.Files));
    }

    [Theory]
    [InlineData("2.10.1", null)]
    [InlineData("2.9.0", "2.9.0")]
    [InlineData("2.1.0", "2.1.0")]
    [InlineData(null, "of unknown version")]
    public void Another_version_line_is_refused(string? found, string? said)
    {
        Exception? refused = Record.Exception(() => LibtorchLoader.CheckVersion(found, "2.10.0.0", "/there"));
        if (said is null)
        {
            Assert.Null(refused);
            return;
        }

        Assert.Equal("KD1211", Assert.IsType<KdException>(refused).Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }
}
