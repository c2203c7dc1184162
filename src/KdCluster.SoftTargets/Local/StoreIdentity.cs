using System.Text;

namespace KdCluster.SoftTargets.Local;

/// <summary>A random name kept in the folder itself, so that two processes know whether they share it, even under different paths.</summary>
internal static class StoreIdentity
{
    public static string ReadOrCreate(string folder)
    {
        string path = Path.Combine(folder, "store.id");
        // Where another process is first, its name counts.
        if (!File.Exists(path))
            AtomicFile.TryCreate(path, Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")));

        return $"local:{File.ReadAllText(path, Encoding.ASCII).Trim()}";
    }
}
