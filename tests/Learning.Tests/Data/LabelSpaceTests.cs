using KdCluster.Learning.Data;

namespace KdCluster.Tests.Data;

public sealed class LabelSpaceTests
{
    /// <summary>It is part of the keys of kept soft targets. The number is from Python's hashlib, over each name's length as four bytes and its UTF-8.</summary>
    [Fact]
    public void A_label_space_keeps_its_hash() => Assert.Equal("922ea56d892f4b36b5fd6542a7d2d659ae5770576dfa32ff7ef4b5aacc6e3315", new LabelSpace(["World", "Sports", "Straße", "科技"]).Hash);

    [Fact]
    public void It_depends_on_order_and_on_where_names_end()
    {
        string[][] spaces = [["a", "b"], ["b", "a"], ["ab", ""], ["a", "b", ""], ["", "ab"], ["a\0b", ""]];
        Assert.Equal(spaces.Length, spaces.Select(s => new LabelSpace(s).Hash).Distinct().Count());
    }
}
