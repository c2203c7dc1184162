using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Source;
using KdCluster.Teachers;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Source;

public sealed class SoftTargetSourceTests : IAsyncLifetime
{
    private const int Count = 200;
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly InstanceView[] _inputs = InstanceView.OfTokens([.. Enumerable.Range(0, Count).Select(i => new[] { i, 1 })]);
    private LocalStore _store = null!;
    private FakeTeacher[] _teachers = [];

    public ValueTask InitializeAsync()
    {
        _store = LocalStore.Open(_folder.Path, e => Assert.Fail(e.ToString()), TimeProvider.System);
        _teachers = [new FakeTeacher('a', _store), new FakeTeacher('b', _store), new FakeTeacher('c', _store)];
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private SoftTargetSource Make(int prefetch = 4, int? embedding = null, long memory = SoftTargetSource.DefaultMemory, FakeTeacher[]? teachers = null, ISoftTargetStore? store = null) =>
        new(store ?? _store, teachers ?? _teachers, [.. (teachers ?? _teachers).Select(_ => _inputs)], embedding, prefetch, _time, memory);

    private static List<int[]> Epochs(int epochs, int batch = 16) =>
        [.. Enumerable.Range(0, epochs).SelectMany(e => Shuffled(e).Chunk(batch))];

    private static int[] Shuffled(int seed)
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        new Random(seed).Shuffle(rows);
        return rows;
    }

    private void AssertExact(SoftTargetBatch batch, int[] rows, int? embedding = null)
    {
        Assert.Equal(rows, batch.Instances);
        Assert.Equal(_teachers.SelectMany(t => rows.SelectMany(r => Enumerable.Range(0, FakeTeacher.Classes).Select(c => t.Logit(_inputs[r].Ids[0], c)))), batch.Logits);
        Assert.Equal(embedding is { } e ? rows.SelectMany(r => Enumerable.Range(0, FakeTeacher.EmbeddingWidth).Select(c => _teachers[e].Embedding(_inputs[r].Ids[0], c))) : [], batch.Embedding);
        Assert.InRange(batch.StoreHits + batch.TeacherRows, 0, rows.Length * _teachers.Length);
    }

    private async Task<(int Hits, int Computed)> RunAsync(SoftTargetSource source, List<int[]> batches, int? embedding = null)
    {
        int hits = 0, computed = 0;
        await Task.Run(() =>
        {
            using ISoftTargetStream stream = source.Open(batches, default);
            foreach (int[] rows in batches)
            {
                SoftTargetBatch batch = stream.Take();
                AssertExact(batch, rows, embedding);
                hits += batch.StoreHits;
                computed += batch.TeacherRows;
            }

            Assert.Throws<InvalidOperationException>(stream.Take);
        });
        return (hits, computed);
    }

