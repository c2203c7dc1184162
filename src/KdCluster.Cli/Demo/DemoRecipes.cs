using KdCluster.Cli.Runs;
using KdCluster.Recipes;

namespace KdCluster.Cli.Demo;

/// <summary>The demo's recipes: files of this folder, embedded in the program.</summary>
/// <param name="Teachers">One per teacher; its name is the teacher's.</param>
/// <param name="Student">The run of the students.</param>
internal sealed record DemoRecipes(IReadOnlyList<Recipe> Teachers, Recipe Student)
{
    private static readonly string[] TeacherFiles = ["teacher-web", "teacher-data", "teacher-runtime", "teacher-careless"];
    private static readonly string[] Quick = ["data.limit=1500", "training.epochs=1", "training.batchSize=64"];

    /// <summary>Reads them.</summary>
    /// <param name="quick">A tenth of the work, for trying it out: few rows, one epoch, one seed, models of their own names.</param>
    public static DemoRecipes Load(bool quick)
    {
        Recipe[] teachers = [.. TeacherFiles.Select(Read)];
        Recipe student = Read("student");
        if (!quick)
            return new DemoRecipes(teachers, student);
        return new DemoRecipes(
            [.. teachers.Select(t => RecipeSource.Change(t, Quick) with { Name = Short(t.Name) })],
            RecipeSource.Change(student, [.. Quick, "training.seeds=[1]", "weighting.studentWarmup=4", "weighting.policyWarmup=4", "weighting.episode=4"]) with
            {
                Name = Short(student.Name),
                Teachers = [.. student.Teachers.Select(t => t with { Name = Short(t.Name) })],
            });
    }

    private static string Short(string name) => $"quick-{name}";

    private static Recipe Read(string name)
    {
        string file = $"{name}.json";
        using Stream stream = typeof(DemoRecipes).Assembly.GetManifestResourceStream($"demo/{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded");
        using var reader = new StreamReader(stream);
        return RecipeReader.Read(reader.ReadToEnd(), file);
    }
}
