using System.Text.Json;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;

namespace KdCluster.Cluster.Runs;

/// <summary>The data that were read last, for a minute or four times as long as it took to read them: a run that was just checked does not read them a second time.</summary>
internal sealed class RecentData : IDisposable
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);
    private readonly KdClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _forget;
    private volatile Entry? _last;

    public RecentData(KdClusterOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _forget = time.CreateTimer(_ => _last = null, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads the data, unless the same files were read a moment ago and have not changed since.</summary>
    /// <param name="recipe">Names what to read; paths absolute.</param>
    /// <param name="fresh">Reads them anyway.</param>
    /// <exception cref="KdException"><c>KD11xx</c>: all that is wrong with them.</exception>
    public TaskData Load(Recipe recipe, bool fresh)
    {
        // Taken before they are read: files that change meanwhile are read again next time.
        string key = Key(recipe);
        if (!fresh && _last is { } last && last.Key == key)
        {
            return last.Data;
        }

        long since = _time.GetTimestamp();
        TaskData data = TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, _options.Home, Path.Combine(_options.Home, "cache"));
        _last = new Entry(key, data);
        // What is looked through after it was read takes its time too.
        TimeSpan kept = 4 * _time.GetElapsedTime(since);
        _forget.Change(kept > s_kept ? kept : s_kept, Timeout.InfiniteTimeSpan);
        return data;
    }

    public void Dispose() => _forget.Dispose();

    private static string Key(Recipe recipe)
    {
        DataSpec spec = recipe.Data;
        IEnumerable<string> files = RecipePaths.FilesOf(spec).Select(f => f.File).Concat(new[] { spec.Train, spec.Validation, spec.Test }.Select(RecipePaths.LabelsOf).OfType<string>());
        return JsonSerializer.Serialize(new { task = recipe.TaskOrDefault(), spec, files = files.Select(State) });
    }

    // Of a folder the files too: one that is written over changes no folder's time.
    private static string State(string path)
    {
        IEnumerable<FileInfo> files = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal) : [new FileInfo(path)];
        return string.Join(' ', files.Select(f => f.Exists ? FormattableString.Invariant($"{f.Length} {f.LastWriteTimeUtc.Ticks}") : "none"));
    }

    private sealed record Entry(string Key, TaskData Data);
}
