using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>
    /// A libtorch tensor. The object owns one reference of the native tensor; it is freed by <see cref="Dispose()"/>, by the
    /// dispose scope it belongs to, or by the finalizer, from any thread.
    /// </summary>
    public partial class Tensor : IScopeMember
    {
        private nint _handle;

        internal Tensor(nint handle, bool register = true)
        {
            _handle = handle;
            if (register)
                DisposeScopeManager.OfThread.Register(this);
        }

        ~Tensor() => Dispose(false);

        public bool IsInvalid => _handle == 0;

        public nint Handle
        {
            get
            {
                nint handle = _handle;
                return handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");
            }
        }

        public string? name { get; set; }

        DisposeScope? IScopeMember.OwningDisposeScope { get; set; }

        int IScopeMember.Slot { get; set; }

        internal DisposeScope? OwningDisposeScope => ((IScopeMember)this).OwningDisposeScope;

        LifetimeStatistics IScopeMember.StatisticsIn(ThreadDisposeScopeStatistics statistics) => statistics.TensorStatistics;

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope)
                scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Another object for the same native tensor.</summary>
        public Tensor alias()
        {
            var twin = Own(Kd.kd_alias(Handle));
            GC.KeepAlive(this);
            return twin;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Ops.equal.CallBool(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        internal static Tensor Own(nint handle) => new(handle);

        /// <summary>Takes the native tensor out of this object, which is then invalid.</summary>
        internal nint Release()
        {
            nint handle = Handle;
            _handle = 0;
            GC.SuppressFinalize(this);
            return handle;
        }

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            if (disposing)
            {
                DisposeScopeManager.OfThread.CountDisposal(this);
                OwningDisposeScope?.Remove(this);
            }

            Kd.kd_free(handle);
        }
    }
}
