using System.Text.Json;
using System.Text.Json.Serialization;

namespace KdCluster.SoftTargets;

/// <summary>An output's name in kept files. The first two were numbers before outputs had names, and still are: what is kept under them is found again.</summary>
internal sealed class OutputNameJson : JsonConverter<string>
{
    private static readonly string[] Numbered = ["", OutputNames.Logits, OutputNames.Embedding];

    /// <summary>The number of an output in keys and kept files; 0: it has its name there.</summary>
    public static byte Number(string output) => (byte)Math.Max(0, Array.IndexOf(Numbered, output));

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        int number = reader.GetInt32();
        return number > 0 && number < Numbered.Length ? Numbered[number] : throw new JsonException($"there is no output of number {number}");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (Number(value) is > 0 and byte number)
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(value);
    }
}
