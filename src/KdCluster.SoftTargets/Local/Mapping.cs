using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace KdCluster.SoftTargets.Local;

/// <summary>
/// The first bytes of a segment as memory. Nothing ever shortens a segment below its whole records, and mappings end at one,
/// so that reading here cannot meet the end of the file.
/// </summary>
internal sealed unsafe class Mapping : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    public Mapping(SafeFileHandle file, long bytes)
    {
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = map.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
        Bytes = bytes;
    }

    public long Bytes { get; }

    public ReadOnlySpan<byte> Slice(long offset, int bytes) => new(_start + offset, bytes);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
