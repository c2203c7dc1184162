using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Distances by hand: insert, delete, replace and swap neighbours cost 1 each; a third of the letters may be wrong, and always one.</summary>
public class NearestNameTests
{
    [Theory]
    [InlineData("batch_size", "batchSize")]
    [InlineData("Batch-Size", "batchSize")]
    [InlineData("kitten", "sittin")]
    [InlineData("ca", "ac")]
    [InlineData("bacdfe", "abcdef")]
    [InlineData("abc", "abcd")]
    [InlineData("abcd", "abc")]
    [InlineData("bcd", "abcd")]
    [InlineData("x", "y")]
    [InlineData("layer-2", "layer2")]
    public void A_name_that_is_near_is_meant(string given, string known) => Assert.Equal(known, NearestName.Of(given, ["quite another", known]));

    [Theory]
    [InlineData("kitten", "sitting")]
    [InlineData("badcfe", "abcdef")]
    [InlineData("abc", "abcde")]
    [InlineData("ca", "abc")]
    [InlineData("ab", "cd")]
    [InlineData("abcdef", "abc")]
    public void One_that_is_far_is_not(string given, string known) => Assert.Null(NearestName.Of(given, [known]));

    [Fact]
    public void The_nearest_wins_and_of_equals_the_first()
    {
        Assert.Equal("abc", NearestName.Of("abc", ["abd", "abc", "abe"]));
        Assert.Equal("aby", NearestName.Of("abx", ["aby", "abz"]));
        Assert.Null(NearestName.Of("abc", []));
    }
}
