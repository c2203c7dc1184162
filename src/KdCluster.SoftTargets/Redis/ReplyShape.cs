using System.Text;

namespace KdCluster.SoftTargets.Redis;

/// <summary>A bulk reply of so many bytes: what most replies of a round are, so that they are known at a glance.</summary>
internal sealed class ReplyShape(int bytes)
{
    private readonly byte[] _start = Encoding.ASCII.GetBytes($"${bytes}\r\n");

    /// <summary>The reply at the start of what was read, and the bytes it takes there; 0 when it is another, or not all there.</summary>
    public int TryTake(ReadOnlySpan<byte> read, out ReadOnlySpan<byte> reply)
    {
        int whole = _start.Length + bytes + 2;
        bool taken = read.Length >= whole && read.StartsWith(_start);
        reply = taken ? read.Slice(_start.Length, bytes) : default;
        return taken ? whole : 0;
    }
}
