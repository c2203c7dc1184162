using System.Security.Cryptography;

namespace KdCluster.Client.Files;

/// <summary>
/// What some files say, read again when their content changes. They are looked at when asked for, at most once an interval: by content, as a
/// file that is a link to another version changes neither its name nor its time. A bad new content keeps what was said before.
/// </summary>
internal sealed class WatchedFiles<T>
    where T : class
{
    private readonly TimeSpan _interval;
    private readonly string[] _paths;
    private readonly Func<byte[][], T> _read;
    private readonly TimeProvider _time;
    private readonly Action<KdException?> _changed;
    private readonly Lock _gate = new();
    private volatile T _value;
    private long _looked;
    private string _seen;

    /// <param name="code">Of the error when a file cannot be read.</param>
    /// <param name="paths">The files.</param>
    /// <param name="read">Makes something of their content, in the order of the paths.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Told of each change: null when it was taken over, else why not.</param>
    /// <param name="interval">Between two looks. Default: 1 s.</param>
    /// <exception cref="KdException">What <paramref name="read"/> throws, or <paramref name="code"/>: a file cannot be read.</exception>
    public WatchedFiles(string code, string[] paths, Func<byte[][], T> read, TimeProvider time, Action<KdException?> changed, TimeSpan? interval = null)
    {
        (Code, _paths, _read, _time, _changed, _interval) = (code, paths, read, time, changed, interval ?? TimeSpan.FromSeconds(1));
        byte[][] content = Content();
        _value = read(content);
        (_seen, _looked) = (Stamp(content), time.GetTimestamp());
    }

    private string Code { get; }

    /// <summary>What the files said when they were last looked at.</summary>
    public T Value
    {
        get
        {
            if (_time.GetElapsedTime(Interlocked.Read(ref _looked)) >= _interval && _gate.TryEnter())
            {
                try
                {
                    Look();
                }
                finally
                {
                    _gate.Exit();
                }
            }

            return _value;
        }
    }

    private static string Stamp(byte[][] content) => string.Join(',', content.Select(c => Convert.ToHexString(SHA256.HashData(c))));

    private void Look()
    {
        Interlocked.Exchange(ref _looked, _time.GetTimestamp());
        string stamp = "";
        try
        {
            byte[][] content = Content();
            stamp = Stamp(content);
            if (stamp != _seen)
            {
                _value = _read(content);
                _changed(null);
            }
        }
        catch (KdException e) when (stamp != _seen)
        {
            _changed(e);
        }
        catch (KdException)
        {
            // The same as a second ago, and told then.
        }
        finally
        {
            _seen = stamp;
        }
    }

    private byte[][] Content() => [.. _paths.Select(Bytes)];

    private byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException(Code, $"the file cannot be read: {e.Message}", path, "See that it is there and that this process may read it.", e);
        }
    }
}
