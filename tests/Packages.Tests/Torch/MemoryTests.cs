using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

/// <summary>Training in scopes keeps the process's memory flat.</summary>
public sealed class MemoryTests : TorchTest
{
    [Fact]
    public void Memory_is_flat_over_steps()
    {
        int steps = PackageModes.IsLong ? 20_000 : 2_000;
        using var model = Sequential(Linear(64, 256), ReLU(), Linear(256, 8));
        using var optimizer = optim.Adam(model.parameters());
        var x = rand(128, 64);
        var y = randint(0, 8, [128]);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        long early = 0;
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(model.call(x), y).backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
            if (i == steps / 2)
                early = Resident();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        long late = Resident();
        // One leaked activation [128, 256] a step would be 131 MB over the second half of the short version.
        Assert.True(late - early < 48 << 20, $"resident memory grew from {early >> 20} to {late >> 20} MiB over {steps / 2} steps");
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_the_collector()
    {
        On(Forget);
        long before = Resident();
        for (int i = 0; i < 40; i++)
            On(Forget);
        // 40 times 64 MiB if nothing were freed; the allocator keeps some of what was.
        Assert.True(Resident() - before < 1024L << 20, $"resident memory grew from {before >> 20} to {Resident() >> 20} MiB");
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

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
