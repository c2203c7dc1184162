using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.TextClassification;

/// <summary>The class of a text, or of a pair of texts.</summary>
internal sealed class TextClassificationTask : ITask
{
    public string Name => TaskNames.TextClassification;

    public TaskData Load(DataSpec spec, string baseFolder, string? cacheFolder = null) => TextDataLoader.Load(spec, baseFolder, cacheFolder);
}
