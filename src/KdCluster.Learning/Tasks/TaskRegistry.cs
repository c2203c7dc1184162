using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Tasks.LanguageModelling;
using KdCluster.Learning.Tasks.TextClassification;
using KdCluster.Learning.Tasks.TextRegression;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks;

/// <summary>The tasks there are.</summary>
public static class TaskRegistry
{
    private static readonly ITask[] Tasks = [new TextClassificationTask(), new TextRegressionTask(), new ImageClassificationTask(), new LanguageModellingTask()];

    /// <summary>A task by its name.</summary>
    /// <param name="name">Of <see cref="TaskNames"/>.</param>
    /// <exception cref="KdException"><c>KD1006</c>: there is none of that name.</exception>
    public static ITask Find(string name) => Array.Find(Tasks, t => t.Name == name)
        ?? throw new KdException("KD1006", $"there is no task '{name}'.", "task", $"Choose one of {string.Join(", ", Tasks.Select(t => t.Name))}.");
}
