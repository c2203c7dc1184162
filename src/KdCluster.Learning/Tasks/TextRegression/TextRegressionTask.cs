using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.TextRegression;

/// <summary>A number that a text has, or a pair of texts: its score.</summary>
internal sealed class TextRegressionTask : ITask
{
    public string Name => TaskNames.TextRegression;

    public TaskData Load(DataSpec spec, string baseFolder, string? cacheFolder = null) => ScoreDataLoader.Load(spec, baseFolder);
}
