using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of a tensor: a place, a slice, a tensor of places or of booleans, a new dimension or "all the rest".</summary>
    public struct TensorIndex
    {
        private IndexKind _kind;
        private long? _start;
        private long? _stop;
        private long? _step;
        private Tensor? _tensor;

        public static TensorIndex Ellipsis = new() { _kind = IndexKind.Ellipsis };
        public static TensorIndex None = new() { _kind = IndexKind.None };
        public static TensorIndex Null = new() { _kind = IndexKind.None };
        public static TensorIndex Colon = Slice();

        public static TensorIndex Single(long? index) => new() { _kind = IndexKind.Single, _start = index };

        public static TensorIndex Bool(bool value) => new() { _kind = IndexKind.Bool, _start = value ? 1 : 0 };

        public static TensorIndex Tensor(Tensor tensor) => new() { _kind = IndexKind.Tensor, _tensor = tensor };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { _kind = IndexKind.Slice, _start = start, _stop = stop, _step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) =>
            Slice(range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value, End(range.End));

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range.start, range.end);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(System.Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>Never called: it is there for overload resolution.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        internal readonly Tensor? Held => _tensor;

        internal readonly Interop.Index Lower() => new()
        {
            Kind = _kind,
            Given = (_start.HasValue ? 1 : 0) | (_stop.HasValue ? 2 : 0) | (_step.HasValue ? 4 : 0),
            Start = _start.GetValueOrDefault(),
            Stop = _stop.GetValueOrDefault(),
            Step = _step.GetValueOrDefault(),
            Tensor = _tensor?.Handle ?? 0,
        };

        private static long? End(System.Index end) => end switch
        {
            { IsFromEnd: false } => end.Value,
            { Value: 0 } => null,
            _ => -end.Value,
        };
    }
}
