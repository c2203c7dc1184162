using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Rows without labels in recipes.</summary>
public sealed class RecipeUnlabelledTests
{
    private const string Files = "\"train\": \"a.tsv\", \"unlabelled\": \"b.tsv\"";
    private const string Teachers = "\"teachers\": [{ \"name\": \"a\" }, { \"name\": \"b\" }]";

    [Fact]
    public void They_are_a_file_beside_the_others_and_part_of_the_hash()
    {
        Recipe recipe = Sample.Read(Teachers, Files), without = Sample.Read(Teachers, "\"train\": \"a.tsv\"");
        Assert.Equal("b.tsv", recipe.Data.Unlabelled);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(RecipeWriter.Write(recipe), "")));
        Assert.NotEqual(RecipeHash.Of(recipe), RecipeHash.Of(without));
        Assert.Equal(Path.Combine(Path.GetTempPath(), "b.tsv"), RecipePaths.Absolute(recipe.Data, Path.Combine(Path.GetTempPath(), "r.json")).Unlabelled);
        Assert.Equal(["data.train", "data.unlabelled"], RecipePaths.FilesOf(recipe.Data).Select(f => f.Key));
    }

    [Theory]
    [InlineData("", Files, "no teacher says anything of these rows")]
    [InlineData("\"stages\": [{ \"name\": \"one\" }]", Files, "no teacher says anything of these rows")]
    [InlineData(Teachers, "\"builtIn\": \"dotnet-docs\", \"unlabelled\": \"b.tsv\"", "\"unlabelled\" has a meaning only with files")]
    [InlineData($"{Teachers}, \"task\": \"image-classification\"", "\"train\": \"a.idx\", \"trainLabels\": \"l\", \"unlabelled\": \"b.idx\"", "\"unlabelled\" has a meaning only")]
    [InlineData(Teachers, "\"train\": \"a.tsv\", \"unlabelled\": \"./a.tsv\"", "\"unlabelled\" is the same file as \"train\"")]
    public void Where_nobody_could_learn_from_them_they_are_refused(string rest, string data, string what) =>
        Assert.Contains(Sample.Errors(Sample.Json(rest, data, rest.Contains("image", StringComparison.Ordinal) ? "\"kind\": \"mlp\"" : Sample.Bag)), e => e.What.Contains(what, StringComparison.Ordinal) && e.Where!.Contains("data.unlabelled", StringComparison.Ordinal));

    [Fact]
    public void A_stage_that_an_earlier_one_teaches_learns_from_them() =>
        Assert.Equal("b.tsv", Sample.Read("\"stages\": [{ \"name\": \"one\" }, { \"name\": \"two\", \"teachers\": [\"stage:one\"] }]", Files).Data.Unlabelled);

    [Theory]
    [InlineData("\"loop\": { \"kind\": \"bilevel\" }", "(loop.kind)")]
    [InlineData("\"stages\": [{ \"name\": \"one\", \"teachers\": [\"a\"], \"loop\": { \"kind\": \"bilevel\" } }]", "(stages[0].loop.kind)")]
    [InlineData("\"stages\": [{ \"name\": \"one\", \"loop\": { \"kind\": \"bilevel\" } }]", "(stages[0].loop.kind)")]
    [InlineData("\"variants\": { \"two\": { \"loop\": { \"kind\": \"bilevel\" } } }", "(variants.two.loop.kind)")]
    [InlineData("\"variants\": { \"two\": { \"stages\": [{ \"name\": \"one\", \"loop\": { \"kind\": \"bilevel\" } }] } }", "(variants.two.stages[0].loop.kind)")]
    [InlineData("\"driver\": { \"kind\": \"grid\", \"axes\": { \"x\": { \"l\": { \"loop\": { \"kind\": \"bilevel\" } }, \"m\": { \"training\": { \"epochs\": 3 } } } } }", "(driver.axes.x.l.loop.kind)")]
    public void Made_data_are_of_labelled_rows_wherever_the_loop_is_named(string rest, string where) =>
        Assert.Contains(Sample.Errors(Sample.Json($"{Teachers}, {rest}", Files)), e => e.Code == "KD1007" && e.What.Contains("makes data of labelled rows alone", StringComparison.Ordinal) && e.Where!.EndsWith(where, StringComparison.Ordinal));

    [Fact]
    public void A_stage_without_teachers_may_make_data_and_a_later_one_learn_from_them_all() =>
        Assert.Equal("b.tsv", Sample.Read(
            $"{Teachers}, \"stages\": [{{ \"name\": \"made\", \"teachers\": [], \"training\": {{ \"weightDecay\": 0 }}, \"loop\": {{ \"kind\": \"bilevel\" }} }}, {{ \"name\": \"two\" }}]", Files, "\"kind\": \"bag-of-embeddings\", \"dropout\": 0").Data.Unlabelled);

    [Theory]
    [InlineData("\"variants\": { \"two\": { \"stages\": [{ \"name\": \"a\" }, { \"name\": \"b\", \"teachers\": [\"stage:a\"] }] } }")]
    [InlineData("\"variants\": { \"two\": { \"stages\": [{ \"name\": \"a\", \"teachers\": [\"average\"] }] } }")]
    [InlineData("\"driver\": { \"kind\": \"generations\", \"count\": 2 }")]
    [InlineData("\"variants\": { \"two\": { \"driver\": { \"kind\": \"generations\", \"count\": 2 } } }")]
    public void Teachers_that_the_run_makes_of_its_students_say_something_of_them(string rest)
    {
        Recipe recipe = Sample.Read(rest, Files);
        Assert.Equal("b.tsv", recipe.Data.Unlabelled);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(RecipeWriter.Write(recipe), "")));
    }

    [Theory]
    [InlineData("\"variants\": { \"two\": { \"training\": { \"epochs\": 3 } } }")]
    [InlineData("\"variants\": { \"two\": { \"stages\": [{ \"name\": \"a\" }, { \"name\": \"b\", \"init\": \"previous.best\" }] } }")]
    public void Variants_that_nobody_teaches_say_nothing_of_them(string rest) =>
        Assert.Contains("no teacher says anything of these rows", Sample.Error(rest, Files).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"teachers\": 5")]
    [InlineData("\"variants\": { \"two\": { \"stages\": [{ \"name\": \"a\" }, { \"name\": \"b\", \"teachers\": 5 }] } }")]
    [InlineData("\"variants\": { \"two\": { \"stages\": 5 } }")]
    public void Where_teachers_are_given_wrongly_that_alone_is_told(string rest) =>
        Assert.DoesNotContain(Sample.Errors(Sample.Json(rest, Files)), e => e.What.Contains("no teacher", StringComparison.Ordinal));

    [Fact]
    public void A_teacher_that_the_run_trains_does_not_see_them()
    {
        const string Own = "\"teachers\": [{ \"name\": \"a\", \"train\": { \"model\": { \"kind\": \"text-cnn\" } } }]";
        Recipe with = Sample.Read(Own, Files), without = Sample.Read(Own, "\"train\": \"a.tsv\"");
        Recipe teacher = TeacherTraining.RecipeOf(with, with.Teachers[0]);
        Assert.Null(teacher.Data.Unlabelled);
        Assert.Equal(RecipeHash.Of(TeacherTraining.RecipeOf(without, without.Teachers[0])), RecipeHash.Of(teacher));
    }
}
