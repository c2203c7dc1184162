namespace KdCluster.Recipes;

/// <summary>The tasks: what is learned.</summary>
public static class TaskNames
{
    /// <summary>The class of a text, or of a pair of texts.</summary>
    public const string TextClassification = "text-classification";

    /// <summary>A number that a text has, or a pair of texts.</summary>
    public const string TextRegression = "text-regression";

    /// <summary>The class of an image.</summary>
    public const string ImageClassification = "image-classification";

    /// <summary>Whether the rows of a task are texts.</summary>
    public static bool IsText(string task) => task is TextClassification or TextRegression;

    /// <summary>Whether the label of a row is a number, the score, and not a class.</summary>
    public static bool IsRegression(string task) => task is TextRegression;
}
