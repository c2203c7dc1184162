using System.Buffers.Binary;
using System.Text;
using KdCluster.Learning.Checkpoints;

namespace KdCluster.Tests.Checkpoints;

public sealed class SafeTensorsTests
{
    [Fact]
    public void What_is_written_is_read_and_written_again_the_same()
    {
        SafeTensor[] tensors =
        [
            SafeTensor.Of("b", [2, 3], [1, -2, 3.5f, float.NaN, float.PositiveInfinity, -0f]),
            new SafeTensor("a.scalar", SafeTensorType.I64, [], BitConverter.GetBytes(42L)),
            new SafeTensor("empty", SafeTensorType.F32, [0, 4], Array.Empty<byte>()),
            new SafeTensor("half", SafeTensorType.F16, [2], (byte[])[.. BitConverter.GetBytes((Half)1.5f), .. BitConverter.GetBytes((Half)(-2f))]),
            new SafeTensor("brain", SafeTensorType.BF16, [1], (byte[])[0x80, 0x3F]),
        ];
        var notes = new Dictionary<string, string> { ["format"] = "pt", ["a"] = "\u00e9" };
        byte[] bytes = Write(tensors, notes);
        Assert.Equal(bytes, Write(tensors, notes));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        using SafeTensorsReader reader = Read(bytes);
        Assert.Equal(notes, reader.Metadata);
        Assert.Equal(tensors.Select(t => (t.Name, t.Type)).Order(), reader.Tensors.Select(t => (t.Name, t.Type)).Order());
        foreach (SafeTensor tensor in tensors)
        {
            Assert.True(reader.TryFind(tensor.Name, out SafeTensorInfo? found));
            Assert.Equal(tensor.Shape, found!.Shape);
            Assert.Equal(tensor.Data.ToArray(), reader.ReadBytes(found));
        }
        Assert.Equal([1.5f, -2f], reader.ReadFloats(reader.Tensors.Single(t => t.Name == "half")));
        Assert.Equal([1f], reader.ReadFloats(reader.Tensors.Single(t => t.Name == "brain")));
        Assert.Equal("KD1204", Assert.Throws<KdException>(() => reader.ReadFloats(reader.Tensors.Single(t => t.Name == "a.scalar"))).Code);
    }

    [Fact]
    public void A_file_in_pythons_layout_is_read()
    {
        // As safetensors.torch.save_file lays {"b": f32 [1, 2], "a": i64 [1]} out: entries in any order, larger element types first, spaces behind.
        string header = """{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        using SafeTensorsReader reader = Read(File(header, [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]));
        Assert.Equal(["a", "b"], reader.Tensors.Select(t => t.Name));
        Assert.Equal([1f, -2f], reader.ReadFloats(reader.Tensors[1]));
        Assert.Equal(7, BinaryPrimitives.ReadInt64LittleEndian(reader.ReadBytes(reader.Tensors[0])));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""", 10, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "5 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "4 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "F33")]
    [InlineData("""{"a":{"dtype":"11","shape":[1],"data_offsets":[0,4]}}""", 4, "'11'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "uplicate")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "damaged")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "damaged")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "damaged")]
    [InlineData("""[]""", 0, "begin with")]
    [InlineData(""" {}""", 0, "begin with")]
    [InlineData("""{"a":""", 0, "damaged")]
    [InlineData("", 0, "begin with")]
    public void Headers_that_lie_are_refused(string header, int dataLength, string why)
    {
        KdException error = Assert.Throws<KdException>(() => Read(File(header, new byte[dataLength])));
        Assert.Equal("KD1203", error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_header_lengths_are_refused_before_memory_is_taken()
    {
        foreach (ulong length in (ulong[])[ulong.MaxValue, long.MaxValue, 1UL << 40, 100_000_001, 17])
        {
            var bytes = new byte[24];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Equal("KD1203", Assert.Throws<KdException>(() => Read(bytes)).Code);
        }
        Assert.Equal("KD1203", Assert.Throws<KdException>(() => Read([1, 2, 3])).Code);
    }

    [Fact]
    public void Damaged_files_give_tensors_or_coded_errors()
    {
        byte[] sound = Write([SafeTensor.Of("layer.weight", [3, 4], new float[12]), new SafeTensor("n", SafeTensorType.I32, [2], new byte[8])], new Dictionary<string, string> { ["k"] = "v" });
        var random = new Random(9);
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. sound];
            for (int k = random.Next(1, 4); k > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                using SafeTensorsReader reader = Read(bytes);
                foreach (SafeTensorInfo tensor in reader.Tensors)
                    Assert.Equal(tensor.Length, reader.ReadBytes(tensor).Length);
            }
            catch (KdException e)
            {
                Assert.Equal("KD1203", e.Code);
                refused++;
            }
        }
        Assert.True(refused > 1000);
    }

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        Assert.Throws<ArgumentException>(() => Write([SafeTensor.Of("a", [1], [1]), SafeTensor.Of("a", [1], [1])]));
        Assert.Throws<ArgumentException>(() => Write([SafeTensor.Of("a", [2], [1])]));
        Assert.Throws<ArgumentException>(() => Write([SafeTensor.Of("__metadata__", [1], [1])]));
    }

    private static byte[] Write(IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string>? notes = null)
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, tensors, notes);
        return stream.ToArray();
    }

    private static byte[] File(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    private static SafeTensorsReader Read(byte[] bytes) => new(new MemoryStream(bytes), "model.safetensors");
}
