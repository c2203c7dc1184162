using System.Buffers.Binary;
using System.Text.Json.Nodes;
using KdCluster.Learning.Checkpoints;
using KdCluster.Tests.Data;

namespace KdCluster.Tests.Published;

/// <summary>A copy of a published folder, to be changed.</summary>
internal sealed class PublishedFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="name">Under <see cref="PublishedData.Folder"/>.</param>
    public PublishedFolder(string name)
    {
        PublishedData.Need(name);
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(PublishedData.Folder, name)))
            System.IO.File.WriteAllBytes(File(System.IO.Path.GetFileName(file)), System.IO.File.ReadAllBytes(file));
    }

    public string Path => _folder.Path;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Changes <c>config.json</c>.</summary>
    public PublishedFolder Config(Action<JsonObject> change)
    {
        JsonObject config = JsonNode.Parse(System.IO.File.ReadAllText(File("config.json")))!.AsObject();
        change(config);
        System.IO.File.WriteAllText(File("config.json"), config.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors of <c>model.safetensors</c>.</summary>
    public PublishedFolder Weights(Func<IEnumerable<SafeTensor>, IEnumerable<SafeTensor>> change)
    {
        SafeTensor[] tensors;
        using (SafeTensorsReader reader = SafeTensorsReader.Open(File("model.safetensors")))
            tensors = [.. reader.Tensors.Select(t => new SafeTensor(t.Name, t.Type, t.Shape, reader.ReadBytes(t)))];
        Write("model.safetensors", change(tensors));
        return this;
    }

    /// <summary>Writes a safetensors file.</summary>
    public void Write(string name, IEnumerable<SafeTensor> tensors)
    {
        using FileStream stream = System.IO.File.Create(File(name));
        SafeTensorsWriter.Write(stream, [.. tensors]);
    }

    /// <summary>The tensor in BF16, rounded towards zero.</summary>
    public static SafeTensor ToBFloat(SafeTensor tensor)
    {
        var half = new byte[tensor.Data.Length / 2];
        for (int i = 0; i < half.Length / 2; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(half.AsSpan(2 * i), (ushort)(BinaryPrimitives.ReadUInt32LittleEndian(tensor.Data.Span[(4 * i)..]) >> 16));
        return tensor with { Type = SafeTensorType.BF16, Data = half };
    }

    /// <summary>The values of a tensor in BF16, in single precision.</summary>
    public static SafeTensor FromBFloat(SafeTensor tensor)
    {
        var full = new byte[tensor.Data.Length * 2];
        for (int i = 0; i < full.Length / 4; i++)
            tensor.Data.Span[(2 * i)..(2 * i + 2)].CopyTo(full.AsSpan(4 * i + 2));
        return tensor with { Type = SafeTensorType.F32, Data = full };
    }

    public void Dispose() => _folder.Dispose();
}
