namespace KdCluster.Learning.Training;

/// <summary>What a training is doing.</summary>
public enum TrainingPhase
{
    /// <summary>The student learns from the uniform mixture; the policy is not used yet.</summary>
    StudentWarmup,

    /// <summary>The policy learns; the student is frozen.</summary>
    PolicyWarmup,

    /// <summary>The student learns, and the policy at each episode's end. The only phase without a policy.</summary>
    Train,

    /// <summary>The student is scored on the validation rows.</summary>
    Validate,

    /// <summary>All steps are done.</summary>
    Done,
}
