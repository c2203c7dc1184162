using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What can be told of an ONNX file without a runtime. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxFile
{
    // Of its element types, those that weights have, whole numbers of few bits among them; int32, int64, bool and text are sizes and places.
    private static readonly int[] s_weights = [1, 2, 3, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23];

    private readonly string _path;
    private readonly SortedSet<string> _beside = new(StringComparer.Ordinal);

    private OnnxFile(string path) => _path = path;

    /// <summary>Number of weights.</summary>
    public long Weights { get; private set; }

    /// <summary>Size of the file and of those beside it that hold weights.</summary>
    public long Bytes => Parts.Sum(p => new FileInfo(p).Length);

    private IEnumerable<string> Parts => _beside.Select(name => Path.Combine(Path.GetDirectoryName(_path)!, name)).Prepend(_path);

    /// <summary>Looks through a model.</summary>
    /// <param name="path">A file that a runtime has read.</param>
    public static OnnxFile Read(string path)
    {
        OnnxFile file = new(path);
        using FileStream stream = File.OpenRead(path);
        using CodedInputStream model = CodedInputStream.CreateWithLimits(stream, int.MaxValue, 100);
        Each(model, (field, message) =>
        {
            if (field == 7)
                file.Graph(message());
            else if (field == 25)   // a function
                Each(message(), (inner, node) => file.Node(inner == 7, node));
        });
        return file;
    }

    /// <summary>SHA-256 over the model's bytes and those of the files that it names as holding weights: 64 hexadecimal digits.</summary>
    public string Hash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string part, string name) in Parts.Zip(_beside.Prepend("")))
        {
            using FileStream stream = File.OpenRead(part);
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Graph(CodedInputStream graph) => Each(graph, (field, message) =>
    {
        switch (field)
        {
            case 1:
                Node(true, message);
                break;
            case 5:
                Tensor(message());
                break;
            case 15:   // sparse: values, then their places
                Each(message(), (inner, tensor) =>
                {
                    if (inner is 1 or 2)
                        Tensor(tensor());
                });
                break;
        }
    });

    // Of a node the tensors and graphs in its attributes.
    private void Node(bool isNode, Func<CodedInputStream> node)
    {
        if (!isNode)
            return;
        Each(node(), (field, attribute) =>
        {
            if (field != 5)
                return;
            Each(attribute(), (inner, value) =>
            {
                if (inner is 5 or 10)
                    Tensor(value());
                else if (inner is 6 or 11)
                    Graph(value());
            });
        });
    }

    private void Tensor(CodedInputStream tensor)
    {
        long size = 1;
        int type = 0;
        while (tensor.ReadTag() is > 0 and uint tag)
        {
            switch ((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag)))
            {
                case (1, WireFormat.WireType.Varint):
                    size *= tensor.ReadInt64();
                    break;
                case (1, WireFormat.WireType.LengthDelimited):
                    using (CodedInputStream packed = tensor.ReadBytes().CreateCodedInput())
                    {
                        while (!packed.IsAtEnd)
                            size *= packed.ReadInt64();
                    }

                    break;
                case (2, WireFormat.WireType.Varint):
                    type = tensor.ReadInt32();
                    break;
                case (13, WireFormat.WireType.LengthDelimited):
                    External(tensor.ReadBytes());
                    break;
                default:
                    tensor.SkipLastField();
                    break;
            }
        }

        if (s_weights.Contains(type))
            Weights += size;
    }

    // key 1, value 2: where the key is "location", the value is a file beside the model.
    private void External(ByteString entry)
    {
        string key = "", value = "";
        using CodedInputStream pair = entry.CreateCodedInput();
        while (pair.ReadTag() is > 0 and uint tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                key = pair.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
                value = pair.ReadString();
            else
                pair.SkipLastField();
        }

        if (key == "location")
            _beside.Add(value);
    }

    private static void Each(CodedInputStream message, Action<int, Func<CodedInputStream>> found)
    {
        while (message.ReadTag() is > 0 and uint tag)
        {
            if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
            {
                message.SkipLastField();
                continue;
            }

            ByteString bytes = message.ReadBytes();
            found(WireFormat.GetTagFieldNumber(tag), bytes.CreateCodedInput);
        }
    }
}
