using System.Runtime.CompilerServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>What PyTorch answered (fixtures/make_fixtures.py).</summary>
internal static class Fixture
{
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    public static string PathOf(string file, [CallerFilePath] string caller = "") => Path.Combine(Path.GetDirectoryName(caller)!, "fixtures", file);

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
        return document.RootElement.Clone();
    }

    public static Tensor Tensor(JsonElement e)
    {
        long[] shape = [.. e.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        var data = e.GetProperty("data");
        return e.GetProperty("type").GetString() switch
        {
            "int64" => tensor(data.EnumerateArray().Select(v => (long)v.GetDouble()).ToArray(), shape),
            _ => tensor(data.EnumerateArray().Select(v => v.GetSingle()).ToArray(), shape),
        };
    }

    public static Dictionary<string, Tensor> Tensors(JsonElement e) => e.EnumerateObject().ToDictionary(p => p.Name, p => Tensor(p.Value));

    public static void Same(JsonElement expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        var wanted = Tensor(expected);
        Assert.Equal(wanted.shape, actual.shape);
        float[] a = Floats(wanted), b = Floats(actual.detach());
        for (int i = 0; i < a.Length; i++)
            Assert.True(Math.Abs(a[i] - b[i]) <= Absolute + Relative * Math.Abs(a[i]), $"{what}[{i}]: PyTorch {a[i]:g9}, here {b[i]:g9}");
    }

    public static void SameAll(JsonElement expected, IReadOnlyDictionary<string, Tensor> actual, string what)
    {
        Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(), actual.Keys.Order());
        foreach (var p in expected.EnumerateObject())
            Same(p.Value, actual[p.Name], $"{what}.{p.Name}");
    }

    public static float[] Floats(Tensor t) => t.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
