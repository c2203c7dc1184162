using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class ScopeTests : TorchTest
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inner, kept, detached;
        using (var scope = NewDisposeScope())
        {
            inner = ones(1);
            kept = ones(1).MoveToOuterDisposeScope();
            detached = ones(1).DetachFromDisposeScope();
            Assert.Equal(1, scope.DisposablesCount);
        }

        Assert.True(inner.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
        Assert.Throws<InvalidOperationException>(() => inner.Handle);
        Assert.Throws<InvalidOperationException>(() => inner + 1);
        inner.Dispose();
    }

    [Fact]
    public void Scopes_nest_and_pass_on()
    {
        Tensor far;
        using (var outer = NewDisposeScope())
        {
            Tensor near;
            using (var inner = NewDisposeScope())
            {
                Assert.Same(inner, CurrentDisposeScope);
                near = inner.MoveToOuter(ones(1));
                far = ones(1).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                var other = ones(1).MoveToOtherDisposeScope(near);
                Assert.True(outer.Contains(other));
            }

            Assert.Same(outer, CurrentDisposeScope);
            Assert.False(near.IsInvalid);
            Assert.Equal(2, outer.DisposablesCount);
            outer.Attach(far);
            Assert.Equal(3, outer.DisposablesCount);
            outer.Detach(far);
        }

        Assert.False(far.IsInvalid);
        far.Dispose();
    }

    [Fact]
    public void An_exception_closes_a_scope()
    {
        var outer = CurrentDisposeScope;
        Tensor? lost = null;
        Assert.Throws<InvalidOperationException>((Action)(() =>
        {
            using var scope = NewDisposeScope();
            lost = ones(1);
            throw new InvalidOperationException();
        }));
        Assert.True(lost!.IsInvalid);
        Assert.Same(outer, CurrentDisposeScope);
    }

    [Fact]
    public void Everything_but_one()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(1), ones(1));
        Assert.Same(a, scope.DisposeEverythingBut(a));
        Assert.True(b.IsInvalid);
        scope.DisposeEverything();
        Assert.True(a.IsInvalid);
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void A_disposed_tensor_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        var a = ones(1);
        var b = ones(1);
        a.Dispose();
        Assert.Equal(1, scope.DisposablesCount);
        a.Dispose();
        Assert.True(scope.Contains(b));
        Assert.Same(b, Assert.Single(scope.DisposablesView));
    }

    [Fact]
    public void Statistics_count_one_threads_tensors()
    {
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            for (int i = 0; i < 10; i++)
                ones(1);
            Assert.Equal(live + 10, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var thread = new Thread(() => Assert.Null(CurrentDisposeScope));
        thread.Start();
        thread.Join();
    }

    [Fact]
    public void Two_objects_of_one_tensor_are_freed_each()
    {
        var x = ones(2);
        var twin = x.alias();
        x.Dispose();
        Assert.Equal(2, twin.sum().ToSingle());
    }
}
