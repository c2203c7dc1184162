namespace KdCluster.Tests.Support;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
/// <param name="under">Where it lies; null: where the system keeps such folders.</param>
internal sealed class TemporaryFolder(string? under = null) : IDisposable
{
    public string Path { get; } = under is null ? Directory.CreateTempSubdirectory("kd-test-").FullName : Directory.CreateDirectory($"{under}/kd-test-{Guid.NewGuid():n}").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
