namespace KdCluster.Learning.Weightings;

/// <summary>A student's policy is gone from its host, or its host does not answer: the student goes back to its last checkpoint, and its policy with it.</summary>
public sealed class PolicyLostException(string message, Exception? inner = null) : Exception(message, inner);