    /// <summary>Rows of one output have many sizes here: each length is a set of its own, and nothing else is asked for.</summary>
    [Theory]
    [InlineData(SoftTargetSource.DefaultMemory)]
    [InlineData(0)]
    public async Task An_output_whose_shape_varies_is_exact_kept_and_the_only_one_asked_for(long memory)
    {
        int[][] inputs = [.. Enumerable.Range(0, Count).Select(i => Enumerable.Range(i, 1 + (i % 5)).ToArray())];
        string hidden = OutputNames.Hidden(1);
        FakeTeacher[] teachers = _teachers[..2];
        InstanceView[] views = InstanceView.OfTokens(inputs);
        SoftTargetSource Open() => new(_store, teachers, [views, views], null, 4, _time, memory, [[hidden], [OutputNames.Logits, OutputNames.Embedding, hidden]]);

        using (SoftTargetSource first = Open())
        {
            await TakeAsync(first);
        }

        Assert.All(teachers, t => Assert.Equal(Enumerable.Range(0, Count), t.Asked.Order()));
        Assert.All(teachers[0].Requests, r => Assert.Equal([hidden], r.Outputs));
        Assert.Equal(5, (await _store.StatsAsync(default)).Sets.Count(s => s.Set.Output == hidden && s.Set.Teacher == new string('a', 64)));
        Assert.Equal(Count, (await _store.StatsAsync(default)).Sets.Where(s => s.Set.Output == hidden && s.Set.Teacher == new string('b', 64)).Sum(s => s.Rows));
        using SoftTargetSource second = Open();
        Assert.Equal((2L * Count, 2L * Count), await second.CountKeptAsync(default));
        await TakeAsync(second);
        Assert.All(teachers, t => Assert.Equal(Count, t.Asked.Count));

        Task TakeAsync(SoftTargetSource source) => Task.Run(() =>
        {
            List<int[]> batches = Epochs(2);
            using ISoftTargetStream stream = source.Open(batches, default);
            foreach (int[] rows in batches)
            {
                SoftTargetBatch batch = stream.Take();
                Assert.All(batch.Logits[..(rows.Length * FakeTeacher.Classes)], x => Assert.Equal(0, x));
                Assert.Equal(rows.SelectMany(r => teachers[1].Row(OutputNames.Logits, inputs[r])), batch.Logits[(rows.Length * FakeTeacher.Classes)..]);
                Assert.Equal([(0, hidden), (1, OutputNames.Embedding), (1, hidden)], batch.Outputs.Select(o => (o.Teacher, o.Output)));
                foreach (OutputRows output in batch.Outputs)
                {
                    Assert.Equal(rows.Select(r => inputs[r].Length), output.Lengths);
                    Assert.Equal(rows.Select(r => teachers[output.Teacher].Row(output.Output, inputs[r])), output.Rows.Select(r => r.ToArray()));
                }
            }
        });
    }

    [Theory]
    [InlineData(SoftTargetSource.DefaultMemory)]
    [InlineData(0)]
    public async Task Numbers_are_exact_and_each_row_is_computed_once_over_epochs_and_runs(long memory)
    {
        using SoftTargetSource first = Make(memory: memory, embedding: 1);
        (int hits, int computed) = await RunAsync(first, Epochs(3), embedding: 1);
        Assert.Equal(Count * 3, computed);
        // What was computed once and is held in memory did not come from the store; what was forgotten did.
        Assert.True(memory > 0 ? hits == 0 : hits > Count * 3, $"{hits} from the store");
        Assert.All(_teachers, t => Assert.Equal(Enumerable.Range(0, Count), t.Asked.Order()));
        Assert.All(_teachers, t => Assert.All(t.Requests, r => Assert.Equal(_store.Id, r.StoreAsked)));
        Assert.Equal(Count * 3, first.Counters.TeacherRows);

        using SoftTargetSource second = Make(memory: memory, embedding: 1);
        Assert.Equal((Count * 3, 0), await RunAsync(second, Epochs(1), embedding: 1));
        Assert.All(_teachers, t => Assert.Equal(Count, t.Asked.Count));
        Assert.Equal(Count * 3, second.Counters.StoreRows);
        Assert.Equal((Count * 3L, Count * 3L), await second.CountKeptAsync(default));
        Assert.Equal(0, second.Counters.TeacherBytes);
    }

    [Fact]
    public async Task Without_a_store_memory_serves_later_epochs()
    {
        FakeTeacher[] teachers = [new('a'), new('b'), new('c')];
        using SoftTargetSource source = Make(teachers: teachers, store: new NullStore());
        Assert.Equal((0, Count * 3), await RunAsync(source, Epochs(2)));
        Assert.Equal((0L, Count * 3L), await source.CountKeptAsync(default));
        Assert.All(teachers, t => Assert.Equal(Count, t.Asked.Count));
    }

    [Fact]
    public async Task Equal_inputs_and_overlapping_batches_are_asked_for_once()
    {
        for (int i = 100; i < Count; i++)
            _inputs[i] = _inputs[i - 100];
        var held = new TaskCompletionSource();
        _teachers[0].Before = _ => held.Task;
        using SoftTargetSource source = Make(prefetch: 8);
        int[][] batches = [[0, 1, 2], [1, 2, 103], [0, 0, 100], [3, 3, 102]];
        using ISoftTargetStream stream = source.Open(batches, default);
        held.SetResult();
        foreach (int[] rows in batches)
            AssertExact(await Task.Run(stream.Take), rows);
        Assert.All(_teachers, t => Assert.Equal([0, 1, 2, 3], t.Asked.Order()));
    }

