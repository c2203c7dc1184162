using KdCluster.SoftTargets;

namespace KdCluster.Tests;

/// <summary>Keys as version 0.1 gave them: what was kept under them is found by every later version.</summary>
public sealed class GoldenKeyTests
{
    private static readonly string Teacher = new('a', 64), Labels = new('1', 64);

    [Theory]
    [InlineData("115e93e2e3ce48da67c6236219729a0c", OutputNames.Logits, ElementType.Float32, 4, 0)]
    [InlineData("92b0b97f5f3d5eb42ebf3734e2a239f9", OutputNames.Logits, ElementType.Float16, 4, 0)]
    [InlineData("74149fcc064c380a1f262cf8129f4d51", OutputNames.Logits, ElementType.BFloat16, 20, 0)]
    [InlineData("70b7cb38df1b81bab1729d46d0ee9833", OutputNames.Logits, ElementType.TopK, 1000, 8)]
    [InlineData("0084f8f18791bde9123082b44aa8faf0", OutputNames.Embedding, ElementType.Float16, 128, 0)]
    [InlineData("83dbf3486a68e6925bfc51649c942282", OutputNames.Embedding, ElementType.Float32, 64, 0)]
    public void A_set_keeps_its_key(string name, string output, ElementType element, int width, int topK) =>
        Assert.Equal(name, SetKey.Of(new SoftTargetSet(Teacher, output, element, width, topK, Labels)).Name);

    [Fact]
    public void An_input_keeps_its_fingerprint() => Assert.Equal("44bcdd32af94dd6e630705e7c8c06830", Fingerprints.Instance([2, 17, 400, 65_536, 3]).ToString());
}
