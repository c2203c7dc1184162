using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class ThreadTests : TorchTest
{
    [Fact]
    public void Sixteen_threads_make_and_free_tensors()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var time = TimeSpan.FromSeconds(Long.IsLong ? 60 : 3);
        var failures = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        long rounds = 0;
        var threads = Enumerable.Range(0, 16).Select(seed => new Thread(() =>
        {
            try
            {
                do
                {
                    Round(seed);
                    Interlocked.Increment(ref rounds);
                }
                while (clock.Elapsed < time && failures.IsEmpty);

                Assert.Null(CurrentDisposeScope);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(failures);
        Assert.True(rounds >= 16);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Some tensors go with their scope, some by hand, some are forgotten for the finalizer.</summary>
    private static void Round(int seed)
    {
        using (NewDisposeScope())
        {
            var x = full([8, 8], seed).to_type(float32).requires_grad_();
            (x.matmul(x) * 2).sum().backward();
            Assert.Equal(seed * 32f, x.grad![0, 0].ToSingle());
        }

        ones(64).DetachFromDisposeScope();
        using var y = ones(1000) + seed;
        Assert.Equal(seed + 1, y[999].DetachFromDisposeScope().ToSingle());
    }

    [Fact]
    public void A_tensor_made_on_one_thread_is_used_and_freed_on_another()
    {
        Tensor? x = null;
        float sum = 0;
        On(() => x = ones(10));
        On(() =>
        {
            using var scope = NewDisposeScope();
            sum = x!.sum().ToSingle();
            x.Dispose();
        });
        Assert.Equal(10, sum);
        Assert.True(x!.IsInvalid);
    }

    private static void On(Action work)
    {
        var thread = new Thread(() => work());
        thread.Start();
        thread.Join();
    }
}
