using System.Collections.ObjectModel;

namespace KdCluster.Recipes;

/// <summary>The losses that a term of the objective may name, with the options of each. One that is added here needs a class in the learning library's table of losses too.</summary>
public static class RecipeTableLosses
{
    private const string Temperature = "temperature";
    private const string StudentTemperature = "studentTemperature";

    private static readonly RecipeLoss[] Losses =
    [
        new("cross-entropy", "labels: −Σ y·log q", false, Options(("smoothing", 0))),
        new("confidence-penalty", "student only: −H(q), against overconfidence", false, Options()),
        new("kd", "T²·KL(p‖q), both at T; the default objective's soft part", true, Options((Temperature, 4))),
        new("reverse-kl", "T²·KL(q‖p), both at T: the student may ignore classes that it cannot learn, instead of covering all", true, Options((Temperature, 4))),
        new("soft-cross-entropy", "−Σ p·log q without T², with separate temperatures for teacher and student", true, Options((Temperature, 4), (StudentTemperature, 1))),
        new("mse", "mean over the classes of ((s − Φ·z)/T)²", true, Options((Temperature, 1), ("targetScale", 1))),
        new("l1", "Σ over the classes of |s − z|", true, Options()),
        new("standardised-kd", "`kd` on logits whose mean and deviation over the classes are 0 and 1", true, Options((Temperature, 2))),
        new("beta-smoothing", "labels that are smoothed the less, the surer teacher `average` is of them: sorted draws of Beta(shape, 1)", true, Options(("shape", 3))),
        new("dist", "1 − correlation of p and q, over the classes of an instance and over the instances of a class", true, Options((Temperature, 1), ("inter", 1), ("intra", 1))),
    ];

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<RecipeLoss> All => Losses;

    /// <summary>One of them; null: there is no such name.</summary>
    public static RecipeLoss? Find(string name) => Array.Find(Losses, l => l.Name == name);

    private static ReadOnlyDictionary<string, double> Options(params (string Name, double Default)[] options) => options.ToDictionary(o => o.Name, o => o.Default).AsReadOnly();
}

/// <summary>A loss as recipes know it.</summary>
/// <param name="Name">As in <see cref="TermSpec.Loss"/>.</param>
/// <param name="Doc">What it is, for the person who chooses.</param>
/// <param name="NeedsTeachers">Whether it has no meaning without teachers.</param>
/// <param name="Options">The keys that it has beside the weight, with their defaults.</param>
public sealed record RecipeLoss(string Name, string Doc, bool NeedsTeachers, IReadOnlyDictionary<string, double> Options)
{
    /// <summary>The term with every option of the loss filled in.</summary>
    internal TermSpec Complete(TermSpec term) => term with
    {
        Temperature = term.Temperature ?? Default("temperature"),
        StudentTemperature = term.StudentTemperature ?? Default("studentTemperature"),
        TargetScale = term.TargetScale ?? (Default("targetScale") is { } scale ? scale : null),
        Smoothing = term.Smoothing ?? Default("smoothing"),
        Shape = term.Shape ?? Default("shape"),
        Inter = term.Inter ?? Default("inter"),
        Intra = term.Intra ?? Default("intra"),
    };

    private double? Default(string option) => Options.TryGetValue(option, out double value) ? value : null;
}
