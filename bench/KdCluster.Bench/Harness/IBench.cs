namespace KdCluster.Bench;

/// <summary>One comparison of <c>kd bench</c>. To add one: implement this in a separate file and name it in <see cref="BenchTable"/>.</summary>
internal interface IBench
{
    /// <summary>The name that <c>--only</c> takes.</summary>
    string Name { get; }

    /// <summary>Measures; takes a minute at most on an idle machine.</summary>
    Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken);
}