    [Fact]
    public async Task Batches_are_begun_as_far_ahead_as_the_prefetch_and_no_further()
    {
        var seen = new List<int>();
        IEnumerable<int[]> Batches()
        {
            for (int i = 0; i < 10; i++)
            {
                seen.Add(i);
                yield return [i];
            }
        }

        using SoftTargetSource source = Make(prefetch: 3);
        using ISoftTargetStream stream = source.Open(Batches(), default);
        Assert.Equal(3, seen.Count);
        AssertExact(await Task.Run(stream.Take), [0]);
        Assert.Equal(3, seen.Count);   // two are left, which is more than half
        AssertExact(await Task.Run(stream.Take), [1]);
        Assert.Equal(5, seen.Count);
    }

    [Fact]
    public async Task Batches_that_are_begun_together_are_asked_for_together()
    {
        using SoftTargetSource source = Make(prefetch: 8);
        List<int[]> batches = [.. Enumerable.Range(0, 12).Select(i => new[] { i, i + 20 })];
        using ISoftTargetStream stream = source.Open(batches, default);
        foreach (int[] rows in batches)
            AssertExact(await Task.Run(stream.Take), rows);
        Assert.All(_teachers, t => Assert.Equal([16, 8], t.Requests.Select(r => r.Inputs.Count)));
    }

    [Fact]
    public async Task Rows_wanted_while_requests_are_under_way_join_the_next_one()
    {
        var held = new TaskCompletionSource();
        _teachers[0].Before = _ => held.Task;
        using SoftTargetSource source = Make(prefetch: 20);
        List<int[]> batches = [.. Enumerable.Range(0, 20).Select(i => new[] { i })];
        using ISoftTargetStream stream = source.Open(batches, default);
        held.SetResult();
        foreach (int[] rows in batches)
            AssertExact(await Task.Run(stream.Take), rows);
        Assert.InRange(_teachers[0].Requests.Count, 1, 6);
    }

    [Fact]
    public async Task A_teachers_error_comes_out_of_Take_and_the_next_stream_asks_again()
    {
        _teachers[1].Before = _ => throw new KdException("KD1306", "gone");
        using SoftTargetSource source = Make();
        using (ISoftTargetStream stream = source.Open([[1, 2]], default))
            Assert.Equal("KD1306", (await Assert.ThrowsAsync<KdException>(() => Task.Run(stream.Take))).Code);
        _teachers[1].Before = _ => throw new IOException("broken pipe");
        using (ISoftTargetStream stream = source.Open([[1, 2]], default))
            Assert.Contains("teacher-b", (await Assert.ThrowsAsync<KdException>(() => Task.Run(stream.Take))).Message);
        _teachers[1].Before = _ => Task.CompletedTask;
        await RunAsync(source, [[1, 2]]);
    }

    [Fact]
    public async Task Large_inputs_are_asked_for_in_parts_that_fit_a_message()
    {
        const int side = 1500, rows = 12;   // 27 MB in all
        var layout = new TensorLayout("pixels", TensorType.UInt8, [1, side, side]);
        InstanceView[] images = [.. Enumerable.Range(0, rows).Select(i => new InstanceView(new NamedTensor(layout, Enumerable.Repeat((byte)i, side * side).ToArray())))];
        FakeTeacher teacher = _teachers[0];
        using var source = new SoftTargetSource(new NullStore(), [teacher], [images], null, 2, _time);
        using ISoftTargetStream stream = source.Open([[.. Enumerable.Range(0, rows)]], default);
        SoftTargetBatch batch = await Task.Run(stream.Take);
        Assert.Equal([3, 3, 3, 3], teacher.Requests.Select(r => r.Inputs.Count));
        Assert.All(teacher.Requests, r => Assert.True(r.Inputs.Sum(i => i.Bytes) <= TeacherFeed.MostInputBytes));
        Assert.Equal(Enumerable.Range(0, rows).SelectMany(i => Enumerable.Range(0, FakeTeacher.Classes).Select(c => teacher.Logit(i, c))), batch.Logits);
    }

