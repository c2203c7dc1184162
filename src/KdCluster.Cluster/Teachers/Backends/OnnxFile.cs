using System.Security.Cryptography;
using Google.Protobuf;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What can be told of an ONNX file without a runtime.</summary>
internal static class OnnxFile
{
    // Fields of onnx.proto, and of its element types those that weights have: float, float16, double, bfloat16.
    private const int Graph = 7, Initializer = 5, Dimensions = 1, DataType = 2;
    private static readonly int[] s_weights = [1, 10, 11, 16];

    /// <summary>SHA-256 over the model's bytes and those of the files beside it that hold its weights: 64 hexadecimal digits.</summary>
    /// <param name="file">The model.</param>
    public static string Hash(string file)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in Directory.EnumerateFiles(Path.GetDirectoryName(file)!, $"{Path.GetFileName(file)}*").Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(part);
            hash.AppendData(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(part))));
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Number of weights.</summary>
    /// <param name="file">A model that a runtime has read.</param>
    public static long CountWeights(string file)
    {
        using FileStream stream = File.OpenRead(file);
        using CodedInputStream model = new(stream);
        long count = 0;
        Read(model, Graph, graph => Read(graph, Initializer, tensor => count += Count(tensor)));
        return count;
    }

    private static long Count(CodedInputStream tensor)
    {
        long size = 1;
        int type = 0;
        while (tensor.ReadTag() is > 0 and uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case Dimensions when WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint:
                    size *= tensor.ReadInt64();
                    break;
                case Dimensions:
                    CodedInputStream packed = tensor.ReadBytes().CreateCodedInput();
                    while (!packed.IsAtEnd)
                    {
                        size *= packed.ReadInt64();
                    }

                    break;
                case DataType:
                    type = tensor.ReadInt32();
                    break;
                default:
                    tensor.SkipLastField();
                    break;
            }
        }

        return s_weights.Contains(type) ? size : 0;
    }

    private static void Read(CodedInputStream message, int field, Action<CodedInputStream> found)
    {
        while (message.ReadTag() is > 0 and uint tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
            {
                using CodedInputStream inner = message.ReadBytes().CreateCodedInput();
                found(inner);
            }
            else
            {
                message.SkipLastField();
            }
        }
    }
}
