using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Lets TorchSharp's native library load where the C++ runtime ends before GLIBCXX_3.4.32, as Debian 12's does. It names that version for one symbol,
/// _ZSt21ios_base_library_initv: an anchor that GCC 13 emits, which nothing refers to. In a copy of the library this one requirement is marked weak; the
/// package's own file is never written to. Run by eng/TorchNative.targets, once per package version.
/// </summary>
public sealed class RelaxCxxVersion : Task
{
    private const string Version = "GLIBCXX_3.4.32", Runtime = "libstdc++.so.6";
    private const int Weak = 2;

    /// <summary>The package's libLibTorchSharp.so.</summary>
    [Required]
    public string Library { get; set; }

    /// <summary>Where the copy is put.</summary>
    [Required]
    public string Folder { get; set; }

    /// <summary>Also where this machine's runtime needs none, for a publish that is carried elsewhere.</summary>
    public bool Always { get; set; }

    /// <summary>The copy; empty where the library loads as it is.</summary>
    [Output]
    public string Copy { get; set; }

    public override bool Execute()
    {
        byte[] bytes = File.ReadAllBytes(Library);
        int[] flags = FlagsOfRequirement(bytes).ToArray();
        if (flags.Length == 0 || !(Always || RuntimeLacksVersion()))
            return true;
        foreach (int at in flags)
            bytes[at] |= Weak;
        Copy = Path.GetFullPath(Path.Combine(Folder, Path.GetFileName(Library)));
        if (File.Exists(Copy) && File.ReadAllBytes(Copy).SequenceEqual(bytes))
            return true;
        Directory.CreateDirectory(Folder);
        // Projects build side by side: each writes a file of its own, and the last one stays.
        string own = Copy + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(own, bytes);
        File.Delete(Copy);
        File.Move(own, Copy);
        Log.LogMessage(MessageImportance.High, "TorchSharp: this C++ runtime lacks {0}, which the native library names for a symbol that it does not use; the build takes a copy without that requirement: {1}", Version, Copy);
        return true;
    }

    /// <summary>Whether the C++ runtime that this process stands on lacks the version; a runtime that cannot be found is taken to have it.</summary>
    private static bool RuntimeLacksVersion()
    {
        const string Maps = "/proc/self/maps";
        IEnumerable<string> loaded = File.Exists(Maps) ? File.ReadLines(Maps).Select(l => l.Substring(l.LastIndexOf(' ') + 1)).Where(f => Path.GetFileName(f).StartsWith(Runtime)) : Enumerable.Empty<string>();
        string file = loaded.Concat(new[] { "/usr/lib/x86_64-linux-gnu/" + Runtime, "/lib/x86_64-linux-gnu/" + Runtime, "/usr/lib64/" + Runtime, "/usr/lib/" + Runtime }).FirstOrDefault(File.Exists);
        return file != null && Encoding.ASCII.GetString(File.ReadAllBytes(file)).IndexOf(Version + "\0", StringComparison.Ordinal) < 0;
    }

    /// <summary>Where the flags of the requirement stand in a 64-bit little-endian ELF file (System V ABI, "Symbol Versioning": Verneed and Vernaux).</summary>
    private static IEnumerable<int> FlagsOfRequirement(byte[] elf)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
            yield break;
        long headers = BitConverter.ToInt64(elf, 32);
        int size = BitConverter.ToUInt16(elf, 54), count = BitConverter.ToUInt16(elf, 56);
        var loads = new List<long[]>();
        var tags = new Dictionary<long, long>();
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < count; i++)
            {
                int at = (int)headers + (i * size), type = BitConverter.ToInt32(elf, at);
                long offset = BitConverter.ToInt64(elf, at + 8), address = BitConverter.ToInt64(elf, at + 16), length = BitConverter.ToInt64(elf, at + 32);
                if (pass == 0 && type == 1)
                    loads.Add(new[] { address, offset, length });
                for (long d = offset; pass == 1 && type == 2 && d < offset + length; d += 16)
                    tags[BitConverter.ToInt64(elf, (int)d)] = BitConverter.ToInt64(elf, (int)d + 8);
            }
        }

        const long StringTable = 5, Needs = 0x6ffffffe, NeedCount = 0x6fffffff;
        if (!tags.ContainsKey(Needs) || !tags.ContainsKey(NeedCount))
            yield break;
        Func<long, int> place = address => loads.Where(l => address >= l[0] && address < l[0] + l[2]).Select(l => (int)(address - l[0] + l[1])).First();
        int strings = place(tags[StringTable]), need = place(tags[Needs]);
        Func<int, string> text = at => Encoding.ASCII.GetString(elf, strings + at, Array.IndexOf(elf, (byte)0, strings + at) - strings - at);
        for (long n = 0; n < tags[NeedCount]; n++)
        {
            int versions = BitConverter.ToUInt16(elf, need + 2), entry = need + BitConverter.ToInt32(elf, need + 8);
            bool ofRuntime = text(BitConverter.ToInt32(elf, need + 4)) == Runtime;
            for (int v = 0; v < versions; v++)
            {
                if (ofRuntime && text(BitConverter.ToInt32(elf, entry + 8)) == Version)
                    yield return entry + 4;
                entry += BitConverter.ToInt32(elf, entry + 12);
            }

            need += BitConverter.ToInt32(elf, need + 12);
        }
    }
}
