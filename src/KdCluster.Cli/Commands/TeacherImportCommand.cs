using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher import</c>.</summary>
internal static class TeacherImportCommand
{
    public static readonly Command Definition = new()
    {
        Path = "teacher import",
        Summary = "Make a checkpoint in home/models/NAME of weights that another program trained. Needs no silo.",
        Arguments = [ModelName.Argument, new Argument("WEIGHTS", "A safetensors file with the weights")],
        Options = [CommonOptions.Recipe, CommonOptions.Set, CommonOptions.Home],
        Remarks = "For image models. The recipe has no teachers: its `student` is the model, with the `mean` and `std` that it was trained with, and its `data` names the classes. The model is scored on the test rows, or else on the validation rows.",
        Example = "kd teacher import resnet20 net.safetensors --recipe cifar10-teacher.json",
        Run = (invocation, stop) => Task.FromResult(Run(invocation, stop)),
    };

    private static int Run(Invocation invocation, CancellationToken stop)
    {
        string name = ModelName.Checked(invocation.Required(0)), weights = invocation.Context.At(invocation.Required(1));
        Recipe recipe = RecipeSource.Read(invocation);
        if (recipe.Teachers.Count > 0)
            throw new KdException("KD1704", "the recipe has teachers, so it trains a student.", "--recipe", "Leave `teachers` out of a teacher's recipe.");
        if (recipe.TaskOrDefault() != TaskNames.ImageClassification)
            throw new KdException("KD1704", $"the recipe's task is {recipe.TaskOrDefault()}: weights of a text model mean nothing without their tokenizer.", "--recipe", $"Give a recipe of the task {TaskNames.ImageClassification}, or train the model: kd teacher train.");
        SiloStarter.PrepareDevice(invocation);
        string file = invocation.Context.At(invocation.Needed(CommonOptions.Recipe));
        TaskData data = TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, Path.GetDirectoryName(file)!);
        InputEncoder encoder = data.StudentEncoder(recipe.Data, []).For(recipe.Student);
        using Model model = WeightsImport.Read(weights, encoder.ShapeOf(recipe.Student, data.Labels.Count));
        bool hasTest = data.Count(DataSplit.Test) > 0;
        string which = hasTest ? "test" : "validation";
        EvaluationResult result = Evaluator.Evaluate(model, data.Encode(hasTest ? DataSplit.Test : DataSplit.Validation, encoder), cancellationToken: stop);
        string folder = KdHome.Of(invocation).Model(name);
        Checkpoint.Save(folder, model, encoder, data.Labels, new CheckpointInfo
        {
            Name = name,
            Data = "Not known: the weights were trained elsewhere.",
            Method = $"Imported from {Path.GetFileName(weights)}.",
            Metrics = new Dictionary<string, double> { [$"{which}.accuracy"] = result.Accuracy, [$"{which}.cross_entropy"] = result.CrossEntropy },
            Versions = new Dictionary<string, string> { ["kdcluster"] = KdVersion.Text, ["libtorch"] = TorchRuntime.Version },
        });
        model.Random?.Dispose();
        invocation.Terminal.Write(RunText.Join($"{name}:", $"{which} accuracy {Human.Percent(result.Accuracy)}", $"{Human.Short(model.ParameterCount)} weights", folder));
        invocation.Terminal.Note($"To deploy it: kd teacher deploy {name}");
        return ExitCode.Ok;
    }
}
