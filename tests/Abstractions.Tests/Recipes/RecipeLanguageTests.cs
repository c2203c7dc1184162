using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>The task language-modelling in recipes: what it adds, and what of classes it refuses.</summary>
public class RecipeLanguageTests
{
    private const string Task = "\"task\": \"language-modelling\"", File = "\"train\": \"a.txt\"", Student = "\"kind\": \"gpt2\"";

    [Fact]
    public void A_text_file_and_a_decoder_are_enough()
    {
        Recipe recipe = Sample.Read(Task, File, Student);
        Assert.Equal(TaskNames.LanguageModelling, recipe.TaskOrDefault());
        Assert.Equal("perplexity", Sample.Read($"{Task}, \"stages\": [{{ \"name\": \"one\" }}]", File, Student).Stages![0].Select);
        Assert.Equal("llama", Sample.Read(Task, "\"train\": \"a.jsonl\", \"columns\": { \"text\": \"story\" }", "\"kind\": \"llama\", \"layers\": 2").Student.Kind);
    }

    [Theory]
    [InlineData(Task, File, Sample.Bag, "student.kind", "does not say the next token")]
    [InlineData(Task, File, "\"kind\": \"resnet\"", "student.kind", "is a model for images")]
    [InlineData("\"baselines\": []", "\"train\": \"a.tsv\"", Student, "student.kind", "says the next token, and the task is `text-classification`")]
    [InlineData("\"baselines\": []", File, Sample.Bag, "data.train", "does not show its format")]
    [InlineData("\"baselines\": []", "\"train\": \"a.tsv\", \"format\": \"text\"", Sample.Bag, "data.format", "is no format of the task")]
    [InlineData(Task, $"{File}, \"labels\": [\"a\", \"b\"]", Student, "data.labels", "has a meaning only")]
    [InlineData(Task, $"{File}, \"vocabulary\": 100", Student, "data.vocabulary", "has a meaning only")]
    [InlineData(Task, $"{File}, \"transform\": [{{ \"kind\": \"drop-rows\", \"share\": 0.5 }}]", Student, "data.transform", "has a meaning only")]
    [InlineData(Task, $"{File}, \"columns\": {{ \"label\": \"x\" }}", Student, "data.columns.label", "has a meaning only")]
    [InlineData($"{Task}, \"training\": {{ \"augmentation\": {{ \"dropWords\": 0.1 }} }}", File, Student, "training.augmentation", "has a meaning only")]
    [InlineData($"{Task}, \"stages\": [{{ \"name\": \"one\", \"select\": \"accuracy\" }}]", File, Student, "stages[0].select", "has no accuracy")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"a\" }}, {{ \"name\": \"b\" }}], \"weighting\": {{ \"kind\": \"reinforced\", \"reward\": \"r3\" }}", File, Student, "weighting.reward", "the reward `r3` has the accuracy in it")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"a\" }}, {{ \"name\": \"b\" }}], \"weighting\": {{ \"kind\": \"entropy\" }}", File, Student, "weighting.kind", "the classes that a teacher doubts between")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"a\" }}, {{ \"name\": \"b\" }}], \"baselines\": [\"best-single\", \"entropy\"]", File, Student, "baselines[1]", "the classes that a teacher doubts between")]
    [InlineData($"{Task}, \"teachers\": [{{ \"name\": \"a\" }}], \"objective\": {{ \"terms\": [{{ \"loss\": \"kd\" }}, {{ \"loss\": \"embedding-mse\" }}] }}", File, Student, "objective.terms[1].loss", "losses compare the answers at each token")]
    [InlineData($"{Task}, \"stages\": [{{ \"name\": \"one\" }}, {{ \"name\": \"two\", \"teachers\": [\"stage:one\"] }}]", File, Student, "stages[1].teachers[0]", "the run's own students do not teach")]
    [InlineData($"{Task}, \"training\": {{ \"pruning\": {{ \"sparsity\": 0.5 }} }}", File, Student, "training.pruning", "decoders are not compressed")]
    [InlineData($"{Task}, \"training\": {{ \"quantization\": {{ \"bits\": 8 }} }}", File, Student, "training.quantization", "decoders are not compressed")]
    [InlineData($"{Task}, \"driver\": {{ \"kind\": \"generations\", \"count\": 2 }}", File, Student, "driver.kind", "the run's own students do not teach")]
    [InlineData(Task, File, "\"kind\": \"llama\", \"embedding\": 30, \"heads\": 4", "student.heads", "4 heads do not divide an embedding of 30")]
    public void What_is_for_classes_is_refused(string rest, string data, string student, string where, string what)
    {
        KdError error = Sample.Error(rest, data, student);
        Assert.Contains(error.Code, (string[])["KD1007", "KD1004"]);
        Assert.Contains($"({where})", error.Where!, StringComparison.Ordinal);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }
}
