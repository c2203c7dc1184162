using System.Text;

namespace KdCluster.SoftTargets.Local;

/// <summary>A random name kept in the folder itself, so that two processes know whether they share it whatever path they see it under.</summary>
internal static class StoreIdentity
{
    public static string ReadOrCreate(string folder)
    {
        string path = Path.Combine(folder, "store.id");
        if (!File.Exists(path))
        {
            string aside = $"{path}.{Guid.NewGuid():N}.tmp";
            File.WriteAllText(aside, Guid.NewGuid().ToString("N"), Encoding.ASCII);
            try
            {
                File.Move(aside, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(aside);   // another process was first: its name counts
            }
        }

        return $"local:{File.ReadAllText(path, Encoding.ASCII).Trim()}";
    }
}
