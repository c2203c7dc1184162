namespace KdCluster;

/// <summary>One line of the catalogue.</summary>
/// <param name="Code">Such as <c>KD1103</c>.</param>
/// <param name="Title">What it means, in a few words.</param>
public sealed record ErrorEntry(string Code, string Title);
