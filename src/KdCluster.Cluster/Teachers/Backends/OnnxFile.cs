using System.Security.Cryptography;
using System.Text;
using KdCluster.Learning.Onnx;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What can be told of an ONNX file without a runtime. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxFile
{
    // Of its element types, those that weights have, whole numbers of few bits among them; int32, int64, bool and text are sizes and places.
    private static readonly long[] s_weights = [1, 2, 3, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23];

    private readonly string _path;
    private readonly ProtoReader _reader;
    private readonly SortedSet<string> _beside = new(StringComparer.Ordinal);

    private OnnxFile(string path, Stream stream)
    {
        (_path, _reader) = (path, new ProtoReader(stream));
        Each(stream.Length, (field, bytes) =>
        {
            if (field == 7)
                Graph(bytes);
            else if (field == 25)   // a function
                Each(bytes, (inner, node) => Node(inner == 7, node));
        });
        Bytes = stream.Length + Beside.Sum(f => new FileInfo(f.Path).Length);
    }

    /// <summary>Number of weights.</summary>
    public long Weights { get; private set; }

    /// <summary>Size of the file and of those beside it that hold weights.</summary>
    public long Bytes { get; }

    private IEnumerable<(string Name, string Path)> Beside => _beside.Select(name => (name, Path.Combine(Path.GetDirectoryName(_path)!, name)));

    /// <summary>Looks through a model's file; its weights are not read.</summary>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static OnnxFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new OnnxFile(path, stream);
    }

    /// <summary>Looks through a model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="model">The bytes of the file, which a runtime has read.</param>
    public static OnnxFile Read(string path, byte[] model)
    {
        using MemoryStream stream = new(model);
        return new OnnxFile(path, stream);
    }

    /// <summary>SHA-256 over the model's bytes and those of the files that it names as holding weights: 64 hexadecimal digits.</summary>
    /// <param name="model">The bytes of the file.</param>
    public string Hash(byte[] model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add("", SHA256.HashData(model));
        foreach ((string name, string path) in Beside)
        {
            using FileStream stream = File.OpenRead(path);
            Add(name, SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string name, byte[] content)
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            hash.AppendData(content);
        }
    }

    private void Graph(long graph) => Each(graph, (field, bytes) =>
    {
        switch (field)
        {
            case 1:
                Node(true, bytes);
                break;
            case 5:
                Tensor(bytes);
                break;
            case 15:   // sparse: values, then their places
                Each(bytes, (inner, tensor) =>
                {
                    if (inner is 1 or 2)
                        Tensor(tensor);
                });
                break;
        }
    });

    // Of a node the tensors and graphs in its attributes.
    private void Node(bool isNode, long node)
    {
        if (!isNode)
            return;
        Each(node, (field, attribute) =>
        {
            if (field != 5)
                return;
            Each(attribute, (inner, value) =>
            {
                if (inner is 5 or 10)
                    Tensor(value);
                else if (inner is 6 or 11)
                    Graph(value);
            });
        });
    }

    private void Tensor(long tensor)
    {
        long size = 1, type = 0;
        _reader.Each(
            tensor,
            (field, value) => (size, type) = field switch { 1 => (size * value, type), 2 => (size, value), _ => (size, type) },
            (field, bytes) =>
            {
                if (field == 1)
                    size = _reader.Numbers(bytes).Aggregate(size, (product, next) => product * next);
                else if (field == 13)
                    External(bytes);
            });
        if (s_weights.Contains(type))
            Weights += size;
    }

    // key 1, value 2: where the key is "location", the value is a file beside the model.
    private void External(long entry)
    {
        string key = "", value = "";
        Each(entry, (field, bytes) => (key, value) = field switch { 1 => (_reader.Text(bytes), value), 2 => (key, _reader.Text(bytes)), _ => (key, value) });
        if (key == "location")
            _beside.Add(value);
    }

    private void Each(long message, Action<int, long> block) => _reader.Each(message, null, block);
}
