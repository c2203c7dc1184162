namespace KdCluster.SoftTargets.Source;

internal sealed class FetchTotals
{
    private long _storeRows;
    private long _teacherRows;
    private long _storeBytes;
    private long _teacherBytes;

    public void Add(int storeRows, int teacherRows, long storeBytes, long teacherBytes)
    {
        Interlocked.Add(ref _storeRows, storeRows);
        Interlocked.Add(ref _teacherRows, teacherRows);
        Interlocked.Add(ref _storeBytes, storeBytes);
        Interlocked.Add(ref _teacherBytes, teacherBytes);
        StoreMetrics.Transferred(storeBytes, teacherBytes);
    }

    public SoftTargetCounters Read() => new(
        Interlocked.Read(ref _storeRows), Interlocked.Read(ref _teacherRows), Interlocked.Read(ref _storeBytes), Interlocked.Read(ref _teacherBytes));
}
