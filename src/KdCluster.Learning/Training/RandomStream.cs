namespace KdCluster.Learning.Training;

/// <summary>Keeps the uses of one seed apart: two uses never see the same numbers. The values are part of every result and never change.</summary>
public enum RandomStream : ulong
{
    /// <summary>The order of the rows of an epoch.</summary>
    Rows = 1,

    /// <summary>The order of the batches inside a bucketing window.</summary>
    Batches = 2,

    /// <summary>Dropout of a step.</summary>
    Dropout = 3,

    /// <summary>Which teacher a weighting draws.</summary>
    Teacher = 4,

    /// <summary>Actions of a policy.</summary>
    Action = 5,

    /// <summary>Declared changes to the data.</summary>
    Transform = 6,

    /// <summary>How sure smoothed labels are.</summary>
    Labels = 7,

    /// <summary>Changes of a training row in an epoch.</summary>
    Augment = 8,

    /// <summary>Where between student and teacher a critic's slope is held at 1.</summary>
    Critic = 9,

    /// <summary>The training rows that an instance is told apart from.</summary>
    Negatives = 10,

    /// <summary>Made data, and the first weights of the students that it teaches.</summary>
    Made = 11,

    /// <summary>Tokens that continue a text.</summary>
    Tokens = 12,

    /// <summary>Instances that a teacher's replicas are compared on.</summary>
    Probe = 13,

    /// <summary>Settings that are tried.</summary>
    Tuning = 14,
}
