namespace KdCluster.Learning.Data;

/// <summary>What is said where many rows are looked at on all cores and one of them is wrong.</summary>
internal static class RowErrors
{
    /// <summary>Does the work; a coded error of one row is that of all.</summary>
    /// <exception cref="KdException">What is wrong with the first row that told it.</exception>
    public static T Of<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<KdException>().FirstOrDefault() is { } coded)
        {
            throw new KdException(coded.Errors);
        }
    }
}
