using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KdCluster.SoftTargets;

/// <summary>A <see cref="SoftTargetSet"/> as stores name it: 128 bits of SHA-256 over all its fields.</summary>
/// <param name="Hash">The bits.</param>
internal readonly record struct SetKey(UInt128 Hash)
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Name => Hash.ToString("x32");

    /// <summary>Start value of every row's check: a row moved into another set fails it.</summary>
    public uint CheckSeed => (uint)Hash;

    public static SetKey Of(SoftTargetSet set)
    {
        // Hashes in hexadecimal, and a name without control characters: the separator cannot occur in them.
        string text = $"kdcluster/set/1\n{set.Teacher}\n{(OutputNameJson.Number(set.Output) is > 0 and byte number ? number.ToString(CultureInfo.InvariantCulture) : set.Output)}\n{(byte)set.Element}\n{set.Width}\n{set.TopK}\n{set.LabelSpace}\n";
        return new SetKey(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }
}
