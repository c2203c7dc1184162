using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipePathsTests
{
    [Theory]
    [InlineData(null, "a.tsv", "tsv")]
    [InlineData(null, "a.b.CSV", "csv")]
    [InlineData(null, "a.csv.GZ", "csv")]
    [InlineData(null, "a.jsonl", "jsonl")]
    [InlineData(null, "a.ndjson.gz", "jsonl")]
    [InlineData(null, "a.txt", "text")]
    [InlineData(null, "tsv", null)]
    [InlineData(null, "a.gz", null)]
    [InlineData(null, null, null)]
    [InlineData("csv", "a.tsv", "csv")]
    [InlineData("jsonl", null, "jsonl")]
    public void A_format_is_the_one_given_or_the_one_of_the_ending(string? given, string? file, string? format) => Assert.Equal(format, RecipePaths.FormatOf(given, file));

    [Fact]
    public void Every_file_of_the_data_is_relative_to_the_recipe()
    {
        DataSpec data = RecipePaths.Absolute(new DataSpec { Train = "a.tsv", Validation = "../b.tsv", Test = "/c.tsv" }, "/runs/one/r.json");
        Assert.Equal(("/runs/one/a.tsv", "/runs/b.tsv", "/c.tsv"), (data.Train, data.Validation, data.Test));
        Assert.Null(RecipePaths.Absolute(new DataSpec(), "/runs/one/r.json").Train);
    }

    [Theory]
    [InlineData("../data/sst2/train.tsv", "/sets/sst2/train.tsv")]
    [InlineData("data/sst2/train.tsv", "/sets/sst2/train.tsv")]
    [InlineData("./sst2/train.tsv", "/sets/sst2/train.tsv")]
    [InlineData("data", "/sets/data")]
    [InlineData("/data/train.tsv", null)]
    public void A_data_set_is_looked_for_in_the_folder_of_data_sets(string file, string? there) => Assert.Equal(there, RecipePaths.InDataFolder(file, "/sets"));
}
