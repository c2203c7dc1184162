namespace KdCluster.Recipes;

/// <summary>How a run makes a teacher itself: a model that learns from labels. What a recipe leaves out here is that of the recipe.</summary>
public sealed record TeacherTraining
{
    /// <summary>The model.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>Its optimisation.</summary>
    public StageTraining Training { get; init; } = new();

    /// <summary>Its seed; the seeds of the run are those of students.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>At most this many training rows; 0: all; null: as <see cref="DataSpec.Limit"/>.</summary>
    public int? Limit { get; init; }

    /// <summary>Changes to the rows; empty: none; null: those of the run.</summary>
    public IReadOnlyList<TransformStep>? Transform { get; init; }

    /// <summary>The recipe that trains the teacher: it has no teachers, the run's data and one seed.</summary>
    /// <param name="run">The effective recipe of the run.</param>
    /// <param name="teacher">One of its teachers that it trains.</param>
    public static Recipe RecipeOf(Recipe run, TeacherRef teacher)
    {
        TeacherTraining own = teacher.Train ?? throw new ArgumentException($"the run does not train the teacher '{teacher.Name}'", nameof(teacher));
        return RecipeReader.Check(new Recipe
        {
            Name = teacher.Name,
            Task = run.Task,
            Data = run.Data with
            {
                Limit = own.Limit is 0 ? null : own.Limit ?? run.Data.Limit,
                Transform = own.Transform is { Count: 0 } ? null : own.Transform ?? run.Data.Transform,
                // The student's: a teacher learns from the rows as they are, and from those that have a label.
                Augment = null,
                Unlabelled = null,
            },
            Student = own.Model,
            Training = own.Training.Over(run.Training) with { Seeds = [own.Seed] },
        });
    }
}
