using System.Text.Json.Serialization;

namespace KdCluster.SoftTargets;

/// <summary>All soft targets of one teacher, one output and one encoding that have rows of one size: what a store's key starts with.</summary>
/// <param name="Teacher">The teacher's fingerprint for this output: 64 hexadecimal digits (SHA-256 over weights, architecture, preprocessing and output).</param>
/// <param name="Output">The output's name, as in <see cref="OutputNames"/>.</param>
/// <param name="Element">Encoding of a row.</param>
/// <param name="Width">Numbers in a row: classes, or the embedding's width; tokens times width for the states of a layer.</param>
/// <param name="TopK">k when <paramref name="Element"/> is <see cref="ElementType.TopK"/>, else 0.</param>
/// <param name="LabelSpace">Hash of the ordered label names: 64 hexadecimal digits.</param>
public sealed record SoftTargetSet(
    string Teacher, [property: JsonPropertyName("Kind"), JsonConverter(typeof(OutputNameJson))] string Output, ElementType Element, int Width, int TopK, string LabelSpace)
{
    /// <summary>Of scores that an instance has for each of its tokens, with <see cref="ElementType.TopK"/>, the tokens: of each the k largest are kept. 0: the row is one. The width tells it, so keys do not hold it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Positions { get; init; }

    /// <summary>Bytes of one encoded row; the same for every row of the set.</summary>
    public int RowBytes => Element switch
    {
        ElementType.Float32 => 4 * Width,
        ElementType.Float16 or ElementType.BFloat16 => 2 * Width,
        ElementType.TopK => Math.Max(Positions, 1) * ((6 * TopK) + 4),   // index u32 + value f16 each, then the mass left out as f32
        _ => throw new InvalidOperationException($"unknown element type {Element}"),
    };
}
