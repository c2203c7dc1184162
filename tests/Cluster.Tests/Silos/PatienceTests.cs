using KdCluster.Cluster.Silos;
using Orleans.Runtime;

namespace KdCluster.Tests.Silos;

public class PatienceTests
{
    private readonly Patience _patience = new(TimeProvider.System);

    [Theory]
    [InlineData("KD1322", true)]
    [InlineData("KD1603", false)]
    public async Task What_passes_is_waited_for_and_what_lasts_is_told_at_once(string code, bool passes)
    {
        int calls = 0;
        Task<int> asked = _patience.CallAsync(() => ++calls == 1 ? throw new KdException(code, "said by a grain.") : Task.FromResult(calls), CancellationToken.None);

        if (passes)
        {
            Assert.Equal(2, await asked);
        }
        else
        {
            Assert.Equal(code, (await Assert.ThrowsAsync<KdException>(() => asked)).Code);
        }
    }

    [Fact]
    public async Task What_a_grain_says_of_itself_is_found_inside_of_what_Orleans_makes_of_it()
    {
        KdException told = await Assert.ThrowsAsync<KdException>(() => _patience.CallAsync<int>(
            () => throw new OrleansException("it did not activate", new KdException("KD1603", "its file is damaged.")), CancellationToken.None));

        Assert.Equal("KD1603", told.Code);
    }
}
