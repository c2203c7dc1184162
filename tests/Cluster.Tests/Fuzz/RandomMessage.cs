using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace KdCluster.Tests.Fuzz;

/// <summary>Messages by their descriptors: fields that there are, with values that nobody expects, some of another type than theirs.</summary>
internal sealed class RandomMessage(Random random, IReadOnlyList<string> words)
{
    public byte[] Of(MessageDescriptor type, int depth = 0)
    {
        using MemoryStream stream = new();
        using CodedOutputStream output = new(stream);
        IList<FieldDescriptor> fields = type.Fields.InDeclarationOrder();
        for (int n = fields.Count == 0 ? 0 : random.Next(fields.Count + 2); n > 0; n--)
        {
            FieldDescriptor field = fields[random.Next(fields.Count)];
            int times = field.IsRepeated ? random.Next(random.Next(20) == 0 ? 2000 : 4) : 1;
            for (int i = 0; i < times; i++)
            {
                Write(output, field, depth);
            }
        }

        output.Flush();
        return stream.ToArray();
    }

    private void Write(CodedOutputStream output, FieldDescriptor field, int depth)
    {
        FieldType type = random.Next(80) == 0 ? (FieldType)random.Next(18) : field.FieldType;
        switch (type)
        {
            case FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
                output.WriteFixed64((ulong)Whole());
                break;
            case FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed32);
                output.WriteFixed32((uint)Whole());
                break;
            case FieldType.Message or FieldType.Group when depth < 5 && field.FieldType == FieldType.Message:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Of(field.MessageType, depth + 1)));
                break;
            case FieldType.String or FieldType.Message or FieldType.Group:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Text()));
                break;
            case FieldType.Bytes:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(new Mutator(random).Some(random.Next(300))));
                break;
            default:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteInt64(Whole());
                break;
        }
    }

    private long Whole() => random.Next(4) switch
    {
        0 => random.Next(-2, 20),
        1 => random.NextInt64(),
        2 => long.MinValue >> random.Next(64),
        _ => random.Next(70_000),
    };

    private byte[] Text() => random.Next(60) switch
    {
        0 => [],
        1 => new Mutator(random).Some(random.Next(1, 40)),
        < 10 => Encoding.UTF8.GetBytes(new string((char)random.Next(32, 0x3000), random.Next(5000))),
        _ => Encoding.UTF8.GetBytes(words[random.Next(words.Count)]),
    };
}
