using System.Globalization;
using System.Runtime.InteropServices;

namespace KdCluster.Learning.Onnx;

/// <summary>
/// A computation in the making, as an ONNX model: each call adds one operation and gives the name of its result. Numbers of fields are those of onnx.proto, operations those of opset
/// <see cref="Opset"/> (onnx.ai/onnx/operators).
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The first version of the operators with all that is used here (LayerNormalization), so that older runtimes read it too.</summary>
    public const int Opset = 17;

    /// <summary>Version of the file format that came with it.</summary>
    private const int IrVersion = 8;

    private readonly ProtoWriter _graph = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _results;

    /// <param name="name">Of the graph, for people.</param>
    public OnnxGraph(string name) => _graph.Text(2, name);

    /// <summary>An input of the model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its elements.</param>
    /// <param name="shape">Sizes; a text names one that may be any.</param>
    public string Input(string name, OnnxElement type, params ReadOnlySpan<object> shape) => Declared(11, name, type, shape);

    /// <summary>An output of the model: a result under a name of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="result">Of an operation; float32.</param>
    /// <param name="shape">Sizes; a text names one that may be any.</param>
    public void Output(string name, string result, params ReadOnlySpan<object> shape)
    {
        Add("Identity", [result], name, []);
        Declared(12, name, OnnxElement.Float, shape);
    }

    /// <summary>A constant tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <param name="shape">Its sizes; none: a scalar.</param>
    public string Weight(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Constant(name, OnnxElement.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant tensor of float32 whose elements are in a file beside the model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The file's.</param>
    /// <param name="shape">Its sizes.</param>
    public string Elsewhere(string name, string file, params ReadOnlySpan<long> shape)
    {
        ProtoWriter tensor = new();
        foreach (long size in shape)
            tensor.Number(1, size);
        tensor.Number(2, (long)OnnxElement.Float).Text(8, name).Message(13, new ProtoWriter().Text(1, "location").Text(2, file)).Number(14, 1);
        _graph.Message(5, tensor);
        return name;
    }

    /// <summary>A constant number.</summary>
    public string Real(float value) => Weight(Next("constant"), [value]);

    /// <summary>A constant list of whole numbers.</summary>
    public string Whole(params ReadOnlySpan<long> values) => Constant(Next("constant"), OnnxElement.Int64, MemoryMarshal.AsBytes(values), values.Length);

    /// <summary>A constant whole number.</summary>
    public string Number(long value) => Constant(Next("constant"), OnnxElement.Int64, MemoryMarshal.AsBytes([value]));

    /// <summary>An operation with one result.</summary>
    /// <param name="operation">Of the opset.</param>
    /// <param name="inputs">Names; an empty one stands for an optional input that is left out.</param>
    /// <param name="attributes">A whole number, a number, a text or a list of whole numbers each.</param>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string result = Next(operation.ToLowerInvariant());
        Add(operation, inputs, result, attributes);
        return result;
    }

    /// <summary>Writes the model.</summary>
    /// <param name="stream">Takes the bytes; the same graph gives the same.</param>
    /// <param name="facts">What it says of itself, in order.</param>
    public void Write(Stream stream, IEnumerable<(string Key, string Value)> facts)
    {
        ProtoWriter model = new ProtoWriter().Number(1, IrVersion).Text(2, "KdCluster").Message(7, _graph).Message(8, new ProtoWriter().Text(1, "").Number(2, Opset));
        foreach ((string key, string value) in facts)
            model.Message(14, new ProtoWriter().Text(1, key).Text(2, value));
        model.CopyTo(stream);
    }

    private string Declared(int field, string name, OnnxElement type, ReadOnlySpan<object> shape)
    {
        ProtoWriter sizes = new();
        foreach (object size in shape)
            sizes.Message(1, size is string any ? new ProtoWriter().Text(2, any) : new ProtoWriter().Number(1, Convert.ToInt64(size, CultureInfo.InvariantCulture)));
        ProtoWriter tensor = new ProtoWriter().Number(1, (long)type).Message(2, sizes);
        _graph.Message(field, new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor)));
        return name;
    }

    private string Constant(string name, OnnxElement type, ReadOnlySpan<byte> bytes, params ReadOnlySpan<long> shape)
    {
        if (!_names.Add(name))
            throw new ArgumentException($"the graph has a constant {name} already", nameof(name));
        ProtoWriter tensor = new();
        foreach (long size in shape)
            tensor.Number(1, size);
        _graph.Message(5, tensor.Number(2, (long)type).Text(8, name).Bytes(9, bytes));
        return name;
    }

    private void Add(string operation, ReadOnlySpan<string> inputs, string result, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        ProtoWriter node = new();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, result).Text(3, result).Text(4, operation);
        foreach ((string name, object value) in attributes)
            node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
    }

    // name 1; f 2, i 3, s 4, ints 8; type 20: FLOAT 1, INT 2, STRING 3, INTS 7.
    private static ProtoWriter Attribute(string name, object value)
    {
        ProtoWriter attribute = new ProtoWriter().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Real(2, number).Number(20, 1);
            case string text:
                return attribute.Text(4, text).Number(20, 3);
            case long[] list:
                foreach (long item in list)
                    attribute.Number(8, item);
                return attribute.Number(20, 7);
            default:
                return attribute.Number(3, Convert.ToInt64(value, CultureInfo.InvariantCulture)).Number(20, 2);
        }
    }

    private string Next(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}_{++_results}");
}
