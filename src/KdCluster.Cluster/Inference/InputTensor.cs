using System.Buffers.Binary;
using System.Text;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>One tensor of a request, its contents typed or raw. Its size is known to fit its shape.</summary>
internal sealed class InputTensor
{
    private readonly ReadOnlyMemory<byte>? _raw;
    private readonly InferTensorContents _contents;

    private InputTensor(ModelInferRequest.Types.InferInputTensor tensor, ReadOnlyMemory<byte>? raw) =>
        (Name, Datatype, Shape, _contents, _raw) = (tensor.Name, tensor.Datatype, [.. tensor.Shape], tensor.Contents ?? new InferTensorContents(), raw);

    public string Name { get; }

    public string Datatype { get; }

    public long[] Shape { get; }

    /// <summary>Reads one tensor, or says why it cannot be read.</summary>
    /// <param name="tensor">As sent.</param>
    /// <param name="raw">Its raw contents; null when the request has none.</param>
    /// <param name="fault">What is wrong.</param>
    public static InputTensor? Read(ModelInferRequest.Types.InferInputTensor tensor, ReadOnlyMemory<byte>? raw, out string? fault)
    {
        InputTensor read = new(tensor, raw);
        fault = read.Fault(tensor);
        return fault is null ? read : null;
    }

    /// <summary>The elements of an INT32 or INT64 tensor.</summary>
    /// <exception cref="OverflowException">A number needs more than 32 bits.</exception>
    public int[] Integers()
    {
        if (_raw is not { } raw)
        {
            return Datatype == "INT32" ? [.. _contents.IntContents] : [.. _contents.Int64Contents.Select(n => checked((int)n))];
        }

        int size = Datatype == "INT32" ? 4 : 8;
        int[] numbers = new int[raw.Length / size];
        ReadOnlySpan<byte> bytes = raw.Span;
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * size)..];
            numbers[i] = size == 4 ? BinaryPrimitives.ReadInt32LittleEndian(at) : checked((int)BinaryPrimitives.ReadInt64LittleEndian(at));
        }

        return numbers;
    }

    /// <summary>The elements of a BYTES tensor as UTF-8.</summary>
    /// <exception cref="ArgumentException">One is not UTF-8.</exception>
    public string[] Texts()
    {
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        if (_raw is not { } raw)
        {
            return [.. _contents.BytesContents.Select(b => strict.GetString(b.Span))];
        }

        List<string> texts = [];
        for (ReadOnlySpan<byte> rest = raw.Span; rest.Length > 0;)
        {
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            texts.Add(strict.GetString(rest.Slice(4, length)));
            rest = rest[(4 + length)..];
        }

        return [.. texts];
    }

    /// <summary>Elements of a BYTES tensor's raw contents; -1 when they do not end where they should.</summary>
    private static long CountBytes(ReadOnlySpan<byte> rest)
    {
        long count = 0;
        while (rest.Length > 0)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(rest) is var length && length > rest.Length - 4)
            {
                return -1;
            }

            rest = rest[(4 + (int)length)..];
            count++;
        }

        return count;
    }

    private string? Fault(ModelInferRequest.Types.InferInputTensor sent)
    {
        if (Datatype is not ("INT32" or "INT64" or "BYTES"))
        {
            return $"the datatype {Datatype} is none of INT32, INT64 and BYTES";
        }

        if (_raw is not null && sent.Contents is not null)
        {
            return "it has contents of its own beside raw_input_contents";
        }

        long expected = 1;
        foreach (long size in Shape)
        {
            if (size <= 0 || size > int.MaxValue || (expected *= size) > int.MaxValue)
            {
                return $"the shape [{string.Join(',', Shape)}] is no shape of a batch";
            }
        }

        long elements = Datatype switch
        {
            _ when Shape.Length == 0 => 0,
            "INT32" => _raw is { } r ? (r.Length % 4 == 0 ? r.Length / 4 : -1) : _contents.IntContents.Count,
            "INT64" => _raw is { } r ? (r.Length % 8 == 0 ? r.Length / 8 : -1) : _contents.Int64Contents.Count,
            _ => _raw is { } r ? CountBytes(r.Span) : _contents.BytesContents.Count,
        };
        return elements < 0 ? "its raw contents are no whole number of elements"
            : elements != expected ? $"it holds {elements} elements, its shape [{string.Join(',', Shape)}] says {expected}"
            : null;
    }
}
