using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>One summand of the objective: a loss. To add one: a file in <c>Terms/</c>, a line in <see cref="TermRegistry"/> and one in <see cref="Recipes.RecipeTableLosses"/>.</summary>
public interface IObjectiveTerm
{
    /// <summary>What it needs of the teachers.</summary>
    TeacherMix Mix { get; }

    /// <summary>Whether it compares with the labels: it then sees only the rows that have one, and is their mean.</summary>
    bool NeedsLabels => false;

    /// <summary>T at which the teachers' probabilities are mixed, where <see cref="Mix"/> is <see cref="TeacherMix.Probabilities"/>.</summary>
    double Temperature => 1;

    /// <summary>The loss of each instance, in nats or the square of the outputs' unit, with gradient by the student.</summary>
    /// <returns>[batch]; where <see cref="Mix"/> is <see cref="TeacherMix.Separate"/>, of each teacher: [teachers, batch].</returns>
    Tensor Evaluate(TermInput input);
}

/// <summary>What a loss needs of the teachers. Where mixing before the loss is the same thing as mixing losses, it is mixed before: K teachers then cost one loss.</summary>
public enum TeacherMix
{
    /// <summary>Nothing: it compares with the labels, or regards the student alone.</summary>
    None,

    /// <summary>Σ_k w_k·softmax(z_k/T): [batch, classes]. Σ_k w_k·CE(p_k, q) = CE(Σ_k w_k·p_k, q).</summary>
    Probabilities,

    /// <summary>Σ_k w_k·z_k: [batch, width]. Σ_k w_k·‖s − z_k‖² = ‖s − Σ_k w_k·z_k‖² + a constant of the student.</summary>
    Values,

    /// <summary>Each teacher's own: [teachers, batch, width]; the losses are mixed.</summary>
    Separate,
}

/// <summary>What a term sees of one batch.</summary>
/// <param name="Student">The student's output, with gradient: [batch, width].</param>
/// <param name="Labels">Distributions over the classes, [batch, classes]; of a regression the scores, [batch, 1]. Without meaning where a row has no label, which only a term that needs none sees.</param>
/// <param name="Teacher">As <see cref="TeacherMix"/> says; null where it needs none.</param>
/// <param name="At">Which step it is.</param>
public readonly record struct TermInput(Tensor Student, Tensor Labels, Tensor? Teacher, Schedules.StepPosition At)
{
    /// <summary>Decides what the term draws, together with the step.</summary>
    public long Seed { get; init; }

    /// <summary>The numbers of the training rows: [batch]; null where nobody knows them.</summary>
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>What student and teachers say beyond the logits; null where no term asks for it.</summary>
    public LayerValues? Layers { get; init; }
}
