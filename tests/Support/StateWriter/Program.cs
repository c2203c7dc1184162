using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Storage;
using Orleans.Runtime;
using Orleans.Storage;

// StateWriter FOLDER WRITER WRITES: adds 1 to its own of two counts until it was told so often that it did, and meets another writer at it.
// StateWriter FOLDER WRITER freeze: reads, compares, says so, waits for a line, and writes.
FileGrainStorage storage = new(args[0]);
int writer = int.Parse(args[1], CultureInfo.InvariantCulture);
GrainId id = GrainId.Create("run", "counted");
Console.WriteLine("ready");
Console.ReadLine();

if (args[2] == "freeze")
{
    Kept frozen = new();
    await storage.ReadStateAsync("s", id, frozen);
    frozen.State.Own[writer]++;
    frozen.State.Meanwhile = () =>
    {
        Console.WriteLine("compared");
        Console.ReadLine();
    };
    try
    {
        await storage.WriteStateAsync("s", id, frozen);
        Console.WriteLine("written");
    }
    catch (InconsistentStateException e)
    {
        Console.WriteLine($"mismatch: {e.Message}");
    }

    return;
}

Kept state = new();
await storage.ReadStateAsync("s", id, state);
int told = state.State.Own[writer], all = told + int.Parse(args[2], CultureInfo.InvariantCulture), mismatches = 0, late = 0;
while (told < all)
{
    state.State.Own[writer]++;
    try
    {
        await storage.WriteStateAsync("s", id, state);
        told++;
    }
    catch (InconsistentStateException)
    {
        mismatches++;
        state = new Kept();
        await storage.ReadStateAsync("s", id, state);
        // It was written, and this process then waited for its turn while others wrote so much that it could not tell.
        if (state.State.Own[writer] == told + 1)
        {
            told++;
            late++;
        }
    }

    if (state.State.Own[writer] != told)
    {
        Console.WriteLine($"lost: told of {told} writes, {state.State.Own[writer]} are there");
        return;
    }
}

Console.WriteLine($"done: {mismatches} mismatches, {late} of them of writes that were there");

internal sealed class Counts
{
    private readonly int[] _own = [0, 0];

    /// <summary>Is called between the comparing of etags and the writing: there the state is serialized.</summary>
    [JsonIgnore]
    public Action? Meanwhile { get; set; }

    public int[] Own
    {
        get
        {
            Meanwhile?.Invoke();
            return _own;
        }
        init => _own = value;
    }
}

internal sealed class Kept : IGrainState<Counts>
{
    [AllowNull]
    public Counts State { get; set; } = new();

    [AllowNull]
    public string ETag { get; set; } = "";

    public bool RecordExists { get; set; }
}
