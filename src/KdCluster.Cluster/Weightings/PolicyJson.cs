using System.Runtime.InteropServices;
using System.Text.Json;
using KdCluster.Learning.Weightings;

namespace KdCluster.Cluster.Weightings;

/// <summary>A policy's setup and arrays in the form in which grains send and keep them.</summary>
internal static class PolicyJson
{
    public static string Write(WeightingSetup setup) => JsonSerializer.Serialize(setup);

    public static WeightingSetup Read(string setup) => JsonSerializer.Deserialize<WeightingSetup>(setup) ?? throw new InvalidDataException("a policy's setup is empty");

    public static Dictionary<string, byte[]> Pack(Dictionary<string, double[]> arrays) => arrays.ToDictionary(a => a.Key, a => MemoryMarshal.AsBytes<double>(a.Value).ToArray());

    public static Dictionary<string, double[]> Unpack(Dictionary<string, byte[]> arrays) => arrays.ToDictionary(a => a.Key, a => MemoryMarshal.Cast<byte, double>(a.Value).ToArray());
}
