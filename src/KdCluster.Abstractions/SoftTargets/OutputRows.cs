namespace KdCluster.SoftTargets;

/// <summary>What one teacher says of a batch in one output beyond the logits, decoded.</summary>
/// <param name="Teacher">Its number in the source.</param>
/// <param name="Output">The output's name.</param>
/// <param name="Shape">Of one instance.</param>
/// <param name="Lengths">Tokens of each instance, as that teacher got it: [batch].</param>
/// <param name="Rows">Each instance's numbers, row-major: [batch], of <see cref="OutputShape.Size"/> each.</param>
public sealed record OutputRows(int Teacher, string Output, OutputShape Shape, int[] Lengths, ReadOnlyMemory<float>[] Rows);
