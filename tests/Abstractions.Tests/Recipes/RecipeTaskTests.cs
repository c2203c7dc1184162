using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public sealed class RecipeTaskTests
{
    private const string Task = "\"task\": \"image-classification\"";
    private const string Idx = "\"train\": \"train-images-idx3-ubyte.gz\"";
    private const string Mlp = "\"kind\": \"mlp\"";

    [Fact]
    public void A_recipe_of_images_is_written_with_the_keys_that_have_a_meaning_and_read_back()
    {
        Recipe recipe = Sample.Read(Task, Idx, "\"kind\": \"resnet\", \"depth\": 56, \"mean\": [0.5], \"std\": [0.25]");
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Read(written, "")));
        Assert.Equal((56, 16), (recipe.Student.DepthOrDefault(), recipe.Student.ChannelsOrDefault()));
        foreach (string absent in new[] { "maxLength", "vocabulary", "header", "columns", "embedding", "hidden", "heads", "filters" })
            Assert.DoesNotContain($"\"{absent}\"", written, StringComparison.Ordinal);
    }

    /// <summary>Else a teacher would be another one for every augmentation, and nothing in its name would say so.</summary>
    [Fact]
    public void A_teacher_that_is_trained_learns_from_the_images_as_they_are()
    {
        Recipe recipe = Sample.Read($"{Task}, \"teachers\": [{{ \"name\": \"own\", \"train\": {{ \"model\": {{ {Mlp} }} }} }}]", $"{Idx}, \"augment\": {{ \"crop\": 4 }}", Mlp);
        Assert.Equal(4, recipe.Data.Augment!.Crop);
        Assert.Null(TeacherTraining.RecipeOf(recipe, recipe.Teachers[0]).Data.Augment);
    }

    [Fact]
    public void The_task_of_texts_is_the_one_that_is_left_out()
    {
        Recipe given = Sample.Read("\"task\": \"text-classification\""), left = Sample.Read();
        Assert.Equal(TaskNames.TextClassification, given.TaskOrDefault());
        Assert.Equal(RecipeHash.Of(left), RecipeHash.Of(given));
    }

    [Theory]
    [InlineData("\"columns\": { \"text\": \"a\" }", "data.columns")]
    [InlineData("\"header\": false", "data.header")]
    [InlineData("\"maxLength\": 16", "data.maxLength")]
    [InlineData("\"vocabulary\": 100", "data.vocabulary")]
    public void Keys_of_texts_are_refused_with_images(string key, string where)
    {
        KdError error = Sample.Error(Task, $"{Idx}, {key}", Mlp);
        Assert.Equal("KD1007", error.Code);
        Assert.Contains(where, error.Where!, StringComparison.Ordinal);
        Assert.Contains("text-classification", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"embedding\": 8", "embedding")]
    [InlineData("\"heads\": 2", "heads")]
    public void A_models_keys_of_texts_are_refused_with_images(string key, string name)
    {
        KdError error = Sample.Error(Task, Idx, $"{Mlp}, {key}");
        Assert.Equal("KD1007", error.Code);
        Assert.Contains(name, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_images_are_refused_with_texts_and_all_at_once()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json("", "\"train\": \"a.tsv\", \"trainLabels\": \"b\"", "\"kind\": \"transformer\", \"depth\": 8, \"mean\": [0.5]"));
        Assert.Equal(["KD1007", "KD1007", "KD1007"], errors.Select(e => e.Code));
        Assert.Equal(["data.trainLabels", "student.depth", "student.mean"], errors.Select(e => e.Where!.Split('(', ')')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_model_of_another_task_is_refused_in_the_recipe_in_stages_and_in_a_chain()
    {
        Assert.Contains("\"resnet\" is a model for images, and the task is `text-classification`.", Sample.Error(student: "\"kind\": \"resnet\"").What, StringComparison.Ordinal);
        Assert.Contains("\"bilstm\" is a model for texts, and the task is `image-classification`.", Sample.Error(Task, Idx, "\"kind\": \"bilstm\"").What, StringComparison.Ordinal);
        KdError stage = Sample.Error($"{Task}, \"stages\": [{{ \"name\": \"one\", \"student\": {{ \"kind\": \"bilstm\" }} }}]", Idx, Mlp);
        Assert.Contains("stages[0].student.kind", stage.Where!, StringComparison.Ordinal);
        Assert.Contains(Sample.Errors(Sample.Json($"{Task}, \"teachers\": [{{ \"name\": \"a\" }}], \"driver\": {{ \"kind\": \"chain\", \"students\": [{{ \"kind\": \"bilstm\" }}] }}", Idx, Mlp)), e => e.Where!.Contains("driver.students[0].kind", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Task, "\"train\": \"a.tsv\"", Mlp, "does not show its format")]
    [InlineData(Task, "\"train\": \"a.bin\", \"format\": \"tsv\"", Mlp, "is no format of the task `image-classification`")]
    [InlineData("", "\"train\": \"a.tsv\", \"format\": \"png\"", Sample.Bag, "is no format of the task `text-classification`")]
    [InlineData(Task, "\"train\": \"a.idx\"", Mlp, "does not show which file has its labels")]
    [InlineData(Task, "\"train\": \"a.bin\", \"trainLabels\": \"b\"", Mlp, "only with idx files")]
    [InlineData(Task, $"{Idx}, \"augment\": {{ \"seed\": 1 }}", Mlp, "changes no image")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"t\" }}], \"objective\": {{ \"terms\": [{{ \"loss\": \"map-mse\", \"pool\": 4 }}] }}", $"{Idx}, \"augment\": {{ \"flip\": true }}", "\"kind\": \"cnn\"", "compares pixels at their places")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"t\" }}], \"objective\": {{ \"terms\": [{{ \"loss\": \"review\", \"layers\": [{{ \"student\": 3, \"teacher\": 3 }}, {{ \"student\": 1, \"teacher\": 1 }}] }}] }}", Idx, "\"kind\": \"cnn\"", "do not get deeper from pair to pair")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"t\" }}], \"objective\": {{ \"terms\": [{{ \"loss\": \"review\", \"layers\": [{{ \"student\": 1, \"teacher\": 1 }}, {{ \"student\": 1, \"teacher\": 2 }}] }}] }}", Idx, "\"kind\": \"cnn\"", "do not get deeper from pair to pair")]
    [InlineData("", "\"train\": \"a.tsv\", \"augment\": { \"crop\": 1 }", Sample.Bag, "only with the task `image-classification`")]
    [InlineData(Task, Idx, "\"kind\": \"resnet\", \"depth\": 21", "6n+2 layers")]
    [InlineData(Task, Idx, "\"kind\": \"resnet\", \"channels\": 15", "even number of channels")]
    [InlineData(Task, Idx, "\"kind\": \"cnn\", \"depth\": 14", "2 to 10 convolutions")]
    [InlineData(Task, Idx, "\"kind\": \"mlp\", \"std\": [0]", "out of range")]
    [InlineData(Task, Idx, "\"kind\": \"mlp\", \"mean\": 0.5", "expected a list of numbers")]
    public void What_contradicts_itself_is_one_mistake(string rest, string data, string student, string words)
        => Assert.Contains(words, Sample.Error(rest, data, student).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("review", "[{ \"student\": 1, \"teacher\": 1 }, { \"student\": 2, \"teacher\": 3 }, { \"student\": 3, \"teacher\": 2 }]")]
    [InlineData("map-fsp", "[{ \"student\": 3, \"teacher\": 3 }, { \"student\": 1, \"teacher\": 1 }]")]
    public void Layers_may_be_listed_in_the_order_that_a_loss_reads_them_in(string loss, string layers) =>
        Assert.NotEmpty(Sample.Read($"{Task}, \"teachers\": [{{ \"name\": \"t\" }}], \"objective\": {{ \"terms\": [{{ \"loss\": \"{loss}\", \"layers\": {layers} }}] }}", Idx, "\"kind\": \"cnn\"").Objective.Terms!);

    [Theory]
    [InlineData(null, "data/train-images-idx3-ubyte.gz", "idx")]
    [InlineData(null, "a.idx", "idx")]
    [InlineData(null, "a.bin.gz", "cifar")]
    [InlineData(null, "images/train", "png")]
    [InlineData(null, "train.gz", null)]
    [InlineData(null, "a.tsv", null)]
    [InlineData("png", "a.bin", "png")]
    [InlineData(null, null, null)]
    public void The_format_of_images_is_the_one_given_or_told_by_the_name(string? given, string? file, string? format) => Assert.Equal(format, RecipePaths.ImageFormatOf(given, file));

    [Theory]
    [InlineData("data/t10k-images-idx3-ubyte.gz", "data/t10k-labels-idx1-ubyte.gz")]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte")]
    [InlineData("images.idx", null)]
    [InlineData(null, null)]
    public void Labels_are_found_by_the_names_that_are_usual(string? images, string? labels) => Assert.Equal(labels, RecipePaths.LabelsOf(images));
}
