using Orleans.Concurrency;
using Orleans.Serialization;

namespace KdCluster.Tests.OrleansRuntime;

public class CopyTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task Neither_side_sees_what_the_other_does_to_its_array()
    {
        var grain = Grains.GetGrain<ICopyGrain>(NewKey());
        int[] mine = [1, 2, 3];
        var answer = await grain.Keep(mine);
        Assert.Equal([1, 2, 3], mine);
        Assert.Equal([-1, 2, 3], answer);
        mine[1] = answer[1] = 77;
        Assert.Equal((int[])[-1, 2, 3], await grain.Kept());
    }

    [Fact]
    public async Task A_call_sees_its_arguments_as_they_were_when_it_was_made()
    {
        var grain = Grains.GetGrain<ICopyGrain>(NewKey());
        int[] mine = [1, 2, 3];
        var keeping = grain.Keep(mine);
        mine[2] = 99;
        Assert.Equal((int[])[-1, 2, 3], await keeping);
    }

    [Fact]
    public async Task What_is_immutable_is_not_copied()
    {
        var grain = Grains.GetGrain<ICopyGrain>(NewKey());
        byte[] bytes = [1, 2, 3];
        Assert.True(await grain.KeepImmutable(bytes));
        Assert.Same(bytes, CopyGrain.Received[grain.GetPrimaryKeyString()]);
        Assert.Same(bytes, (await grain.Wrapped(new Immutable<byte[]>(bytes))).Value);
    }

    [Fact]
    public async Task Members_with_an_id_are_copied_and_no_others()
    {
        var mine = new Specimen(7)
        {
            Names = { "a" },
            Parts = { ["x"] = new Part("x", [1, 2]), ["y"] = new NamedPart("y", [3], "why") },
            Weights = [1],
            Pair = ([4, 5], "r"),
            Grid = new[,] { { 1, 2 }, { 3, 4 } },
            Note = "mine",
        };
        mine.Self = mine;
        var theirs = await Grains.GetGrain<ICopyGrain>(NewKey()).Change(mine);

        Assert.Equal(["a"], mine.Names);
        Assert.Equal(["a", "changed"], theirs.Names);
        Assert.Equal(["x", "y", "new"], theirs.Parts.Keys);
        Assert.Equal([1, 2], theirs.Parts["x"].Values);
        Assert.NotSame(mine.Parts["x"].Values, theirs.Parts["x"].Values);
        var named = Assert.IsType<NamedPart>(theirs.Parts["y"]);
        Assert.Equal(("y", "why"), (named.Name, named.Alias));
        Assert.Equal([3], named.Values);
        Assert.Equal(7, theirs.Secret);
        Assert.Same(mine.Weights, theirs.Weights);
        Assert.Same(theirs, theirs.Self);
        Assert.Equal([4, 5], theirs.Pair.Left);
        Assert.NotSame(mine.Pair.Left, theirs.Pair.Left);
        Assert.Equal(mine.Grid, theirs.Grid);
        Assert.NotSame(mine.Grid, theirs.Grid);
        Assert.Equal("made", theirs.Note);
    }

    [Fact]
    public async Task The_usual_collections_travel()
    {
        var grain = Grains.GetGrain<ICopyGrain>(NewKey());
        object[] values =
        [
            "text", 1, 2.5, true, 'c', 10m, Guid.NewGuid(), DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), DayOfWeek.Friday, new Uri("http://a/"),
            new List<string> { "a" }, new Dictionary<string, int[]> { ["k"] = [1] }, new HashSet<int> { 1, 2 }, new Queue<int>([1, 2]), new Stack<int>([1, 2]),
            new SortedDictionary<int, string> { [2] = "b", [1] = "a" }, new[] { new[] { 1 }, [2, 3] }, (1, "two"), Tuple.Create(1, "two"),
            new KeyValuePair<string, int>("k", 1), new float[] { 1.5f }, new string?[] { "a", null },
        ];
        foreach (var value in values)
        {
            var back = await grain.Anything(value);
            Assert.Equal(value, back);
            Assert.IsType(value.GetType(), back);
        }
        Assert.Null(await grain.Anything(null));
        var shared = new List<int> { 1 };
        var pair = Assert.IsType<List<int>[]>(await grain.Anything(new[] { shared, shared }));
        Assert.Same(pair[0], pair[1]);
        Assert.NotSame(shared, pair[0]);
    }

    [Fact]
    public async Task A_type_that_nobody_marked_is_refused() =>
        await Assert.ThrowsAsync<CodecNotFoundException>(() => Grains.GetGrain<ICopyGrain>(NewKey()).Anything(new Unmarked()));
}
