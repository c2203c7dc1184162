namespace KdCluster.Learning.Objectives;

/// <summary>A loss. To add one: implement this in a separate file and name it in <see cref="ObjectiveRegistry"/>.</summary>
public interface IObjective
{
    /// <summary>The name that reports show.</summary>
    string Name { get; }

    /// <summary>Whether <see cref="ObjectiveInput.TeacherLogits"/> and <see cref="ObjectiveInput.Weights"/> must be there.</summary>
    bool NeedsTeachers { get; }

    /// <summary>The student's outputs beyond the logits that it looks at.</summary>
    IReadOnlyCollection<string> StudentOutputs => [];

    /// <summary>Weights of its own, which are trained with the student and are no part of it.</summary>
    IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Weight)> Adapters => [];

    /// <summary>Cosine of the student's embedding, projected as its loss projects it, and each teacher's, without gradient: [batch, teachers]; null where no loss does.</summary>
    TorchSharp.torch.Tensor? Cosines(LayerValues layers) => null;

    /// <summary>Numbers of its own that no gradient changes, and that it changes from batch to batch.</summary>
    IReadOnlyList<(string Name, TorchSharp.torch.Tensor Value)> Memory => [];

    /// <summary>The loss of a batch; a mean over its instances.</summary>
    ObjectiveValue Evaluate(ObjectiveInput input);
}
