using System.Text.Json;
using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>The data that were read last, for a minute: a run that was just checked does not read them a second time.</summary>
internal sealed class RecentData : IDisposable
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);
    private readonly KdClusterOptions _options;
    private readonly ITimer _forget;
    private volatile Entry? _last;

    public RecentData(KdClusterOptions options, TimeProvider time)
    {
        _options = options;
        _forget = time.CreateTimer(_ => _last = null, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads the data, unless the same files were read a moment ago and have not changed since.</summary>
    /// <param name="spec">What to read; paths absolute.</param>
    /// <param name="fresh">Reads them anyway.</param>
    /// <exception cref="KdException"><c>KD11xx</c>: all that is wrong with them.</exception>
    public TextData Load(DataSpec spec, bool fresh)
    {
        // Taken before they are read: files that change meanwhile are read again next time.
        string key = Key(spec);
        if (!fresh && _last is { } last && last.Key == key)
        {
            return last.Data;
        }

        TextData data = TextDataLoader.Load(spec, _options.Home, Path.Combine(_options.Home, "cache"));
        _last = new Entry(key, data);
        _forget.Change(s_kept, Timeout.InfiniteTimeSpan);
        return data;
    }

    public void Dispose() => _forget.Dispose();

    private static string Key(DataSpec spec)
    {
        IEnumerable<FileInfo> files = new[] { spec.Train, spec.Validation, spec.Test }.OfType<string>().Select(f => new FileInfo(f));
        return JsonSerializer.Serialize(new { spec, files = files.Select(f => f.Exists ? $"{f.Length} {f.LastWriteTimeUtc.Ticks}" : "none") });
    }

    private sealed record Entry(string Key, TextData Data);
}
