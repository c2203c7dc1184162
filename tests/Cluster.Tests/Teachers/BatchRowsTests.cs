using KdCluster.Cluster.Teachers;
using KdCluster.SoftTargets;

namespace KdCluster.Tests.Teachers;

public sealed class BatchRowsTests
{
    [Theory]
    [InlineData(256, 64, 32, 32)]
    [InlineData(50_257, 64, 32, 32)]
    [InlineData(50_257, 1024, 32, 5)]
    [InlineData(128_256, 1024, 256, 2)]
    [InlineData(128_256, 8192, 256, 1)]
    public void A_batch_of_the_longest_texts_fits_into_an_array(int vocabulary, int longest, int allowed, int rows)
    {
        Assert.Equal(rows, BatchRows.Of(allowed, Outputs(vocabulary), longest));
        Assert.True((long)rows * longest * vocabulary <= Array.MaxLength);
    }

    [Fact]
    public void What_fits_no_array_is_refused_and_other_outputs_change_nothing()
    {
        Assert.Equal("KD1311", Assert.Throws<KdException>(() => BatchRows.Of(32, Outputs(262_144), 8192)).Code);
        Assert.Equal(256, BatchRows.Of(256, [(OutputNames.Logits, new OutputShape(1 << 20)), ("hidden.0", new OutputShape(OutputShape.Length, 1 << 20))], 8192));
    }

    private static (string Name, OutputShape Shape)[] Outputs(int vocabulary) => [(OutputNames.TokenLogits, new OutputShape(OutputShape.Length, vocabulary))];
}
