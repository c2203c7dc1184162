using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KdCluster.Learning.Torch;

/// <summary>Shared libraries that hold nothing but a name (SONAME): who asks the loader for that name, without a folder, has it and looks no further.</summary>
internal static partial class EmptyLibrary
{
    private const int Header = 64, Segment = 56, Dynamic = 16, Symbol = 24;

    /// <summary>Loads one of each name.</summary>
    /// <exception cref="DllNotFoundException">The loader does not take it.</exception>
    public static void Load(params ReadOnlySpan<string> names)
    {
        // Their memory files stay open until all are loaded: one of the same number would be taken for the one before.
        List<FileStream> files = [];
        try
        {
            foreach (string name in names)
            {
                FileStream file = new(new SafeFileHandle(CreateMemoryFile(name, 0), ownsHandle: true), FileAccess.Write);
                files.Add(file);
                file.Write(Image(name));
                file.Flush();
                NativeLibrary.Load($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}");
            }
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }

    /// <summary>The file: one segment, in it a table of symbols without symbols, and the name (System V ABI, "Object Files" and "Dynamic Linking").</summary>
    internal static byte[] Image(string name)
    {
        const int Segments = Header, Tags = Segments + (3 * Segment), Symbols = Tags + (6 * Dynamic), Texts = Symbols + Symbol;
        byte[] text = Encoding.ASCII.GetBytes($"\0{name}\0");
        byte[] image = new byte[Texts + text.Length];
        text.CopyTo(image, Texts);
        // 64 bits, little-endian; a shared object for x86-64.
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(image);
        Put16(16, 3, 62);
        Put32(20, 1);
        Put64(32, Segments);
        Put16(52, Header, Segment, 3);

        const int Loaded = 1, OfTags = 2, Stack = 0x6474e551;
        (int Type, int At, int Length)[] segments = [(Loaded, 0, image.Length), (OfTags, Tags, 6 * Dynamic), (Stack, 0, 0)];
        for (int i = 0; i < segments.Length; i++)
        {
            int at = Segments + (i * Segment);
            // Readable and writable, and not executable: the loader relocates the tags, and a library that says nothing of the stack gets one with code.
            Put32(at, segments[i].Type, 6);
            Put64(at + 8, segments[i].At, segments[i].At, segments[i].At, segments[i].Length, segments[i].Length, i == 0 ? 0x1000 : 8);
        }

        // DT_SONAME, DT_STRTAB, DT_STRSZ, DT_SYMTAB, DT_SYMENT, DT_NULL.
        Put64(Tags, 14, 1, 5, Texts, 10, text.Length, 6, Symbols, 11, Symbol, 0, 0);
        return image;

        void Put16(int at, params ReadOnlySpan<int> values)
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at + (2 * i)), (ushort)values[i]);
        }

        void Put32(int at, params ReadOnlySpan<int> values)
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + (4 * i)), values[i]);
        }

        void Put64(int at, params ReadOnlySpan<int> values)
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at + (8 * i)), values[i]);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
