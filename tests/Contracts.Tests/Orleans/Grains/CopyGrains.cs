using Orleans.Concurrency;

namespace KdCluster.Tests.OrleansRuntime;

public interface ICopyGrain : IGrainWithStringKey
{
    Task<int[]> Keep(int[] values);

    Task<int[]> Kept();

    Task<bool> KeepImmutable([Immutable] byte[] bytes);

    Task<Immutable<byte[]>> Wrapped(Immutable<byte[]> bytes);

    Task<Specimen> Change(Specimen specimen);

    Task<object?> Anything(object? value);
}

public class CopyGrain : Grain, ICopyGrain
{
    private int[] _kept = [];

    /// <summary>The last array that came as it was, by key of the grain that got it.</summary>
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> Received = new();

    public Task<int[]> Keep(int[] values)
    {
        _kept = values;
        values[0] = -1;
        return Task.FromResult(values);
    }

    public Task<int[]> Kept() => Task.FromResult(_kept);

    public Task<bool> KeepImmutable(byte[] bytes) => Task.FromResult(Received.TryAdd(this.GetPrimaryKeyString(), bytes));

    public Task<Immutable<byte[]>> Wrapped(Immutable<byte[]> bytes) => Task.FromResult(bytes);

    public Task<Specimen> Change(Specimen specimen)
    {
        specimen.Names.Add("changed");
        specimen.Parts["new"] = new Part("p", [9]);
        return Task.FromResult(specimen);
    }

    public Task<object?> Anything(object? value) => Task.FromResult(value);
}

[GenerateSerializer]
public record Part(string Name, float[] Values);

[GenerateSerializer]
public record NamedPart(string Name, float[] Values, string Alias) : Part(Name, Values);

[GenerateSerializer]
public class Specimen
{
    [Id(0)]
    public List<string> Names { get; set; } = [];

    [Id(1)]
    public Dictionary<string, Part> Parts { get; init; } = [];

    [Id(2)]
    private readonly int _secret;

    [Id(3)]
    [Immutable]
    public byte[] Weights { get; set; } = [];

    [Id(4)]
    public Specimen? Self { get; set; }

    [Id(5)]
    public (int[] Left, string Right) Pair { get; set; } = ([], "");

    [Id(6)]
    public int[,] Grid { get; set; } = new int[0, 0];

    public Specimen()
    {
    }

    public Specimen(int secret) => _secret = secret;

    /// <summary>Does not travel.</summary>
    [field: NonSerialized]
    public string Note { get; set; } = "made";

    public int Secret => _secret;
}

public sealed class Unmarked
{
    public int Value { get; set; }
}
