namespace KdCluster.SoftTargets.Source;

internal sealed class FetchTotals
{
    private long _storeRows;
    private long _teacherRows;
    private long _storeBytes;
    private long _teacherBytes;

    public void Add(int storeRows, int teacherRows, int rowBytes)
    {
        Interlocked.Add(ref _storeRows, storeRows);
        Interlocked.Add(ref _teacherRows, teacherRows);
        Interlocked.Add(ref _storeBytes, (long)storeRows * rowBytes);
        Interlocked.Add(ref _teacherBytes, (long)teacherRows * rowBytes);
        StoreMetrics.Transferred((long)storeRows * rowBytes, (long)teacherRows * rowBytes);
    }

    public SoftTargetCounters Read() => new(
        Interlocked.Read(ref _storeRows), Interlocked.Read(ref _teacherRows), Interlocked.Read(ref _storeBytes), Interlocked.Read(ref _teacherBytes));
}
