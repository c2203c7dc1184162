using System.Text.Json;

namespace KdCluster.Cluster.Hosting;

/// <summary>Holds a home for one silo at a time, and tells others on this machine where that silo listens.</summary>
internal sealed class HomeLock : IAsyncDisposable
{
    private readonly FileStream _lock;
    private readonly string _address;

    private HomeLock(FileStream held, string address) => (_lock, _address) = (held, address);

    /// <exception cref="KdException"><c>KD1602</c>: another silo holds the home; <c>KD1402</c>: the folder cannot be used.</exception>
    public static HomeLock Take(string home)
    {
        try
        {
            Directory.CreateDirectory(home);
            FileStream held = new(Path.Combine(home, "silo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new HomeLock(held, HomeSilo.FileOf(home));
        }
        catch (IOException e) when (Directory.Exists(home) && File.Exists(Path.Combine(home, "silo.lock")))
        {
            string where = HomeSilo.Read(home) is { } other ? $"{home}, held by process {other.ProcessId} at {other.Address}" : home;
            throw new KdException("KD1602", "another silo uses this home.", where, "Use that silo (commands find it automatically), stop it, or choose another --home.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1402", $"the home folder cannot be used: {e.Message}", home, "Choose a folder that can be written with --home or KD_HOME.", e);
        }
    }

    /// <summary>Says where the silo listens.</summary>
    public void Publish(string address) =>
        AtomicFile.Write(_address, JsonSerializer.SerializeToUtf8Bytes(new HomeSilo(address, Environment.ProcessId), HomeSilo.Json));

    public async ValueTask DisposeAsync()
    {
        File.Delete(_address);
        await _lock.DisposeAsync();
    }
}