    [Fact]
    public async Task A_short_answer_is_refused()
    {
        var wrong = new ShortTeacher(_teachers[0]);
        using var source = new SoftTargetSource(new NullStore(), [wrong], [_inputs], null, 2, _time);
        using ISoftTargetStream stream = source.Open([[1, 2]], default);
        Assert.Equal("KD1306", (await Assert.ThrowsAsync<KdException>(() => Task.Run(stream.Take))).Code);
    }

    [Fact]
    public async Task Cancelling_frees_a_waiting_Take_and_disposing_the_source_the_request()
    {
        var entered = new TaskCompletionSource();
        _teachers[0].Before = _ =>
        {
            entered.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        SoftTargetSource source = Make();
        using var cancel = new CancellationTokenSource();
        using ISoftTargetStream stream = source.Open([[1]], cancel.Token), other = source.Open([[1]], default);
        Task take = Task.Run(stream.Take), waiting = Task.Run(other.Take);
        await entered.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => take);
        source.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Stall_is_the_time_that_Take_waited()
    {
        var held = new TaskCompletionSource();
        _teachers[0].Before = async _ =>
        {
            await held.Task;
            _time.Advance(TimeSpan.FromSeconds(3));
        };
        using SoftTargetSource source = Make();
        using ISoftTargetStream stream = source.Open([[1], [1]], default);
        Task<SoftTargetBatch> take = Task.Run(stream.Take);
        while (!_time.Read)
            await Task.Yield();
        held.SetResult();
        await take;
        Assert.Equal(TimeSpan.FromSeconds(3), stream.Stall);
        await Task.Run(stream.Take);
        Assert.Equal(TimeSpan.FromSeconds(3), stream.Stall);
    }

    [Fact]
    public async Task Warming_fetches_what_the_store_lacks_and_tells_how_far_it_is()
    {
        await RunAsync(Make(), [[.. Enumerable.Range(0, 50)]]);
        var told = new List<WarmingProgress>();
        using SoftTargetSource source = Make(memory: 0);
        WarmingProgress end = await source.WarmAsync(new Inline(told.Add), default);
        Assert.Equal(new WarmingProgress(600, 600, 150, 450), end);
        Assert.Equal(end, told[^1]);
        Assert.Equal(new WarmingProgress(600, 600, 600, 0), await Make(memory: 0).WarmAsync(null, default));
    }

    [Fact]
    public void Teachers_of_different_label_spaces_are_refused_together()
    {
        FakeTeacher[] teachers = [_teachers[0], new('d', labelSpace: new string('7', 64)), new('e', labelSpace: new string('8', 64))];
        KdException refused = Assert.Throws<KdException>(() => Make(teachers: teachers));
        Assert.Equal(["KD1307", "KD1307"], refused.Errors.Select(e => e.Code));
    }

    private sealed class Inline(Action<WarmingProgress> tell) : IProgress<WarmingProgress>
    {
        public void Report(WarmingProgress value) => tell(value);
    }

    private sealed class ShortTeacher(ITeacherClient inner) : ITeacherClient
    {
        public string StoreId => "short";

        public TeacherDescription Description => inner.Description;

        public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => inner.TokenizerAsync(cancellationToken);

        public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken) =>
            [.. (await inner.GetAsync(request, cancellationToken)).Select(b => b[..^1])];
    }

    private sealed class WatchedTime : FakeTimeProvider
    {
        /// <summary>Whether anyone has looked at it.</summary>
        public bool Read { get; private set; }

        public override long GetTimestamp()
        {
            Read = true;
            return base.GetTimestamp();
        }
    }
}
