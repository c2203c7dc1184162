namespace KdCluster.Learning.Objectives;

/// <summary>A loss. To add one: implement this in a separate file and name it in <see cref="ObjectiveRegistry"/>.</summary>
public interface IObjective
{
    /// <summary>The name that reports show.</summary>
    string Name { get; }

    /// <summary>Whether <see cref="ObjectiveInput.TeacherLogits"/> and <see cref="ObjectiveInput.Weights"/> must be there.</summary>
    bool NeedsTeachers { get; }

    /// <summary>The loss of a batch; a mean over its instances.</summary>
    ObjectiveValue Evaluate(ObjectiveInput input);
}
