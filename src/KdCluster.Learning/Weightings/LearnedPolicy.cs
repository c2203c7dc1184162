using System.Runtime.InteropServices;
using System.Text.Json;
using KdCluster.Learning.Checkpoints;
using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>What a policy has learned, with what it reads: enough to ask it, and for another student to begin with it.</summary>
public sealed class LearnedPolicy
{
    private const string Format = "kdcluster-policy-1";

    /// <summary>The weighting's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Its options, as in the recipe: JSON.</summary>
    public required string Options { get; init; }

    /// <summary>What it reads.</summary>
    public required PolicyInputs Inputs { get; init; }

    /// <summary>The learned arrays by name, flattened.</summary>
    public required IReadOnlyDictionary<string, double[]> Arrays { get; init; }

    /// <summary>The student that it learned with: <c>run/variant/seed</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>SHA-256 over kind, inputs (teachers' names aside) and learned arrays: 64 hexadecimal digits.</summary>
    public string Fingerprint
    {
        get
        {
            using ContentHash hash = new();
            hash.Add(Format);
            hash.Add(Kind);
            hash.Add(Inputs.Teachers.Length);
            hash.Add(Inputs.Teachers.Select(t => t.Fingerprint));
            hash.Add(Inputs.Embedding);
            hash.Add(Inputs.EmbeddingWidth);
            hash.Add(Inputs.Labels.Length);
            hash.Add(Inputs.Labels);
            if (Inputs.Student.Length > 0)
                hash.Add(Inputs.Student);
            foreach (var (name, numbers) in Arrays.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                hash.Add(name);
                hash.Add(numbers.Length);
                hash.Add(MemoryMarshal.AsBytes<double>(numbers));
            }

            return hash.End();
        }
    }

    /// <summary>Writes it as a safetensors file: an array per name, [teachers, numbers of each], and the rest as the file's notes.</summary>
    public void Write(Stream stream) => SafeTensorsWriter.Write(
        stream,
        [.. Arrays.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new SafeTensor(a.Key, SafeTensorType.F64, Shape(a.Value), MemoryMarshal.AsBytes<double>(a.Value).ToArray()))],
        new Dictionary<string, string>
        {
            ["format"] = Format,
            ["kind"] = Kind,
            ["options"] = Options,
            ["inputs"] = JsonSerializer.Serialize(Inputs),
            ["origin"] = Origin,
            ["fingerprint"] = Fingerprint,
            ["kdcluster"] = KdVersion.Text,
        });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: the file is missing; <c>KD1203</c>: it is damaged, or no policy.</exception>
    public static LearnedPolicy Read(string path)
    {
        using var reader = SafeTensorsReader.Open(path);
        if (reader.Metadata.GetValueOrDefault("format") != Format)
            throw new KdException("KD1203", "the file is a safetensors file, but no policy.", path, "Name a file that `kd weighting export` wrote.");
        try
        {
            var policy = new LearnedPolicy
            {
                Kind = reader.Metadata["kind"],
                Options = reader.Metadata["options"],
                Inputs = JsonSerializer.Deserialize<PolicyInputs>(reader.Metadata["inputs"])!,
                Origin = reader.Metadata["origin"],
                Arrays = reader.Tensors.ToDictionary(t => t.Name, t => MemoryMarshal.Cast<byte, double>(reader.ReadBytes(t)).ToArray()),
            };
            if (policy.Fingerprint != reader.Metadata["fingerprint"])
                throw new KdException("KD1203", "the policy's fingerprint is not that of its contents.", path, "Take a whole copy of the file.");
            return policy;
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or NullReferenceException)
        {
            throw new KdException("KD1203", $"the policy's notes are damaged: {e.Message}", path, "Take a whole copy of the file.", e);
        }
    }

    private long[] Shape(double[] numbers) => numbers.Length % Inputs.Teachers.Length == 0 ? [Inputs.Teachers.Length, numbers.Length / Inputs.Teachers.Length] : [numbers.Length];
}
