using System.Text.Json;

namespace KdCluster.SoftTargets.Local;

/// <summary>Names the set of a folder, for the operator's commands: the folder's own name is only its hash.</summary>
internal static class SetManifest
{
    private const string FileName = "set.json";

    public static void Ensure(string folder, SoftTargetSet set)
    {
        string path = Path.Combine(folder, FileName);
        Directory.CreateDirectory(folder);
        if (!File.Exists(path) || Read(folder) != set)
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(set));
    }

    /// <summary>Null when it is missing or damaged; the next put of that set writes it again.</summary>
    public static SoftTargetSet? Read(string folder)
    {
        try
        {
            SoftTargetSet? set = JsonSerializer.Deserialize<SoftTargetSet>(File.ReadAllBytes(Path.Combine(folder, FileName)));
            return set is { Teacher: not null, LabelSpace: not null } && Path.GetFileName(folder) == SetKey.Of(set).Name ? set : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
