using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>The class of an image.</summary>
internal sealed class ImageClassificationTask : ITask
{
    public string Name => TaskNames.ImageClassification;

    public TaskData Load(DataSpec spec, string baseFolder, string? cacheFolder = null) => ImageDataLoader.Load(spec, baseFolder);

    public IAugmentation? Augmentation(DataSpec spec) => spec.Augment is { } augment ? new ImageAugmentation(augment) : null;
}
