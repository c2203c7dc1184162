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

    /// <summary>The next token of a text, after each of its tokens.</summary>
    public const string LanguageModelling = "language-modelling";

    /// <summary>Whether the rows of a task are texts.</summary>
    public static bool IsText(string task) => task is TextClassification or TextRegression or LanguageModelling;

    /// <summary>Whether a row has a class as its label.</summary>
    public static bool HasClasses(string task) => task is TextClassification or ImageClassification;

    /// <summary>Whether the label of a row is a number, the score, and not a class.</summary>
    public static bool IsRegression(string task) => task is TextRegression;
}
