using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeKeyTests
{
    [Theory]
    [InlineData(null, null, false, false, null)]
    [InlineData(2.0, null, false, false, "at least 2")]
    [InlineData(0.0, null, true, false, "above 0")]
    [InlineData(null, 0.5, false, false, "at most 0.5")]
    [InlineData(null, 1.0, false, true, "below 1")]
    [InlineData(1.0, 5.0, false, false, "1 to 5")]
    [InlineData(0.0, 1.0, true, true, "above 0 to below 1")]
    public void A_range_is_told_in_words(double? min, double? max, bool above, bool below, string? words) =>
        Assert.Equal(words, Key(min, max, above, below).Range);

    [Theory]
    [InlineData(1.0, 5.0, false, false, new[] { 1, 3, 5.0 }, new[] { 0.9, 5.1, double.NaN, double.PositiveInfinity })]
    [InlineData(1.0, 5.0, true, true, new[] { 1.1, 4.9 }, new[] { 0, 1.0, 5, 6 })]
    [InlineData(null, null, true, true, new[] { -1e300, 0, 1e300 }, new[] { double.NaN, double.NegativeInfinity })]
    [InlineData(0.0, null, false, true, new[] { 0, 1e300 }, new[] { -0.1 })]
    [InlineData(null, 0.0, true, false, new[] { 0, -1e300 }, new[] { 0.1 })]
    public void A_value_is_in_its_range_or_not(double? min, double? max, bool above, bool below, double[] inside, double[] outside)
    {
        RecipeKey key = Key(min, max, above, below);
        Assert.All(inside, v => Assert.True(key.InRange(v)));
        Assert.All(outside, v => Assert.False(key.InRange(v)));
    }

    [Fact]
    public void A_text_fits_its_pattern_and_any_where_there_is_none()
    {
        RecipeKey key = new("k", RecipeKeyType.Text, "doc");
        Assert.True(key.Fits(""));
        Assert.True((key with { Pattern = "^a+$" }).Fits("aa"));
        Assert.False((key with { Pattern = "^a+$" }).Fits("ab"));
    }

    [Theory]
    [InlineData("Text", "a text")]
    [InlineData("Whole", "a whole number")]
    [InlineData("Number", "a number")]
    [InlineData("Flag", "true or false")]
    [InlineData("Texts", "a list of texts")]
    [InlineData("Wholes", "a list of whole numbers")]
    [InlineData("Column", "a column name or a position")]
    [InlineData("Scheduled", "a number or a schedule")]
    [InlineData("Section", "a section { … }")]
    [InlineData("Sections", "a list of sections [{ … }]")]
    public void Every_type_has_words(string type, string words)
    {
        RecipeKey key = new("k", Enum.Parse<RecipeKeyType>(type), "doc");
        Assert.Equal(words, key.TypeWords);
    }

    [Fact]
    public void A_type_that_there_is_not_has_no_words() =>
        Assert.Equal("99 has no words", Assert.Throws<InvalidOperationException>(() => new RecipeKey("k", (RecipeKeyType)99, "doc").TypeWords).Message);

    private static RecipeKey Key(double? min, double? max, bool above, bool below) => new("k", RecipeKeyType.Number, "doc") { Min = min, Max = max, AboveMin = above, BelowMax = below };
}
