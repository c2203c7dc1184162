using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace KdCluster.Tests.Support;

/// <summary>Writes TorchScript files: a module with one weight <c>w</c>, float32 [width], and a method in TorchScript's language. The form is that of torch.jit.save: a zip with the pickled attributes and the code.</summary>
internal static class TorchScriptWriter
{
    /// <param name="path">The file.</param>
    /// <param name="weight">Values of <c>self.w</c>.</param>
    /// <param name="signature">After <c>self</c>, such as <c>input_ids: Tensor) -&gt; Tensor</c>.</param>
    /// <param name="lines">The method's lines.</param>
    /// <returns>The parts of the file.</returns>
    public static Dictionary<string, byte[]> Write(string path, float[] weight, string signature, params string[] lines)
    {
        Dictionary<string, byte[]> parts = Parts(weight, signature, lines);
        using FileStream stream = File.Create(path);
        using ZipArchive zip = new(stream, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in parts)
        {
            using Stream entry = zip.CreateEntry($"m/{name}", CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }

        return parts;
    }

    private static Dictionary<string, byte[]> Parts(float[] weight, string signature, params string[] lines) => new()
    {
        ["data.pkl"] = Pickle(weight.Length),
        ["data/0"] = MemoryMarshal.AsBytes(weight.AsSpan()).ToArray(),
        ["code/__torch__.py"] = Encoding.UTF8.GetBytes(string.Join('\n', [
            "class M(Module):", "  __parameters__ = [\"w\", ]", "  __buffers__ = []", "  w : Tensor", "  training : bool", $"  def forward(self: __torch__.M, {signature}:", .. lines.Select(l => "    " + l), ""])),
        ["constants.pkl"] = [0x80, 2, (byte)')', (byte)'.'],
        ["version"] = "3\n"u8.ToArray(),
    };

    // {"w": tensor, "training": False} of the class M, in pickle's protocol 2.
    private static byte[] Pickle(int width)
    {
        using MemoryStream bytes = new();
        using BinaryWriter pickle = new(bytes);
        pickle.Write([0x80, 2]);
        Global("__torch__", "M");
        Put(")\u0081}(");
        Text("w");
        Global("torch._utils", "_rebuild_tensor_v2");
        Put("((");
        Text("storage");
        Global("torch", "FloatStorage");
        Text("0");
        Text("cpu");
        Number(width);
        Put("tQ");
        Number(0);
        Put("(");
        Number(width);
        Put("t(");
        Number(1);
        Put("t\u0089");
        Global("collections", "OrderedDict");
        Put(")RtR");
        Text("training");
        Put("\u0089ub.");
        return bytes.ToArray();

        void Put(string opcodes) => pickle.Write(Encoding.Latin1.GetBytes(opcodes));

        void Global(string module, string name) => Put($"c{module}\n{name}\n");

        void Text(string text)
        {
            Put("X");
            pickle.Write(text.Length);
            Put(text);
        }

        void Number(int value)
        {
            Put("J");
            pickle.Write(value);
        }
    }
}
