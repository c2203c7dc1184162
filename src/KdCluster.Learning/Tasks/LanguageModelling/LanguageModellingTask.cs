using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.LanguageModelling;

/// <summary>The next token, after each token of a text.</summary>
internal sealed class LanguageModellingTask : ITask
{
    public string Name => TaskNames.LanguageModelling;

    public TaskData Load(DataSpec spec, string baseFolder, string? cacheFolder = null) => DocumentLoader.Load(spec, baseFolder);
}
