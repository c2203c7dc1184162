namespace KdCluster.Recipes;

/// <summary>The tasks: what is learned.</summary>
public static class TaskNames
{
    /// <summary>The class of a text, or of a pair of texts.</summary>
    public const string TextClassification = "text-classification";

    /// <summary>The class of an image.</summary>
    public const string ImageClassification = "image-classification";
}
