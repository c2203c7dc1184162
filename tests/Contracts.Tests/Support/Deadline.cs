namespace KdCluster.Tests;

/// <summary>How long a test waits for another program: so long at most, and not once the run of the tests is broken off.</summary>
internal static class Deadline
{
    public static CancellationTokenSource After(TimeSpan patience)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(patience);
        return source;
    }
}
