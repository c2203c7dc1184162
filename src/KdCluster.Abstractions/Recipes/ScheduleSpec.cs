using System.Text.Json;
using System.Text.Json.Serialization;

namespace KdCluster.Recipes;

/// <summary>A number that may change while a stage runs: a pure function of the step, so that a resumed run takes the same. In a recipe it is a plain number, or a section.</summary>
[JsonConverter(typeof(Converter))]
public sealed record ScheduleSpec
{
    /// <summary>The kind of a number that never changes.</summary>
    public const string Constant = "constant";

    /// <summary><c>constant</c>, <c>linear</c>, <c>cosine</c>, <c>exponential</c> or <c>steps</c>.</summary>
    public string Kind { get; init; } = Constant;

    /// <summary>The value of the first step.</summary>
    public double From { get; init; }

    /// <summary>The value of the last step, and of all steps after <see cref="Over"/>.</summary>
    public double To { get; init; }

    /// <summary>Share of the stage's steps, above 0 to 1, over which it changes.</summary>
    public double Over { get; init; } = 1;

    /// <summary>With <c>steps</c>: how many different values there are, in equal distances; each holds for whole epochs. 0 otherwise.</summary>
    public int Levels { get; init; }

    /// <summary>A number that never changes.</summary>
    public static implicit operator ScheduleSpec(double value) => FromDouble(value);

    /// <summary>A number that never changes.</summary>
    public static ScheduleSpec FromDouble(double value) => new() { From = value, To = value };

    /// <summary>A constant is written as the number that it is.</summary>
    private sealed class Converter : JsonConverter<ScheduleSpec>
    {
        public override ScheduleSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return FromDouble(JsonSerializer.Deserialize<double>(ref reader, options));
            Fields read = JsonSerializer.Deserialize<Fields>(ref reader, options)!;
            return new ScheduleSpec { Kind = read.Kind, From = read.From, To = read.To, Over = read.Over ?? 1, Levels = read.Levels ?? 0 };
        }

        public override void Write(Utf8JsonWriter writer, ScheduleSpec value, JsonSerializerOptions options)
        {
            if (value.Kind == Constant)
                JsonSerializer.Serialize(writer, value.From, options);
            else
                JsonSerializer.Serialize(writer, new Fields(value.Kind, value.From, value.To, value.Over, value.Levels == 0 ? null : value.Levels), options);
        }
    }

    private sealed record Fields(string Kind, double From, double To, double? Over, int? Levels);
}
