namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>Sequences of several lengths, time step after time step, without padding. The indices are null when the input was sorted.</summary>
                public sealed class PackedSequence : IScopeMember
                {
                    public readonly Tensor data;
                    public readonly Tensor batch_sizes;
                    public readonly Tensor sorted_indices;
                    public readonly Tensor unsorted_indices;
                    private bool _disposed;

                    internal PackedSequence(Tensor data, Tensor batch_sizes, Tensor? sorted_indices, Tensor? unsorted_indices)
                    {
                        this.data = data.DetachFromDisposeScope();
                        this.batch_sizes = batch_sizes.DetachFromDisposeScope();
                        this.sorted_indices = sorted_indices?.DetachFromDisposeScope()!;
                        this.unsorted_indices = unsorted_indices?.DetachFromDisposeScope()!;
                        DisposeScopeManager.OfThread.Register(this);
                    }

                    DisposeScope? IScopeMember.OwningDisposeScope { get; set; }

                    int IScopeMember.Slot { get; set; }

                    internal long LargestBatch
                    {
                        get
                        {
                            using var first = batch_sizes[0];
                            return first.item<long>();
                        }
                    }

                    private DisposeScope? Owner => ((IScopeMember)this).OwningDisposeScope;

                    LifetimeStatistics IScopeMember.StatisticsIn(ThreadDisposeScopeStatistics statistics) => statistics.PackedSequenceStatistics;

                    public PackedSequence MoveToOuterDisposeScope()
                    {
                        Owner?.MoveToOuter(this);
                        return this;
                    }

                    public PackedSequence DetachFromDisposeScope()
                    {
                        Owner?.Detach(this);
                        return this;
                    }

                    public void Dispose()
                    {
                        if (_disposed)
                            return;
                        _disposed = true;
                        DisposeScopeManager.OfThread.CountDisposal(this);
                        Owner?.Remove(this);
                        data.Dispose();
                        batch_sizes.Dispose();
                        sorted_indices?.Dispose();
                        unsorted_indices?.Dispose();
                    }

                    /// <summary>Other data in the same packing.</summary>
                    internal PackedSequence With(Tensor other) => new(other, batch_sizes.alias(), sorted_indices?.alias(), unsorted_indices?.alias());
                }
            }
        }
    }
}
