using KdCluster.Instances;

namespace KdCluster.Learning.Tasks;

/// <summary>Changes the instances that a student learns from, anew in each epoch. A pure function of its arguments.</summary>
public interface IAugmentation
{
    /// <summary>All that decides what it does, as one line: part of a training's fingerprint.</summary>
    string Description { get; }

    /// <summary>One instance in one epoch.</summary>
    /// <param name="view">As it is; not changed.</param>
    /// <param name="row">Its number among the training rows.</param>
    /// <param name="epoch">Counted from 0.</param>
    InstanceView Apply(InstanceView view, int row, int epoch);
}
