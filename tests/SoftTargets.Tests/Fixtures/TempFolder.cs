namespace KdCluster.Tests.Fixtures;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kd-store-").FullName;

    public void CopyTo(string other)
    {
        foreach (string file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
        {
            string copy = System.IO.Path.Combine(other, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Single(string pattern) => Directory.GetFiles(Path, pattern, SearchOption.AllDirectories).Single();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
