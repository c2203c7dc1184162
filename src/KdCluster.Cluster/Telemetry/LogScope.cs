using System.Collections;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What a line of the log is about, as fields: <c>run</c>, <c>student</c>, <c>teacher</c>.</summary>
internal sealed class LogScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _fields;

    private LogScope(params KeyValuePair<string, object?>[] fields) => _fields = fields;

    public int Count => _fields.Length;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    public static IDisposable? Run(ILogger log, string run) => log.BeginScope(new LogScope(new KeyValuePair<string, object?>("run", run)));

    public static IDisposable? Student(ILogger log, string run, string student) =>
        log.BeginScope(new LogScope(new KeyValuePair<string, object?>("run", run), new KeyValuePair<string, object?>("student", student)));

    public static IDisposable? Teacher(ILogger log, string teacher) => log.BeginScope(new LogScope(new KeyValuePair<string, object?>("teacher", teacher)));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", _fields.Select(f => $"{f.Key} {f.Value}"));
}
