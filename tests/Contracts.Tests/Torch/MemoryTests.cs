using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequential = TorchSharp.Modules.Sequential;

namespace KdCluster.Tests.Torch;

/// <summary>Training in scopes keeps the process's memory flat.</summary>
[Collection(AloneCollection.Name)]
public sealed class MemoryTests(ITestOutputHelper output) : TorchTest
{
    [Fact]
    public void Memory_is_flat_over_steps()
    {
        int steps = Long.IsLong ? 20_000 : 3_000;
        using var model = Sequential(("table", Embedding(500, 16)), ("flat", Flatten()), ("in", Linear(128, 64)), ("relu", ReLU()), ("out", Linear(64, 8)));
        using var optimizer = optim.Adam(model.parameters());
        var x = randint(0, 500, [32, 8]);
        var y = randint(0, 8, [32]);
        // Threads that wait for each other on a busy machine would make minutes of seconds.
        int threads = get_num_threads();
        set_num_threads(1);
        // One activation [32, 64] left at each step is 8 KiB of it: 16 MB over the short version.
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 1000; i++)
            Step(model, optimizer, x, y, 1 + (i % 32));
        (long used, long resident) = (NativeMemory.InUse(), NativeMemory.Resident());
        for (int i = 1000; i < steps; i++)
            Step(model, optimizer, x, y, 1 + (i % 32));

        set_num_threads(threads);
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        (long usedAfter, long residentAfter) = (NativeMemory.InUse(), NativeMemory.Resident());
        string what = $"in use {used >> 10} KiB after 1000 steps, {usedAfter >> 10} after {steps}; resident {resident >> 10}, {residentAfter >> 10}";
        output.WriteLine(what);
        // In the short version methods are still being compiled, which takes some megabytes for a while.
        int compiling = Long.IsLong ? 0 : 4 << 20;
        Assert.True(usedAfter <= (1.02 * used) + compiling && residentAfter <= (1.02 * resident) + compiling, what);
    }

    private static void Step(Sequential model, optim.Optimizer optimizer, Tensor x, Tensor y, int rows)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        functional.cross_entropy(model.call(x.narrow(0, 0, rows)), y.narrow(0, 0, rows)).backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1);
        optimizer.step();
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_the_collector()
    {
        On(Forget);
        long before = NativeMemory.InUse();
        for (int i = 0; i < 40; i++)
            On(Forget);
        long after = NativeMemory.InUse();
        // 40 times 64 MiB if nothing were freed.
        Assert.True(after - before < 128L << 20, $"memory in use grew from {before >> 20} to {after >> 20} MiB");
    }

    private static void Forget()
    {
        for (int i = 0; i < 4; i++)
            ones(4 << 20);
    }

    /// <summary>On a thread of its own, so that this one's count of live tensors stays.</summary>
    private static void On(Action work)
    {
        var thread = new Thread(() => work());
        thread.Start();
        thread.Join();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
