using System.Globalization;

namespace KdCluster.Teachers;

/// <summary>Precisions as they are written.</summary>
public static class PrecisionNames
{
    /// <summary>All, in the order of <see cref="Precision"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["f32", "bf16", "auto"];

    /// <summary>The name of a precision; of one that only a later version knows, its number.</summary>
    public static string Of(Precision precision) => Enum.IsDefined(precision) ? All[(int)precision] : string.Create(CultureInfo.InvariantCulture, $"precision number {(int)precision}");

    /// <summary>The precision of a name; null: <see cref="Precision.F32"/>.</summary>
    /// <param name="name">Of <see cref="All"/>.</param>
    public static Precision Parse(string? name) => name is null ? Precision.F32 : All.Contains(name) ? (Precision)All.ToList().IndexOf(name) : throw new ArgumentException($"'{name}' is no precision", nameof(name));
}
