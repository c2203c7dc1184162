// Starts a run on a silo, follows it, and prints its report:
//   ClientApp recipes/dotnet-docs.json http://127.0.0.1:5200
using KdCluster;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

string file = args.ElementAtOrDefault(0) ?? "recipes/dotnet-docs.json";
string silo = args.ElementAtOrDefault(1) ?? "http://127.0.0.1:5200";
try
{
    Recipe recipe = RecipePaths.Absolute(RecipeReader.ReadFile(file), file);
    await using var client = new KdClient(silo);
    RunHandle run = await client.StartAsync(RecipeWriter.Write(recipe), file);
    await foreach (Run now in run.WatchAsync())
    {
        foreach (Student s in now.Students.Where(s => s.Stage == "train"))
            Console.WriteLine($"{s.Variant}/{s.Seed}: step {s.Step} of {s.Steps}, {s.RowsPerSecond:0} rows/s, loss {s.Loss:0.000}");
    }

    Run ended = await run.ResultAsync();
    Student best = ended.Students.MaxBy(s => s.ValidationAccuracy)!;
    Console.WriteLine((await run.ReportAsync()).Markdown);
    Console.WriteLine($"The best student is in {best.Checkpoint}");
    return 0;
}
catch (KdException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
